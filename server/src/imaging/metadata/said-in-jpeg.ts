import { Window } from '../header/reader.ts'
import type { ByteReader, SaidBlocks } from '../types.ts'
import { kindOfSegment, xmpHead } from './jpeg-segments.ts'

/** What is said of a picture stands before its pixels; of a JPEG made of nothing but segments no more is read. */
const mostSegments = 200

/** The packet of XMP and the block of Photoshop in a JPEG, the first of each; what is cut off or damaged is not there. */
export async function saidInJpeg(file: ByteReader): Promise<SaidBlocks> {
  const window = new Window(file)
  const said: SaidBlocks = {}
  for (let [at, count] = [2, 0]; count < mostSegments; count += 1) {
    const head = await window.upTo(at, 4)
    if (head.length < 4 || head[0] !== 0xff || head[1] === 0xda) break
    const marker = head[1] ?? 0
    const length = new DataView(head.buffer, head.byteOffset).getUint16(2)
    if (length < 2) break
    if (marker === 0xe1 || marker === 0xed) {
      const content = await window.upTo(at + 4, length - 2)
      if (content.length < length - 2) break
      const kind = kindOfSegment(marker, content)
      // Its own bytes: a part of a page would keep the whole of it
      if (kind === 'xmp') said.xmp ??= Buffer.from(content.subarray(xmpHead.length))
      if (kind === 'photoshop') said.iptc ??= Buffer.from(content)
    }
    at += 2 + length
  }
  return said
}
