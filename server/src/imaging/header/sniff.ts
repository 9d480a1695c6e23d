import type { SourceFormat } from '../types.ts'
import { ascii } from './reader.ts'

/** Bytes from the start of a file that `sniff` needs. */
export const sniffLength = 512

const avifBrands = new Set(['avif', 'avis'])
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'])

function startsWith(bytes: Uint8Array, ...signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}

/**
 * The format by content, never by name or declared type: our allow-list, null for all else. SVG is text and has no
 * place in it; a GIF that is also HTML is a GIF here and is only ever served as one.
 */
export function sniff(head: Uint8Array): SourceFormat | null {
  if (startsWith(head, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (head.length >= 6 && /^GIF8[79]a$/.test(ascii(head, 0, 6))) return 'gif'
  if (head.length >= 12 && ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 4) === 'WEBP') return 'webp'
  // Canon's raw files are TIFFs with `CR` behind the header; what libtiff finds in them is a thumbnail.
  const canonRaw = head.length >= 10 && ascii(head, 8, 2) === 'CR'
  if (startsWith(head, 0x49, 0x49, 0x2a, 0) || startsWith(head, 0x4d, 0x4d, 0, 0x2a))
    return canonRaw ? null : 'tiff'
  return head.length >= 16 && ascii(head, 4, 4) === 'ftyp' ? sniffBrands(head) : null
}

function sniffBrands(head: Uint8Array): SourceFormat | null {
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0)
  const brands = [ascii(head, 8, 4)]
  for (let at = 16; at + 4 <= Math.min(size, head.length); at += 4) brands.push(ascii(head, at, 4))
  if (brands.some((brand) => avifBrands.has(brand))) return 'avif'
  if (brands.some((brand) => heicBrands.has(brand))) return 'heic'
  return null
}
