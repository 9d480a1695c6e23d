import type { Header, HeaderOptions } from './header.ts'
import { exifOrientation } from './orientation.ts'
import { ascii, damaged, type Window } from './reader.ts'

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
}

/** The canvas, from VP8X or from the header of the one bitstream (RFC 9649, sections 2.5 to 2.7). */
async function canvas(file: Window): Promise<Header> {
  const kind = ascii(await file.bytes(12, 4), 0, 4)
  const still = { orientation: 1, frames: 1 }
  if (kind === 'VP8X') {
    const view = await file.view(20, 10)
    return {
      ...still,
      width: uint24(view, 4) + 1,
      height: uint24(view, 7) + 1,
      hasAlpha: (view.getUint8(0) & 0x10) !== 0,
    }
  }
  if (kind === 'VP8 ') {
    const view = await file.view(20, 10)
    if (uint24(view, 3) !== 0x2a019d) throw damaged('The WebP frame has no start code.')
    return {
      ...still,
      width: view.getUint16(6, true) & 0x3fff,
      height: view.getUint16(8, true) & 0x3fff,
      hasAlpha: false,
    }
  }
  if (kind === 'VP8L') {
    const view = await file.view(20, 5)
    if (view.getUint8(0) !== 0x2f) throw damaged('The lossless WebP has no signature.')
    const bits = view.getUint32(1, true)
    return {
      ...still,
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      hasAlpha: ((bits >>> 28) & 1) === 1,
    }
  }
  throw damaged('The WebP does not begin with a picture.')
}

/** Canvas, frames (ANMF chunks, counted up to one too many) and orientation. */
export async function webpHeader(file: Window, { maximumFrames }: HeaderOptions): Promise<Header> {
  const header = await canvas(file)
  if (header.width === 0 || header.height === 0) throw damaged('The WebP has no size.')
  // A picture that breaks off fails to decode, so it is refused here already.
  if ((await file.view(4, 4)).getUint32(0, true) + 8 > file.size)
    throw damaged('The WebP breaks off before its end.')
  let animated = 0
  let at = 12
  // Chunks cost 8 bytes at least; more of them than frames and a few hundred is no picture
  for (let chunk = 0; chunk < maximumFrames + 512 && animated <= maximumFrames; chunk++) {
    const head = await file.upTo(at, 8)
    if (head.length < 8) break
    const length = new DataView(head.buffer, head.byteOffset).getUint32(4, true)
    const type = ascii(head, 0, 4)
    if (type === 'ANMF') animated++
    if (type === 'EXIF' && length < 1 << 20)
      header.orientation = orientationOf(await file.upTo(at + 8, length))
    at += 8 + length + (length & 1)
  }
  // Browsers turn no animation
  const orientation = animated > 1 ? 1 : header.orientation
  return { ...header, orientation, frames: Math.max(1, animated) }
}

/** Some writers put JPEG's `Exif\0\0` in front. */
function orientationOf(exif: Uint8Array): number {
  return exifOrientation(exif.length > 6 && ascii(exif, 0, 4) === 'Exif' ? exif.subarray(6) : exif)
}
