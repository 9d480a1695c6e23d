import { type ItemLocation, readLocations } from '../header/item-locations.ts'
import { ascii } from '../header/reader.ts'
import type { Blocks } from './blocks.ts'
import { box } from './box.ts'
import { extended, type Property } from './item-properties.ts'
import { bytesOf, join, viewOf } from './values.ts'

interface Part {
  type: string
  /** The whole box, its head included. */
  bytes: Uint8Array
}

const parts = (bytes: Uint8Array): Part[] => {
  const view = viewOf(bytes)
  const found: Part[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at)
    if (size < 8 || at + size > bytes.length) throw new RangeError('a box is longer than what it lies in')
    found.push({ type: ascii(bytes, at + 4, 4), bytes: bytes.subarray(at, at + size) })
    at += size
  }
  return found
}

const uint = (value: number, length: 2 | 4): Uint8Array => {
  const out = new Uint8Array(length)
  if (length === 2) viewOf(out).setUint16(0, value)
  else viewOf(out).setUint32(0, value)
  return out
}

/**
 * An AVIF as our own encoder writes it, with items for EXIF and XMP (ISO/IEC 23008-12, annex A): described in `meta`,
 * their bytes in a `mdat` of their own at the end; and with further properties of its picture.
 */
export function attachToIsobmff(
  data: Uint8Array,
  { exif, xmp }: Pick<Blocks, 'exif' | 'xmp'>,
  properties: readonly Property[] = [],
): Uint8Array {
  const tops = parts(data)
  const meta = tops.find(({ type }) => type === 'meta')
  if (meta === undefined) throw new RangeError('there is no meta box')
  const inside = parts(meta.bytes.subarray(12))
  const of = (type: string): Uint8Array | undefined => inside.find((part) => part.type === type)?.bytes
  const [pitm, iinf, iloc] = [of('pitm'), of('iinf'), of('iloc')]
  if (!pitm || !iinf || !iloc) throw new RangeError('the meta box lacks a part')
  const primary = pitm[8] === 0 ? viewOf(pitm).getUint16(12) : viewOf(pitm).getUint32(12)
  const locations = readLocations(iloc.subarray(8))
  const free = Math.max(...locations.map(({ id }) => id)) + 1
  const items = [
    // Four bytes say how many more stand before the TIFF structure
    ...(exif ? [{ kind: [bytesOf('Exif\0')], content: join([uint(0, 4), exif]) }] : []),
    ...(xmp ? [{ kind: [bytesOf('mime\0'), bytesOf('application/rdf+xml\0')], content: xmp }] : []),
  ].map((item, index) => ({ ...item, id: free + index }))

  const infos = items.map(({ id, kind }) =>
    box('infe', new Uint8Array([2, 0, 0, 0]), uint(id, 2), uint(0, 2), ...kind),
  )
  const references = items.map(({ id }) => box('cdsc', uint(id, 2), uint(1, 2), uint(primary, 2)))
  const rebuilt = (all: readonly ItemLocation[]): Uint8Array => {
    const replaced = inside.map(({ type, bytes }) => {
      if (type === 'iinf') return addInfos(bytes, infos)
      if (type === 'iloc') return writeLocations(all)
      if (type === 'iprp' && properties.length > 0) return extended(bytes.subarray(8), primary, properties)
      return type === 'iref' && bytes[8] === 0 ? box('iref', bytes.subarray(8), ...references) : bytes
    })
    if (!of('iref') && references.length > 0) replaced.push(box('iref', new Uint8Array(4), ...references))
    return box('meta', meta.bytes.subarray(8, 12), ...replaced)
  }
  const added: ItemLocation[] = items.map(({ id, content }) => ({
    id,
    method: 0,
    extents: [{ offset: 0, length: content.length }],
  }))
  // How long it will be does not depend on the numbers in it
  const growth = rebuilt([...locations, ...added]).length - meta.bytes.length
  let at = data.length + growth + 8
  for (const { extents } of added)
    for (const extent of extents) {
      extent.offset = at
      at += extent.length
    }
  const moved = locations.map((location) => ({
    ...location,
    extents: location.extents.map(({ offset, length }) => ({
      offset: location.method === 0 ? offset + growth : offset,
      length,
    })),
  }))
  return join([
    ...tops.map(({ type, bytes }) => (type === 'meta' ? rebuilt([...moved, ...added]) : bytes)),
    ...(items.length > 0 ? [box('mdat', ...items.map(({ content }) => content))] : []),
  ])
}

function addInfos(iinf: Uint8Array, infos: readonly Uint8Array[]): Uint8Array {
  const wide = iinf[8] !== 0
  const view = viewOf(iinf)
  const count = (wide ? view.getUint32(12) : view.getUint16(12)) + infos.length
  return box('iinf', iinf.subarray(8, 12), uint(count, wide ? 4 : 2), iinf.subarray(wide ? 16 : 14), ...infos)
}

function writeLocations(locations: readonly ItemLocation[]): Uint8Array {
  return box(
    'iloc',
    new Uint8Array([1, 0, 0, 0, 0x44, 0]),
    uint(locations.length, 2),
    ...locations.flatMap(({ id, method, extents }) => [
      uint(id, 2),
      uint(method, 2),
      uint(0, 2),
      uint(extents.length, 2),
      ...extents.flatMap(({ offset, length }) => [uint(offset, 4), uint(length, 4)]),
    ]),
  )
}
