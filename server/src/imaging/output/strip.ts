import type { MetadataPolicy } from '@rendition/contract/recipe'
import { ascii } from '../header/reader.ts'
import type { SourceFormat } from '../types.ts'
import { hasRights, type Rights, writeExif } from './exif.ts'

/**
 * The same file without what the policy forbids, its pixels untouched bit by bit. Null when that cannot be done by
 * leaving blocks out (and, in JPEG, adding one with the `rights` to keep): then the picture is encoded anew.
 * Whoever calls knows that nothing must be turned upright.
 */
export function strip(
  bytes: Uint8Array,
  format: SourceFormat,
  policy: MetadataPolicy,
  rights: Rights,
): Uint8Array | null {
  if (policy === 'keep') return bytes
  const kept = policy === 'copyright' ? rights : {}
  if (hasRights(kept) && format !== 'jpeg') return null
  try {
    switch (format) {
      case 'jpeg':
        return stripJpeg(bytes, kept)
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

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Keeps JFIF (APP0), profiles (APP2 `ICC_PROFILE`) and Adobe's colour transform (APP14); drops other APPn and comments. */
function stripJpeg(bytes: Uint8Array, rights: Rights): Uint8Array | null {
  const data = view(bytes)
  const parts = [bytes.subarray(0, 2)]
  if (hasRights(rights)) parts.push(exifSegment(rights))
  let at = 2
  for (;;) {
    const marker = data.getUint8(at + 1)
    if (data.getUint8(at) !== 0xff || marker === 0xff) return null
    if (marker === 0xda) break
    const end = at + 2 + data.getUint16(at + 2)
    const segment = bytes.subarray(at, end)
    if (segment.length !== end - at) return null
    const application = marker >= 0xe0 && marker <= 0xef
    const profile = marker === 0xe2 && ascii(segment, 4, 11) === 'ICC_PROFILE'
    if ((!application && marker !== 0xfe) || marker === 0xe0 || marker === 0xee || profile)
      parts.push(segment)
    at = end
  }
  // What follows the end of the picture (gain maps, motion photos, other pictures) has metadata of its own
  const end = endOfJpeg(data, at)
  if (end === null) return null
  parts.push(bytes.subarray(at, end))
  return join(parts)
}

/** APP1 with the rights and nothing else. */
function exifSegment(rights: Rights): Uint8Array {
  const block = writeExif(rights)
  const head = new Uint8Array(4)
  view(head).setUint16(0, 0xffe1)
  view(head).setUint16(2, block.length + 2)
  return join([head, block])
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

const droppedChunks: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'dSIG', 'caBX'])

function stripPng(bytes: Uint8Array): Uint8Array | null {
  const data = view(bytes)
  const parts = [bytes.subarray(0, 8)]
  let at = 8
  for (;;) {
    const end = at + 12 + data.getUint32(at)
    if (end > bytes.length) return null
    const type = ascii(bytes, at + 4, 4)
    if (!droppedChunks.has(type)) parts.push(bytes.subarray(at, end))
    if (type === 'IEND') return join(parts)
    at = end
  }
}

function stripWebp(bytes: Uint8Array): Uint8Array | null {
  const data = view(bytes)
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
    if (type !== 'EXIF' && type !== 'XMP ') parts.push(chunk)
    at = next
  }
  const out = join(parts)
  view(out).setUint32(4, out.length - 8, true)
  return out
}

/** Keeps the loop count (`NETSCAPE2.0`, `ANIMEXTS1.0`); drops comments and other applications' blocks, XMP among them. */
function stripGif(bytes: Uint8Array): Uint8Array | null {
  const table = (packed: number) => (packed & 0x80 ? 3 << ((packed & 7) + 1) : 0)
  const data = view(bytes)
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
