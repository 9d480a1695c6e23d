import { Failure } from '@rendition/contract'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { guarded } from './failures.ts'
import type { Canvas } from './pixels/canvas.ts'
import type { Size } from './plan/primitive.ts'
import { judge, probe } from './probe.ts'
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

/** A picture that is not decoded yet, and what a plan must know about it. */
export interface Origin extends Size {
  format: SourceFormat | 'raw'
  /** Bytes of the file, when they are at hand. */
  bytes: Uint8Array | null
  frames: number
  /** Milliseconds each frame is shown, and how often all are (0 is for ever). */
  delay: number[]
  loop: number
  alpha: boolean
  /** EXIF orientation must still be applied. */
  turned: boolean
  /** Not plain 8-bit sRGB. */
  foreign: boolean
  grey: boolean
  /** Tagged 16-bit colour: sharp goes by way of Display P3 and must be brought back to sRGB. */
  deepTagged: boolean
  /** The colours are meant by an embedded profile, or are CMYK. */
  profiled: boolean
  gainMap: boolean
  metadata: Metadata | null
  /** EXIF that came beside the bytes: no pipeline carries it along by itself. */
  exif: Uint8Array | null
  /** A pipeline that decodes one frame upright. */
  open(frame?: number): Sharp
  /** A pipeline that decodes all frames, one below the other. */
  openAll(): Sharp
}

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
  const input = 'bytes' in source ? source.bytes : source.file
  // The native parser sees the header only after ours has passed it
  if ('bytes' in source) await probe(source.bytes, limits)
  const reading = { limitInputPixels: limits.stillPixels, failOn: 'error' as const }
  const metadata = await guarded('decode', () => sharp(input, reading).metadata())
  const format = formats[metadata.format ?? '']
  if (!format || metadata.compression === 'hevc')
    throw new Failure('unsupported_media_type', 'This kind of image cannot be decoded here.')
  const frames = format === 'gif' || format === 'webp' ? (metadata.pages ?? 1) : 1
  const { width, height } = metadata.autoOrient
  judge({ width, height, frames }, limits)
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16'
  return {
    format,
    width,
    height,
    bytes: 'bytes' in source ? source.bytes : null,
    frames,
    delay: metadata.delay ?? [],
    loop: metadata.loop ?? 0,
    alpha: metadata.hasAlpha ?? false,
    turned: (metadata.orientation ?? 1) !== 1 && format !== 'avif',
    foreign: metadata.space !== 'srgb' || metadata.depth !== 'uchar',
    grey,
    deepTagged: metadata.space === 'rgb16' && metadata.hasProfile === true,
    profiled: metadata.hasProfile === true || metadata.space === 'cmyk',
    gainMap: metadata.gainMap !== undefined,
    metadata,
    exif: 'bytes' in source ? (source.exif ?? null) : null,
    open: (frame = 0) =>
      sharp(input, { ...reading, autoOrient: true, ...(frame > 0 && { page: frame, pages: 1 }) }),
    openAll: () => sharp(input, { ...reading, limitInputPixels: limits.animatedPixels, pages: -1 }),
  }
}

function openRaw(raw: RawPixels, limits: ImagingLimits): Origin {
  const { data, width, height, channels } = raw
  judge({ width, height, frames: 1 }, limits)
  if (data.length !== width * height * channels)
    throw new Failure('undecodable', 'There are not as many pixels as the size says.')
  const open = () => sharp(data, { raw: { width, height, channels }, limitInputPixels: limits.stillPixels })
  return {
    format: 'raw',
    width,
    height,
    bytes: null,
    frames: 1,
    delay: [],
    loop: 0,
    alpha: channels === 4,
    turned: false,
    foreign: false,
    grey: false,
    deepTagged: false,
    profiled: false,
    gainMap: false,
    metadata: null,
    exif: null,
    open,
    openAll: open,
  }
}

/** A pipeline over raw pixels. */
export function openCanvas({ data, width, height, channels }: Canvas): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
