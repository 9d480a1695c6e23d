import type { Treatment } from '../header/header.ts'
import { ascii } from '../header/reader.ts'
import { box } from '../metadata/box.ts'
import { bytesOf, join, viewOf } from '../metadata/values.ts'

interface Part {
  type: string
  at: number
  head: number
  bytes: Uint8Array
}

/** The boxes between two offsets; what is no box ends the list. */
function partsOf(bytes: Uint8Array, from: number, to: number): Part[] {
  const view = viewOf(bytes)
  const found: Part[] = []
  for (let at = from; at + 8 <= to; ) {
    let [size, head] = [view.getUint32(at), 8]
    if (size === 1) [size, head] = [view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12), 16]
    if (size === 0) size = to - at
    if (size < head || at + size > to) break
    found.push({ type: ascii(bytes, at + 4, 4), at, head, bytes: bytes.subarray(at, at + size) })
    at += size
  }
  return found
}

/**
 * An AVIF under a brand that libvips knows, with a profile for its primary picture where one is given, and with
 * apertures that show what they are said to.
 */
export function mendAvif(
  bytes: Uint8Array,
  profile: Uint8Array | null,
  apertures: Required<Treatment>['apertures'],
): Uint8Array {
  const patched = Uint8Array.from(bytes)
  patched.set(bytesOf('avif'), 8)
  for (const { at, width, height } of apertures)
    for (const [index, value] of [width, 1, height, 1, 0, 1, 0, 1].entries())
      viewOf(patched).setUint32(at + index * 4, value)
  if (!profile) return patched
  return withProperties(patched, [{ type: 'colr', content: join([bytesOf('prof'), profile]) }])
}

/** A property of an item; `essential` for ones without which it must not be shown. */
interface Property {
  type: string
  content: Uint8Array
  essential?: boolean
}

/** The file with further properties of its primary picture, behind those it has. */
export function withProperties(bytes: Uint8Array, properties: readonly Property[]): Uint8Array {
  const meta = partsOf(bytes, 0, bytes.length).find(({ type }) => type === 'meta')
  if (!meta) throw new RangeError('there is no meta box')
  // Behind everything, so that nothing that offsets point to moves; the old one becomes free space
  const out = join([bytes, described(meta, properties)])
  out.set(bytesOf('free'), meta.at + 4)
  return out
}

function described(meta: Part, properties: readonly Property[]): Uint8Array {
  const start = meta.head + 4
  const inside = partsOf(meta.bytes, start, meta.bytes.length)
  const pitm = inside.find(({ type }) => type === 'pitm')
  if (!pitm) throw new RangeError('there is no primary picture')
  const number = viewOf(pitm.bytes)
  const primary = number.getUint8(8) === 0 ? number.getUint16(12) : number.getUint32(12)
  const replaced = inside.map(({ type, head, bytes }) => {
    if (type !== 'iprp') return bytes
    const parts = partsOf(bytes, head, bytes.length)
    const ipco = parts.find((part) => part.type === 'ipco')
    if (!ipco) throw new RangeError('there are no properties')
    const first = partsOf(ipco.bytes, ipco.head, ipco.bytes.length).length + 1
    const added = properties.map(({ type: kind, content }) => box(kind, content))
    const places = properties.map(({ essential }, index) => first + index + (essential ? 0x8000 : 0))
    return box(
      'iprp',
      ...parts.map((part) => {
        if (part.type === 'ipco') return box('ipco', part.bytes.subarray(part.head), ...added)
        return part.type === 'ipma' ? associated(part, primary, places) : part.bytes
      }),
    )
  })
  return box('meta', meta.bytes.subarray(meta.head, start), ...replaced)
}

/** The associations with further ones of an item; all of them in the wide form. */
function associated({ bytes, head }: Part, item: number, places: readonly number[]): Uint8Array {
  const view = viewOf(bytes)
  const [version, wide] = [view.getUint8(head), (view.getUint8(head + 3) & 1) === 1]
  const count = view.getUint32(head + 4)
  const out: number[] = [version, 0, 0, 1, ...bytes.subarray(head + 4, head + 8)]
  let at = head + 8
  for (let entry = 0; entry < count; entry++) {
    const length = version < 1 ? 2 : 4
    const id = length === 2 ? view.getUint16(at) : view.getUint32(at)
    out.push(...bytes.subarray(at, at + length))
    at += length
    const properties: number[] = []
    for (let left = view.getUint8(at++); left > 0; left--) {
      const value = wide ? view.getUint16(at) : view.getUint8(at)
      properties.push(wide ? value : ((value & 0x80) << 8) | (value & 0x7f))
      at += wide ? 2 : 1
    }
    if (id === item) properties.push(...places)
    out.push(properties.length, ...properties.flatMap((value) => [value >> 8, value & 255]))
  }
  return box('ipma', Uint8Array.from(out))
}
