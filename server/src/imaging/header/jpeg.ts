import { endsWith } from './end-marker.ts'
import type { Header, HeaderOptions } from './header.ts'
import { exifOrientation } from './orientation.ts'
import { ascii, damaged, type Window } from './reader.ts'

/** Markers that carry no length (ITU-T T.81, table B.1). */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)
}

/** SOF0 to SOF15 but for DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/**
 * SOF0 to SOF2 are coded by Huffman: every block of 8 × 8 takes a bit at the least. libjpeg would make up what is
 * missing, with memory for all of it: 600 MB for 2 KB that claim 100 megapixels.
 */
const progressiveFrame = 0xc2

/** Stray bytes between segments that are passed over, in all. */
const mostStray = 65_536

interface Frame {
  width: number
  height: number
  leastBytes: number
}

/**
 * Walks the markers up to the pixels: size in the frame header, orientation in the first EXIF block, which some
 * writers put behind it.
 */
export async function jpegHeader(file: Window, { relaxed }: HeaderOptions): Promise<Header> {
  let orientation = 0
  let frame: Frame | null = null
  let stray = 0
  let at = 2
  // A real file has a few dozen segments; each costs at least four bytes, so this ends in any file.
  for (;;) {
    const [fill = 0, marker = 0] = await file.bytes(at, 2)
    if (fill !== 0xff || marker === 0) {
      if (!relaxed || ++stray > mostStray) throw damaged('The file has no JPEG segment where one must be.')
      at++
      continue
    }
    if (marker === 0xff || standsAlone(marker)) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    if (marker === 0xd9) throw damaged('The JPEG has no pixels.')
    const length = (await file.view(at + 2, 2)).getUint16(0)
    if (length < 2) throw damaged('A JPEG segment has no length.')
    if (marker === 0xda) {
      if (frame === null) throw damaged('The JPEG has no frame header.')
      const ends = await endsWith(file, at + 2 + length, endMarker)
      if (!ends && !relaxed) throw damaged('The JPEG breaks off before its end.')
      const header = { ...frame, orientation: orientation || 1, frames: 1, hasAlpha: false }
      return ends ? header : { ...header, treatment: { endless: true } }
    }
    if (isFrame(marker) && frame === null) frame = frameOf(marker, await file.view(at + 4, 6))
    if (marker === 0xe1 && orientation === 0 && length > 8) {
      const segment = await file.upTo(at + 4, length - 2)
      if (ascii(segment, 0, 6) === 'Exif\0\0') orientation = exifOrientation(segment.subarray(6))
    }
    at += 2 + length
  }
}

function frameOf(marker: number, view: DataView): Frame {
  const [height, width] = [view.getUint16(1), view.getUint16(3)]
  if (width === 0 || height === 0) throw damaged('The JPEG has no size.')
  const leastBytes = marker <= progressiveFrame ? (Math.ceil(width / 8) * Math.ceil(height / 8)) / 8 : 0
  return { width, height, leastBytes }
}

/**
 * Its pixels never hold the end marker, since every 0xff in them is followed by 0 (ITU-T T.81, section B.1.1.5): finding
 * one behind the header is enough.
 */
const endMarker = Buffer.from([0xff, 0xd9])
