import { ascii } from '../header/reader.ts'
import { adobeLength, jfifLength, kindOfSegment } from '../metadata/jpeg-segments.ts'
import { join, viewOf } from '../metadata/values.ts'
import type { SourceFormat } from '../types.ts'

/**
 * The same file without any metadata, its pixels untouched bit by bit; null when that cannot be done by leaving blocks
 * out. What is kept is named: what nobody knows is left out. Whoever calls knows that nothing must be turned upright.
 */
export function strip(bytes: Uint8Array, format: SourceFormat): Uint8Array | null {
  try {
    switch (format) {
      case 'jpeg':
        return stripJpeg(bytes)
      case 'png':
        return stripPng(bytes)
      case 'webp':
        return stripWebp(bytes)
      case 'gif':
        return stripGif(bytes)
      default:
        return null
    }
  } catch (error) {
    // Ran past the end: a file cut off, which the decoder forgave
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Keeps what decoding needs, JFIF without its thumbnail, profiles, and Adobe's colour transform. */
function stripJpeg(bytes: Uint8Array): Uint8Array | null {
  const data = viewOf(bytes)
  const parts = [bytes.subarray(0, 2)]
  let at = 2
  for (;;) {
    const marker = data.getUint8(at + 1)
    if (data.getUint8(at) !== 0xff || marker === 0xff) return null
    if (marker === 0xda) break
    const end = at + 2 + data.getUint16(at + 2)
    const segment = bytes.subarray(at, end)
    if (segment.length !== end - at) return null
    const kind = kindOfSegment(marker, segment.subarray(4))
    if (kind === 'picture') parts.push(segment)
    if (kind === 'jfif') parts.push(shortened(segment, jfifLength, 2))
    if (kind === 'adobe') parts.push(shortened(segment, adobeLength, 0))
    at = end
  }
  // What follows the end of the picture (gain maps, motion photos, other pictures) has metadata of its own
  const end = endOfJpeg(data, at)
  if (end === null) return null
  parts.push(bytes.subarray(at, end))
  return join(parts)
}

/** A segment with so many bytes of its content, the last of them cleared. */
function shortened(segment: Uint8Array, length: number, cleared: number): Uint8Array {
  const out = Uint8Array.from(segment.subarray(0, 4 + length))
  out.fill(0, out.length - cleared)
  viewOf(out).setUint16(2, out.length - 2)
  return out
}

/** Behind the first EOI that is no part of another segment; null without one. */
function endOfJpeg(data: DataView, scan: number): number | null {
  let at = scan
  while (at + 1 < data.byteLength) {
    if (data.getUint8(at) !== 0xff) at++
    else {
      const marker = data.getUint8(at + 1)
      if (marker === 0xd9) return at + 2
      const entropy = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)
      at += entropy ? (marker === 0xff ? 1 : 2) : 2 + data.getUint16(at + 2)
    }
  }
  return null
}

/** Pixels, transparency and colour. Not the frames of an APNG: it is its default picture here. */
const keptChunks: ReadonlySet<string> = new Set(
  'IHDR PLTE IDAT IEND tRNS bKGD sBIT gAMA cHRM sRGB iCCP cICP mDCV cLLI pHYs'.split(' '),
)

function stripPng(bytes: Uint8Array): Uint8Array | null {
  const data = viewOf(bytes)
  const parts = [bytes.subarray(0, 8)]
  let at = 8
  for (;;) {
    const end = at + 12 + data.getUint32(at)
    if (end > bytes.length) return null
    const type = ascii(bytes, at + 4, 4)
    if (keptChunks.has(type)) parts.push(bytes.subarray(at, end))
    if (type === 'IEND') return join(parts)
    at = end
  }
}

const keptInWebp: ReadonlySet<string> = new Set('VP8X ICCP ANIM ANMF ALPH VP8L'.split(' ').concat('VP8 '))

function stripWebp(bytes: Uint8Array): Uint8Array | null {
  const data = viewOf(bytes)
  const end = Math.min(bytes.length, 8 + data.getUint32(4, true))
  const parts = [bytes.slice(0, 12)]
  for (let at = 12; at + 8 <= end; ) {
    const length = data.getUint32(at + 4, true)
    const next = at + 8 + length + (length & 1)
    const type = ascii(bytes, at, 4)
    if (at + 8 + length > end) return null
    const chunk = bytes.slice(at, next)
    // The header says which chunks there are: 8 is EXIF, 4 is XMP
    if (type === 'VP8X') chunk[8] = (chunk[8] ?? 0) & ~0x0c
    if (keptInWebp.has(type)) parts.push(chunk)
    at = next
  }
  const out = join(parts)
  viewOf(out).setUint32(4, out.length - 8, true)
  return out
}

/** Keeps the loop count (`NETSCAPE2.0`, `ANIMEXTS1.0`); drops comments and other applications' blocks, XMP among them. */
function stripGif(bytes: Uint8Array): Uint8Array | null {
  const table = (packed: number) => (packed & 0x80 ? 3 << ((packed & 7) + 1) : 0)
  const data = viewOf(bytes)
  const skip = (from: number): number => {
    let at = from
    while (data.getUint8(at) !== 0) at += 1 + data.getUint8(at)
    return at + 1
  }
  let at = 13 + table(data.getUint8(10))
  const parts = [bytes.subarray(0, at)]
  for (;;) {
    const kind = data.getUint8(at)
    if (kind === 0x3b) return join([...parts, bytes.subarray(at, at + 1)])
    const start = at
    if (kind === 0x2c) at = skip(at + 11 + table(data.getUint8(at + 9)))
    else if (kind === 0x21) at = skip(at + 2)
    else return null
    const label = kind === 0x21 ? data.getUint8(start + 1) : 0xf9
    const looping = label === 0xff && /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(ascii(bytes, start + 3, 11))
    if (label === 0xf9 || label === 0x01 || looping) parts.push(bytes.subarray(start, at))
  }
}
