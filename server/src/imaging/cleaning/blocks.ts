import { readExif, tiffOf, writeExif } from '../metadata/exif.ts'
import { filterIptc, readPhotoshop, writePhotoshop } from '../metadata/iptc.ts'
import { bytesOf } from '../metadata/values.ts'
import { filterXmp } from '../metadata/xmp.ts'
import type { Patch } from '../types.ts'
import { open, spaces, zeros } from './patches.ts'

const exifHead = 'Exif\0\0'

/**
 * An EXIF block with what anybody may be told, as long as it was; null when that is all it holds. Always written anew:
 * what no entry refers to, a place that another program took out, would stay otherwise.
 */
export function cleanExif(block: Uint8Array): Uint8Array | null {
  const exif = readExif(block, open)
  const out = new Uint8Array(block.length)
  if (exif === null) return out
  const head = block.length - tiffOf(block).length
  out.set(bytesOf(exifHead).subarray(0, head))
  const nothing = { image: [], exif: [], gps: [], interop: [] }
  const written = [writeExif(exif), writeExif({ little: exif.little, directories: nothing })].find(
    ({ length }) => head + length <= block.length,
  )
  if (written !== undefined) out.set(written, head)
  return Buffer.from(out).equals(block) ? null : out
}

export function exifPatches(at: number, block: Uint8Array): Patch[] {
  const cleaned = cleanExif(block)
  return cleaned === null ? [] : [{ at, data: cleaned }]
}

export function xmpPatches(at: number, packet: Uint8Array): Patch[] {
  const filtered = filterXmp(packet, open)
  if (filtered === packet) return []
  return filtered === null ? spaces(at, packet.length) : [{ at, data: filtered }]
}

export function photoshopPatches(at: number, block: Uint8Array): Patch[] {
  const { iptc, rest } = readPhotoshop(block)
  const filtered = filterIptc(iptc, open)
  if (!rest && !filtered.rest) return []
  const data = writePhotoshop(filtered.kept, block.length)
  return data === null ? zeros(at, block.length) : [{ at, data }]
}

/** An IPTC-IIM stream that stands by itself, as in TIFF. */
export function iptcPatches(at: number, stream: Uint8Array): Patch[] {
  const { kept, rest } = filterIptc(stream, open)
  if (!rest) return []
  const data = new Uint8Array(stream.length)
  data.set(kept)
  return [{ at, data }]
}
