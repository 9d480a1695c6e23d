import { toD50 } from './colour/matrix.ts'
import { type CodePoints, hdrCodePoints } from './colour/numbers.ts'
import { mendPng } from './decoding/png.ts'
import { isWide, profileInP3 } from './decoding/wide-profile.ts'
import type { Origin } from './origin.ts'
import { readHeader } from './probe.ts'
import { openNative } from './source.ts'
import { treat } from './treat.ts'
import type { ImageSource, ImagingLimits } from './types.ts'

/**
 * The same picture in values of Display P3, where it has more colours than sRGB; null where it has not. The curve of P3 is
 * that of sRGB, so every operation does what it does on sRGB. How: the profile says of P3 what is true of sRGB, and libvips
 * converts "to sRGB"; of more than 8 bits it converts to P3 by itself.
 */
export async function openInP3(
  source: ImageSource,
  srgb: Origin,
  limits: ImagingLimits,
): Promise<Origin | null> {
  if (!('bytes' in source) || srgb.grey) return null
  const header = await readHeader(source.bytes, limits)
  const { probe, treatment } = header
  if (treatment?.gif) return null
  const treated = (aim: 'p3' | 'p3 as srgb') =>
    treatment
      ? treat(source.bytes, probe.format, treatment, limits.stillPixels, aim)
      : { bytes: source.bytes, exif: undefined }
  const opened = async (bytes: Uint8Array, exif: Uint8Array | undefined): Promise<Origin> => {
    const own = treatment?.colour ? null : srgb.bytes
    const origin = await openNative(bytes, exif ?? source.exif ?? null, own, limits, header)
    // What it says is the same, and not all of it is in what was mended
    return { ...origin, metadata: srgb.metadata, gamut: 'p3', deepTagged: false }
  }
  const numbers = treatment?.colour
  if (numbers) {
    if (numbers.grey || !isWide(toD50(numbers.primaries))) return null
    const { bytes, exif } = await treated(srgb.deepTagged ? 'p3' : 'p3 as srgb')
    return opened(bytes, exif)
  }
  const icc = srgb.metadata?.icc
  const moved = icc ? profileInP3(icc) : null
  if (!icc || !moved) return null
  const { bytes, exif } = await treated('p3')
  if (srgb.deepTagged) return opened(bytes, exif)
  const mended = probe.format === 'png' ? mendPng(bytes, moved, false) : withReplaced(bytes, icc, moved)
  return mended && opened(mended, exif)
}

/** The bytes with others of the same length in place of those; null when they do not stand in one piece. */
function withReplaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array | null {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(from)
  if (at < 0) return null
  const out = Uint8Array.from(bytes)
  out.set(to, at)
  return out
}

/** A picture of PQ or HLG, in its own values. */
export interface HdrOrigin {
  origin: Origin
  meant: CodePoints
}

/** The same picture with what is brighter than white, in the values it is stored in; null where it has none. */
export async function openHdr(source: ImageSource, limits: ImagingLimits): Promise<HdrOrigin | null> {
  if (!('bytes' in source)) return null
  if (source.hdr) {
    const { bytes, meant } = source.hdr
    return { origin: await openNative(bytes, source.exif ?? null, null, limits, undefined, true), meant }
  }
  const header = await readHeader(source.bytes, limits)
  const { probe, treatment } = header
  const { colour, ...rest } = treatment ?? {}
  if (!colour || colour.grey || colour.limited || rest.premultiplied || rest.limitedAlpha) return null
  const meant = hdrCodePoints(colour)
  if (!meant) return null
  const { bytes } = await treat(source.bytes, probe.format, rest, limits.stillPixels)
  const origin = await openNative(bytes, source.exif ?? null, null, limits, header, true)
  return { origin: { ...origin, deepTagged: false }, meant }
}
