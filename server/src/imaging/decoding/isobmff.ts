import type { Treatment } from '../header/header.ts'
import { box } from '../metadata/box.ts'
import { extended, type Part, type Property, partsOf } from '../metadata/item-properties.ts'
import { bytesOf, join, viewOf } from '../metadata/values.ts'

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
    return extended(bytes.subarray(head), primary, properties)
  })
  return box('meta', meta.bytes.subarray(meta.head, start), ...replaced)
}
