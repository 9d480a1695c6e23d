import { refuseWithoutEnd } from './end-marker.ts'
import type { Header } from './header.ts'
import { exifOrientation } from './orientation.ts'
import { ascii, damaged, type Window } from './reader.ts'

/** Chunks looked at one by one. */
const maximumChunks = 4096

/**
 * IHDR, and transparency and orientation from the chunks around the pixels. An animated PNG is its default image:
 * libvips reads no other, and whoever does not know APNG sees the same.
 */
export async function pngHeader(file: Window): Promise<Header> {
  const first = await file.view(8, 21)
  if (ascii(await file.bytes(12, 4), 0, 4) !== 'IHDR')
    throw damaged('The PNG does not begin with its header.')
  const [width, height, colour] = [first.getUint32(8), first.getUint32(12), first.getUint8(17)]
  if (width === 0 || height === 0) throw damaged('The PNG has no size.')
  const header: Header = { width, height, orientation: 1, frames: 1, hasAlpha: (colour & 4) !== 0 }
  let at = 8
  for (let chunk = 0; chunk < maximumChunks; chunk++) {
    const head = await file.upTo(at, 8)
    // A picture that breaks off fails to decode, so it is refused here already.
    if (head.length < 8) throw damaged('The PNG breaks off before its end.')
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0)
    const type = ascii(head, 4, 4)
    if (type === 'IEND') return header
    if (type === 'tRNS') header.hasAlpha = true
    if (type === 'eXIf' && length < 1 << 20)
      header.orientation = exifOrientation(await file.upTo(at + 8, length))
    at += 12 + length
  }
  // Large pictures in chunks of 8 KB, as libpng writes them, have more.
  await refuseWithoutEnd(file, at, endChunk, 'The PNG breaks off before its end.')
  return header
}

/** Its type and checksum; in compressed pixels these eight bytes do not happen by chance. */
const endChunk = Buffer.from('IEND\xaeB`\x82', 'latin1')
