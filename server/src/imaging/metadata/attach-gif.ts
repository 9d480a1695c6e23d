import type { Blocks } from './blocks.ts'
import { bytesOf, join } from './values.ts'

/** How a block of XMP begins. */
export const xmpBlock = bytesOf('!\xff\x0bXMP DataXMP')
/** Readers that take the packet for blocks with lengths land in it wherever they are, and come to its end (XMP part 3, 1.1.2). */
export const landing = Uint8Array.from({ length: 258 }, (_, at) => (at === 0 ? 1 : at === 257 ? 0 : 256 - at))
const trailer = 0x3b

/** XMP alone has a place in a GIF: in front of its end. */
export function attachToGif(data: Uint8Array, { xmp }: Pick<Blocks, 'xmp'>): Uint8Array {
  if (xmp === null) return data
  if (data.at(-1) !== trailer || xmp.includes(0))
    throw new Error('A GIF that ends otherwise takes no metadata.')
  return join([data.subarray(0, -1), xmpBlock, xmp, landing, data.subarray(-1)])
}
