import type { Header, HeaderOptions } from './header.ts'
import { damaged, type Window } from './reader.ts'

/** Bytes of a colour table, by the packed field that announces it. */
function tableSize(packed: number): number {
  return packed & 0x80 ? 3 << ((packed & 7) + 1) : 0
}

/** Skips the sub-blocks from `at` on; gives the offset behind their end. */
async function skipBlocks(file: Window, at: number): Promise<number> {
  let offset = at
  for (;;) {
    const [length] = await file.upTo(offset, 1)
    // A picture that breaks off fails to decode, so it is refused here already.
    if (length === undefined) throw damaged('The GIF breaks off before its end.')
    offset += 1 + length
    if (length === 0) return offset
  }
}

/** Pixels of a frame that may be larger than the canvas: what lies beyond is decoded all the same. */
const mostFramePixels = 1 << 24

/**
 * Counts frames without decoding any (GIF89a, section 15 on): image descriptors until the trailer, the end of the
 * file or one frame too many. libvips takes seconds for a file of 100,000 frames; this takes milliseconds.
 *
 * The canvas is the screen, or what the first frame makes of it when it reaches beyond, as in browsers; what later
 * frames draw beyond is not shown.
 */
export async function gifHeader(file: Window, { maximumFrames }: HeaderOptions): Promise<Header> {
  const screen = await file.view(6, 7)
  let [width, height] = [screen.getUint16(0, true), screen.getUint16(2, true)]
  let at = 13 + tableSize(screen.getUint8(4))
  let frames = 0
  let hasAlpha = false
  while (frames <= maximumFrames) {
    const [kind] = await file.upTo(at, 1)
    if (kind === undefined || kind === 0x3b) break
    if (kind === 0x21) {
      const [, label, , packed] = await file.upTo(at, 4)
      if (label === 0xf9 && packed !== undefined && packed & 1) hasAlpha = true
      at = await skipBlocks(file, at + 2)
    } else if (kind === 0x2c) {
      const descriptor = await file.upTo(at + 1, 9)
      if (descriptor.length < 9) break
      const view = new DataView(descriptor.buffer, descriptor.byteOffset)
      const [left, top] = [view.getUint16(0, true), view.getUint16(2, true)]
      const size = { width: view.getUint16(4, true), height: view.getUint16(6, true) }
      if (frames === 0) {
        width = Math.max(width, left + size.width)
        height = Math.max(height, top + size.height)
        if (left > 0 || top > 0 || size.width < width || size.height < height) hasAlpha = true
      }
      if (size.width * size.height > Math.max(width * height, mostFramePixels))
        throw damaged('A frame of the GIF is far larger than its canvas.')
      frames++
      at = await skipBlocks(file, at + 11 + tableSize(view.getUint8(8)))
    } else break
  }
  if (frames === 0 || width === 0 || height === 0) throw damaged('The GIF holds no picture.')
  return { width, height, orientation: 1, frames, hasAlpha: hasAlpha || frames > 1, treatment: { gif: true } }
}
