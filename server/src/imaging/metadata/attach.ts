import { deflateSync } from 'node:zlib'
import type { OutputFormat } from '@rendition/contract/recipe'
import { ascii } from '../header/reader.ts'
import { attachToGif } from './attach-gif.ts'
import { attachToIsobmff } from './attach-isobmff.ts'
import { attachToTiff } from './attach-tiff.ts'
import type { Blocks } from './blocks.ts'
import { crc32 } from './crc32.ts'
import { xmpHead } from './jpeg-segments.ts'
import { bytesOf, join, viewOf } from './values.ts'

/**
 * A file that was written without metadata, with these blocks in it. The one way metadata gets into a rendition: what a
 * pipeline would bring along from the source is never asked for.
 */
export function attach(data: Uint8Array, format: OutputFormat, blocks: Blocks): Uint8Array {
  if (blocks.exif === null && blocks.xmp === null && blocks.iptc === null) return data
  switch (format) {
    case 'jpeg':
      return attachToJpeg(data, blocks)
    case 'png':
      return attachToPng(data, blocks)
    case 'webp':
      return attachToWebp(data, blocks)
    case 'avif':
      return attachToIsobmff(data, blocks)
    case 'tiff':
      return attachToTiff(data, blocks)
    case 'gif':
      return attachToGif(data, blocks)
  }
}

/**
 * A file without a profile, with one; null where the format has no place for it here. Grey JPEG and PNG are none of these:
 * the profile is one of RGB.
 */
export function attachProfile(data: Uint8Array, format: OutputFormat, icc: Uint8Array): Uint8Array | null {
  switch (format) {
    case 'jpeg': {
      const added = segment(0xe2, bytesOf('ICC_PROFILE\0\x01\x01'), icc)
      return join([data.subarray(0, 2), added, data.subarray(2)])
    }
    case 'png': {
      const packed = chunk('iCCP', bytesOf('icc\0\0'), deflateSync(icc))
      return join([data.subarray(0, behindPngHeader), packed, data.subarray(behindPngHeader)])
    }
    case 'webp':
      return attachToWebp(data, { exif: null, xmp: null, icc })
    case 'avif': {
      const property = { type: 'colr', content: join([bytesOf('prof'), icc]) }
      return attachToIsobmff(data, { exif: null, xmp: null }, [property])
    }
    default:
      return null
  }
}

/** In a segment two bytes are its own length. */
const longestSegment = 65_533

function segment(marker: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = join(parts)
  if (content.length > longestSegment) return new Uint8Array(0)
  const head = new Uint8Array([0xff, marker, 0, 0])
  viewOf(head).setUint16(2, content.length + 2)
  return join([head, content])
}

/** Behind SOI: so what says where something is (a gain map) stays as far from it as it was. */
function attachToJpeg(data: Uint8Array, { exif, xmp, iptc }: Blocks): Uint8Array {
  const added = join([
    ...(exif ? [segment(0xe1, bytesOf('Exif\0\0'), exif)] : []),
    ...(xmp ? [segment(0xe1, bytesOf(xmpHead), xmp)] : []),
    ...(iptc ? [segment(0xed, iptc)] : []),
  ])
  const out = join([data.subarray(0, 2), added, data.subarray(2)])
  lengthenFirstPicture(out, added.length)
  return out
}

/** The index of pictures (CIPA DC-007) says how long the first one is. */
function lengthenFirstPicture(jpeg: Uint8Array, by: number): void {
  const view = viewOf(jpeg)
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; ) {
    const length = view.getUint16(at + 2)
    if (jpeg[at + 1] === 0xe2 && ascii(jpeg, at + 4, 4) === 'MPF\0') {
      const start = at + 8
      const little = ascii(jpeg, start, 2) === 'II'
      const directory = start + view.getUint32(start + 4, little)
      const entries = view.getUint16(directory, little)
      for (let index = 0; index < entries; index++) {
        const entry = directory + 2 + index * 12
        if (view.getUint16(entry, little) !== 0xb002) continue
        const first = start + view.getUint32(entry + 8, little)
        view.setUint32(first + 4, view.getUint32(first + 4, little) + by, little)
      }
      return
    }
    at += 2 + length
  }
}

function chunk(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = join([bytesOf(type), ...parts])
  const out = new Uint8Array(content.length + 8)
  const view = viewOf(out)
  view.setUint32(0, content.length - 4)
  out.set(content, 4)
  view.setUint32(content.length + 4, crc32(content))
  return out
}

const behindPngHeader = 33

function attachToPng(data: Uint8Array, { exif, xmp }: Blocks): Uint8Array {
  return join([
    data.subarray(0, behindPngHeader),
    ...(exif ? [chunk('eXIf', exif)] : []),
    ...(xmp ? [chunk('iTXt', bytesOf('XML:com.adobe.xmp\0\0\0\0\0'), xmp)] : []),
    data.subarray(behindPngHeader),
  ])
}

function attachToWebp(
  data: Uint8Array,
  { exif, xmp, icc = null }: Pick<Blocks, 'exif' | 'xmp'> & { icc?: Uint8Array | null },
): Uint8Array {
  const flags = (icc ? 0x20 : 0) | (exif ? 0x08 : 0) | (xmp ? 0x04 : 0)
  const extended = ascii(data, 12, 4) === 'VP8X'
  const head = extended ? Uint8Array.from(data.subarray(12, 30)) : extendedHeader(data)
  head[8] = (head[8] ?? 0) | flags
  const rest = data.subarray(extended ? 30 : 12)
  const out = join([
    data.subarray(0, 12),
    head,
    ...(icc ? [riffChunk('ICCP', icc)] : []),
    rest,
    ...(rest.length & 1 ? [new Uint8Array(1)] : []),
    ...(exif ? [riffChunk('EXIF', exif)] : []),
    ...(xmp ? [riffChunk('XMP ', xmp)] : []),
  ])
  viewOf(out).setUint32(4, out.length - 8, true)
  return out
}

function riffChunk(type: string, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + content.length + (content.length & 1))
  out.set(bytesOf(type))
  viewOf(out).setUint32(4, content.length, true)
  out.set(content, 8)
  return out
}

/** VP8X for a file that has one bitstream and no more (RFC 9649, section 2.7). */
function extendedHeader(data: Uint8Array): Uint8Array {
  const view = viewOf(data)
  const lossless = ascii(data, 12, 4) === 'VP8L'
  const bits = lossless ? view.getUint32(21, true) : 0
  const width = lossless ? (bits & 0x3fff) + 1 : view.getUint16(26, true) & 0x3fff
  const height = lossless ? ((bits >>> 14) & 0x3fff) + 1 : view.getUint16(28, true) & 0x3fff
  const content = new Uint8Array(10)
  content[0] = lossless && (bits >>> 28) & 1 ? 0x10 : 0
  for (const [at, side] of [
    [4, width - 1],
    [7, height - 1],
  ] as const)
    content.set([side & 0xff, (side >>> 8) & 0xff, side >>> 16], at)
  return riffChunk('VP8X', content)
}
