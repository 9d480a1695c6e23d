import type { SourceFormat } from '../types.ts'
import { ascii } from './reader.ts'

/** Bytes from the start of a file that `sniff` needs. */
export const sniffLength = 512

const avifBrands = new Set(['avif', 'avis'])
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'])

function startsWith(bytes: Uint8Array, ...signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}

const isTiff = (head: Uint8Array): boolean =>
  [0x2a, 0x2b].some(
    (version) => startsWith(head, 0x49, 0x49, version, 0) || startsWith(head, 0x4d, 0x4d, 0, version),
  )

/** Canon's raw files are TIFFs with `CR` behind the header. */
export const isCanonRaw = (head: Uint8Array): boolean => isTiff(head) && ascii(head, 8, 2) === 'CR'

/**
 * The format by content, never by name or declared type: our allow-list, null for all else. SVG is text and has no
 * place in it; a GIF that is also HTML is a GIF here and is only ever served as one.
 */
export function sniff(head: Uint8Array): SourceFormat | null {
  if (startsWith(head, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (head.length >= 6 && /^GIF8[79]a$/.test(ascii(head, 0, 6))) return 'gif'
  if (head.length >= 12 && ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 4) === 'WEBP') return 'webp'
  if (isTiff(head)) return 'tiff'
  return head.length >= 16 && ascii(head, 4, 4) === 'ftyp' ? sniffBrands(head) : null
}

function brandsOf(head: Uint8Array): string[] {
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0)
  const brands = [ascii(head, 8, 4)]
  for (let at = 16; at + 4 <= Math.min(size, head.length); at += 4) brands.push(ascii(head, at, 4))
  return brands
}

function sniffBrands(head: Uint8Array): SourceFormat | null {
  const brands = brandsOf(head)
  if (brands.some((brand) => avifBrands.has(brand))) return 'avif'
  if (brands.some((brand) => heicBrands.has(brand))) return 'heic'
  return null
}

/** Kinds of files that people take for pictures and we do not, by how they begin (Latin-1). */
const others: Readonly<Record<string, readonly string[]>> = {
  'JPEG XL': ['\xff\x0a', '\0\0\0\x0cJXL '],
  'JPEG 2000': ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'],
  ICO: ['\0\0\x01\0', '\0\0\x02\0'],
  'Photoshop (PSD)': ['8BPS'],
  'raw camera': ['FUJIFILMCCD-RAW', 'IIU\0', 'IIRO', 'IIRS', 'MMOR', 'FOVb', '\0MRM'],
  'JPEG XR': ['II\xbc'],
  OpenEXR: ['\x76\x2f\x31\x01'],
  'Radiance HDR': ['#?RADIANCE', '#?RGBE'],
  DDS: ['DDS '],
  QOI: ['qoif'],
  PDF: ['%PDF-'],
  video: ['\x1a\x45\xdf\xa3'],
}

/** The root of an SVG, behind a declaration, comments and a document type. */
const svg = /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/is

/** What kind of picture or film a file is that is not accepted; null for one that nobody takes for either. */
export function nameOther(head: Uint8Array): string | null {
  if (head.length >= 16 && ascii(head, 4, 4) === 'ftyp') {
    const brands = brandsOf(head)
    if (brands.includes('crx ')) return 'raw camera'
    return brands.some((brand) => brand === 'mif1' || brand === 'msf1')
      ? 'HEIF other than HEIC and AVIF'
      : 'video'
  }
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  // Two letters alone are too few: four bytes behind the length are always empty
  if (text.startsWith('BM') && text.startsWith('\0\0\0\0', 6)) return 'BMP'
  if (svg.test(text.replace('\xef\xbb\xbf', ''))) return 'SVG'
  const found = Object.entries(others).find(([, beginnings]) =>
    beginnings.some((one) => text.startsWith(one)),
  )
  return found?.[0] ?? null
}
