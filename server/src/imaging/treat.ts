import { Failure } from '@rendition/contract'
import sharp from 'sharp'
import { mendAvif } from './decoding/isobmff.ts'
import { plainTiff } from './decoding/plain-tiff.ts'
import { mendPng } from './decoding/png.ts'
import { type Aim, profileOf } from './decoding/profile.ts'
import { previewOf } from './decoding/raw-preview.ts'
import { decodeTiff } from './decoding/tiff.ts'
import { guarded } from './failures.ts'
import type { Treatment } from './header/header.ts'
import { join } from './metadata/values.ts'
import type { SourceFormat } from './types.ts'

/** A file as libvips shows it right; with the EXIF of what it was decoded from, which libvips reads from no TIFF. */
export interface Treated {
  bytes: Uint8Array
  exif?: Uint8Array
}

/** Mends in memory what libvips would get wrong of a file. The header has been judged. */
export async function treat(
  bytes: Uint8Array,
  format: SourceFormat,
  treatment: Treatment,
  maximumPixels: number,
  aim: Aim = 'srgb',
): Promise<Treated> {
  const { colour, premultiplied, limitedAlpha, sequence, apertures, endless, tiff, preview } = treatment
  if (preview) return { bytes: previewOf(bytes, preview) }
  if (tiff) return { bytes: decodeTiff(bytes, tiff) }
  const profile = colour ? profileOf(colour, aim) : null
  if (format === 'jpeg') return { bytes: endless ? join([bytes, jpegEnd]) : bytes }
  if (format === 'png') return { bytes: mend(() => mendPng(bytes, profile, endless === true)) }
  if (format !== 'avif') return { bytes }
  const mended =
    sequence || profile || apertures ? mend(() => mendAvif(bytes, profile, apertures ?? [])) : bytes
  const alpha = { premultiplied: premultiplied === true, limited: limitedAlpha === true }
  return premultiplied || limitedAlpha ? withAlphaMended(mended, alpha, maximumPixels) : { bytes: mended }
}

/** Whatever stands where it cannot is damage. */
function mend(work: () => Uint8Array): Uint8Array {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('undecodable', undefined, { cause: error })
    throw error
  }
}

const jpegEnd = new Uint8Array([0xff, 0xd9])

/** Alpha in its whole range, and colours that were multiplied by it divided again; profile, EXIF and XMP go along. */
async function withAlphaMended(
  bytes: Uint8Array,
  { premultiplied, limited }: { premultiplied: boolean; limited: boolean },
  limitInputPixels: number,
): Promise<Treated> {
  const reading = { limitInputPixels, failOn: 'error' as const, ignoreIcc: true }
  const { data, info, metadata } = await guarded('decode', async () => {
    const pipeline = sharp(bytes, reading)
    const found = await pipeline.metadata()
    const pixels = await pipeline.ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    return { ...pixels, metadata: found }
  })
  const { width, height, channels } = info
  if (channels !== 2 && channels !== 4) throw new Failure('undecodable')
  for (let at = 0; at < data.length; at += channels) {
    const coded = data[at + channels - 1] ?? 0
    const alpha = limited ? Math.min(Math.max(Math.round(((coded - 16) * 255) / 219), 0), 255) : coded
    data[at + channels - 1] = alpha
    if (!premultiplied || alpha === 0 || alpha === 255) continue
    for (let index = at; index < at + channels - 1; index++)
      data[index] = Math.min(255, Math.round(((data[index] ?? 0) * 255) / alpha))
  }
  const rows = { bytes: data, start: 0, stride: width * channels }
  const { icc: profile = nothing, xmp = nothing, exif } = metadata
  return { bytes: plainTiff({ width, height, channels, rows, profile, xmp }), ...(exif && { exif }) }
}

const nothing = new Uint8Array(0)

/**
 * Whether all pixels are there of a picture that lacks only its end: no header tells, so it is decoded. A PNG says so
 * itself. Of a JPEG, whose decoder makes up what is missing, all are there when nothing that follows changes one.
 * Throws `undecodable` when they are not.
 */
export async function checkWhole(
  bytes: Uint8Array,
  format: SourceFormat,
  limitInputPixels: number,
): Promise<void> {
  const pixelsOf = (file: Uint8Array) =>
    guarded('decode', () => sharp(file, { limitInputPixels, failOn: 'error' }).raw().toBuffer())
  const pixels = await pixelsOf((await treat(bytes, format, { endless: true }, limitInputPixels)).bytes)
  if (format !== 'jpeg') return
  const others = await pixelsOf(join([bytes, filler, jpegEnd]))
  if (!pixels.equals(others)) throw new Failure('undecodable', 'The JPEG breaks off before its end.')
}

/** What cannot be taken for the end of pixels, and is no marker. */
const filler = new Uint8Array(4096).fill(0x5a)
