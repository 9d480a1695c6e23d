import { refuseWithoutEnd } from './end-marker.ts'
import type { Header } from './header.ts'
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

/** Walks the markers up to the frame header: size there, orientation in the first EXIF block before it. */
export async function jpegHeader(file: Window): Promise<Header> {
  let orientation = 0
  let at = 2
  // A real file has a few dozen segments; each costs at least four bytes, so this ends in any file.
  for (;;) {
    const [fill = 0, marker = 0] = await file.bytes(at, 2)
    if (fill !== 0xff) throw damaged('The file has no JPEG frame where one must be.')
    if (marker === 0xff || standsAlone(marker)) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    if (marker === 0xd9 || marker === 0xda) throw damaged('The JPEG has no frame header.')
    const length = (await file.view(at + 2, 2)).getUint16(0)
    if (length < 2) throw damaged('A JPEG segment has no length.')
    if (isFrame(marker)) {
      const view = await file.view(at + 4, 6)
      const [height, width] = [view.getUint16(1), view.getUint16(3)]
      if (width === 0 || height === 0) throw damaged('The JPEG has no size.')
      await refuseWithoutEnd(file, at + 2 + length, endMarker, 'The JPEG breaks off before its end.')
      const leastBytes = marker <= progressiveFrame ? (Math.ceil(width / 8) * Math.ceil(height / 8)) / 8 : 0
      return { width, height, orientation: orientation || 1, frames: 1, hasAlpha: false, leastBytes }
    }
    if (marker === 0xe1 && orientation === 0 && length > 8) {
      const segment = await file.upTo(at + 4, length - 2)
      if (ascii(segment, 0, 6) === 'Exif\0\0') orientation = exifOrientation(segment.subarray(6))
    }
    at += 2 + length
  }
}

/**
 * Its pixels never hold the end marker, since every 0xff in them is followed by 0 (ITU-T T.81, section B.1.1.5): finding
 * one behind the frame header is enough.
 */
const endMarker = Buffer.from([0xff, 0xd9])
