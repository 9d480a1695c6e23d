import { Failure } from '@rendition/contract'
import sharp, { type Sharp } from 'sharp'
import { guarded } from './failures.ts'
import { memoryReader } from './header/reader.ts'
import { saidInJpeg } from './metadata/said-in-jpeg.ts'
import { saidInTiff } from './metadata/said-in-tiff.ts'
import { openGif } from './open-gif.ts'
import { type Origin, ownPixels } from './origin.ts'
import type { Canvas } from './pixels/canvas.ts'
import type { Size } from './plan/primitive.ts'
import { judge, type ReadHeader, readHeader } from './probe.ts'
import { checkWhole, treat } from './treat.ts'
import type { ImageSource, ImagingLimits, RawPixels, SourceFormat } from './types.ts'

declare module 'sharp' {
  interface Sharp {
    /** Keeps an HDR gain map through geometry. In sharp 0.35, missing from its types. */
    keepGainMap(): Sharp
  }
}

// libvips keeps decoded files by name and would answer a replaced file with its old pixels; renders share nothing.
sharp.cache(false)
// Only these loaders exist for us. What is no picture of ours never reaches a parser: SVG, PDF, `.v`, FITS, …
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadUhdr',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadTiff',
    'VipsForeignLoadHeif',
  ],
})

const formats: Readonly<Record<string, SourceFormat>> = {
  jpeg: 'jpeg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  tiff: 'tiff',
  heif: 'avif',
}

/** Reads the header and judges it. Failures as of `probe`; HEIC is `unsupported_media_type` here: decode it before. */
export async function openSource(source: ImageSource, limits: ImagingLimits): Promise<Origin> {
  if ('raw' in source) return openRaw(source.raw, limits)
  if (!('bytes' in source)) {
    const origin = await openNative(source.file, null, null, limits)
    const { metadata, gainMap, format } = origin
    return metadata && (gainMap || format === 'tiff')
      ? { ...origin, metadata: { ...metadata, ...(await source.said?.()) } }
      : origin
  }
  // The native parser sees the header only after ours has passed it
  const header = await readHeader(source.bytes, limits)
  const { probe, treatment } = header
  if (treatment?.gif) return openGif(source.bytes, probe, limits)
  const exif = source.exif ?? null
  if (!treatment)
    return saying(await openNative(source.bytes, exif, source.bytes, limits, header), source.bytes)
  if (treatment.endless) await checkWhole(source.bytes, probe.format, limits.stillPixels)
  const treated = await treat(source.bytes, probe.format, treatment, limits.stillPixels)
  // What few programs read right as it is, is always written anew
  const own = treatment.endless && !treatment.colour && !treatment.preview ? treated.bytes : null
  const origin = await openNative(treated.bytes, treated.exif ?? exif, own, limits, header)
  // A preview has the EXIF of its file already
  return treatment.preview ? origin : saying(origin, source.bytes)
}

/** With what the file of a TIFF says and libvips does not read, or not from what was made of it. */
async function saying(origin: Origin, bytes: Uint8Array): Promise<Origin> {
  const { metadata, format } = origin
  if (!metadata || format !== 'tiff') return origin
  return { ...origin, metadata: { ...metadata, ...(await saidInTiff(memoryReader(bytes))) } }
}

/**
 * A file that libvips decodes: `own` is as it was sent, where it is at hand. `asStored`: its values are not converted by the
 * profile that it has.
 */
export async function openNative(
  input: string | Uint8Array,
  exif: Uint8Array | null,
  own: Uint8Array | null,
  limits: ImagingLimits,
  header?: ReadHeader,
  asStored = false,
): Promise<Origin> {
  const reading = { limitInputPixels: limits.stillPixels, failOn: 'error' as const, ignoreIcc: asStored }
  const metadata = await guarded('decode', () => sharp(input, reading).metadata())
  const format = formats[metadata.format ?? '']
  if (!format || metadata.compression === 'hevc')
    throw new Failure('unsupported_media_type', 'This kind of image cannot be decoded here.')
  const frames = format === 'gif' || format === 'webp' ? (metadata.pages ?? 1) : 1
  // Browsers turn no animation, and no AVIF by its EXIF
  const upright = frames === 1 && format !== 'avif'
  const { width, height } = upright
    ? metadata.autoOrient
    : { ...metadata, height: metadata.pageHeight ?? metadata.height }
  judge({ width, height, frames }, limits)
  const gainMap = metadata.gainMap !== undefined
  const said = gainMap && typeof input !== 'string' ? await saidInJpeg(memoryReader(input)) : {}
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16'
  return {
    format: header?.probe.format ?? format,
    width,
    height,
    bytes: own,
    frames,
    delay: metadata.delay ?? [],
    loop: metadata.loop ?? 0,
    alpha: metadata.hasAlpha ?? false,
    turned: upright && (metadata.orientation ?? 1) !== 1,
    foreign: metadata.space !== 'srgb' || metadata.depth !== 'uchar',
    grey,
    deepTagged: metadata.space === 'rgb16' && metadata.hasProfile === true,
    gainMap,
    gamut: 'srgb',
    metadata: { ...metadata, ...said },
    exif,
    open: async (frame = 0) =>
      sharp(input, { ...reading, autoOrient: upright, ...(frame > 0 && { page: frame, pages: 1 }) }),
    async *openAll() {
      yield* cut(await decodeAll(input, limits), { width, height, frames })
    },
  }
}

/** All frames, one below the other. */
async function decodeAll(input: string | Uint8Array, limits: ImagingLimits): Promise<Uint8Array> {
  const reading = { limitInputPixels: limits.animatedPixels, failOn: 'error' as const, pages: -1 }
  return guarded('decode', () => sharp(input, reading).ensureAlpha().raw({ depth: 'uchar' }).toBuffer())
}

function* cut(data: Uint8Array, { width, height, frames }: Size & { frames: number }): Generator<Uint8Array> {
  const length = width * height * 4
  if (data.length !== length * frames)
    throw new Failure('undecodable', 'The frames of the animation have not the size its header says.')
  for (let frame = 0; frame < frames; frame++) yield data.subarray(frame * length, (frame + 1) * length)
}

function openRaw(raw: RawPixels, limits: ImagingLimits): Origin {
  const { data, width, height, channels } = raw
  judge({ width, height, frames: 1 }, limits)
  if (data.length !== width * height * channels)
    throw new Failure('undecodable', 'There are not as many pixels as the size says.')
  const open = (): Sharp =>
    sharp(data, { raw: { width, height, channels }, limitInputPixels: limits.stillPixels })
  return {
    format: 'raw',
    width,
    height,
    bytes: null,
    frames: 1,
    delay: [],
    loop: 0,
    alpha: channels === 4,
    ...ownPixels,
    open: async () => open(),
    async *openAll() {
      yield* cut(await guarded('decode', () => open().ensureAlpha().raw().toBuffer()), {
        width,
        height,
        frames: 1,
      })
    },
  }
}

/** A pipeline over raw pixels. */
export function openCanvas({ data, width, height, channels }: Canvas): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
