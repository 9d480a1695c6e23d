import { av1Colour } from '../header/av1-sequence.ts'
import { readLocations } from '../header/item-locations.ts'
import { attachToIsobmff } from './attach-isobmff.ts'
import { partsOf } from './item-properties.ts'
import { bytesOf, join, viewOf } from './values.ts'

/**
 * An AVIF of our own encoder whose colours mean what these code points of ITU-T H.273 say: in its `nclx` box, and in the
 * sequence header of its picture, which some readers believe before the box. The encoder writes those of sRGB.
 */
export function tellColours(
  avif: Uint8Array,
  { primaries, transfer }: { primaries: number; transfer: number },
): Uint8Array {
  const out = Uint8Array.from(avif)
  const { at, length } = primaryBytes(out)
  const coded = out.subarray(at, at + length)
  const told = av1Colour(coded)
  if (told === null || told.place === null) throw new RangeError('the picture does not say its colours')
  // What is lossless has red, green and blue for planes: there the three numbers together say which bits follow
  if (told.matrix !== 0) {
    putByte(coded, told.place, primaries)
    putByte(coded, told.place + 8, transfer)
  }
  const content = join([bytesOf('nclx'), new Uint8Array(7)])
  const view = viewOf(content)
  for (const [index, value] of [primaries, transfer, told.matrix].entries())
    view.setUint16(4 + index * 2, value)
  content[10] = told.full ? 0x80 : 0
  const before = Buffer.from(out.buffer, 0, at).indexOf('colrnclx')
  if (before < 0) return attachToIsobmff(out, { exif: null, xmp: null }, [{ type: 'colr', content }])
  out.set(content, before + 4)
  return out
}

/** Where the primary picture lies, in one piece. */
function primaryBytes(avif: Uint8Array): { at: number; length: number } {
  const meta = partsOf(avif, 0, avif.length).find(({ type }) => type === 'meta')
  const inside = meta ? partsOf(meta.bytes, 12, meta.bytes.length) : []
  const of = (type: string) => inside.find((part) => part.type === type)?.bytes
  const [pitm, iloc] = [of('pitm'), of('iloc')]
  if (!pitm || !iloc) throw new RangeError('there is no primary picture')
  const primary = pitm[8] === 0 ? viewOf(pitm).getUint16(12) : viewOf(pitm).getUint32(12)
  const extents = readLocations(iloc.subarray(8)).find(({ id }) => id === primary)?.extents ?? []
  const [only, ...others] = extents
  if (!only || others.length > 0) throw new RangeError('the picture lies in pieces')
  return { at: only.offset, length: only.length }
}

/** Eight bits from any bit on. */
function putByte(data: Uint8Array, bit: number, value: number): void {
  for (let index = 0; index < 8; index++) {
    const [at, mask] = [(bit + index) >> 3, 0x80 >> ((bit + index) & 7)]
    const on = (value >> (7 - index)) & 1
    data[at] = on ? (data[at] ?? 0) | mask : (data[at] ?? 0) & ~mask
  }
}
