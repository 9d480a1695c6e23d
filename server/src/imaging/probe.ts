import { Failure } from '@rendition/contract'
import { gifHeader } from './header/gif.ts'
import type { Header, HeaderOptions, Treatment } from './header/header.ts'
import { isobmffHeader } from './header/isobmff.ts'
import { jpegHeader } from './header/jpeg.ts'
import { pngHeader } from './header/png.ts'
import { damaged, memoryReader, Window } from './header/reader.ts'
import { nameOther, sniff, sniffLength } from './header/sniff.ts'
import { tiffHeader } from './header/tiff.ts'
import { webpHeader } from './header/webp.ts'
import type { ByteReader, ImagingLimits, Probe, SourceFormat } from './types.ts'

const readers = {
  jpeg: jpegHeader,
  png: pngHeader,
  webp: webpHeader,
  gif: gifHeader,
  tiff: tiffHeader,
  avif: isobmffHeader,
  heic: isobmffHeader,
} as const satisfies Record<SourceFormat, (file: Window, options: HeaderOptions) => Promise<Header>>

/** What a header says, and what must be done to the file before libvips sees it. */
export interface ReadHeader {
  probe: Probe
  treatment: Treatment | null
}

export interface ProbeOptions {
  /** Take what has faults that cost no pixel, as browsers do; true by default. */
  relaxed?: boolean
}

/**
 * What a file is, from its header alone: our own bounded walk in plain TypeScript, no native code and no pixels, so
 * that hostile files cost microseconds and cannot crash anything.
 *
 * Failures: `unsupported_media_type` (not one of ours by content, also for an empty file, or of a kind that nothing
 * here decodes), `undecodable` (the header is damaged or cut off), `too_many_pixels`, `animation_too_large`.
 */
export async function probe(
  source: ByteReader | Uint8Array,
  limits: ImagingLimits,
  options?: ProbeOptions,
): Promise<Probe> {
  return (await readHeader(source, limits, options)).probe
}

/** The same, with how the file is to be treated. */
export async function readHeader(
  source: ByteReader | Uint8Array,
  limits: ImagingLimits,
  { relaxed = true }: ProbeOptions = {},
): Promise<ReadHeader> {
  const reader = source instanceof Uint8Array ? memoryReader(source) : source
  const file = new Window(reader)
  const head = await file.upTo(0, sniffLength)
  const format = sniff(head)
  if (!format) throw notOurs(nameOther(head))
  const header = await readers[format](file, { maximumFrames: limits.frames, relaxed })
  const turned = header.orientation >= 5
  const probed: Probe = {
    format,
    contentType: `image/${format}`,
    width: turned ? header.height : header.width,
    height: turned ? header.width : header.height,
    orientation: header.orientation,
    frames: header.frames,
    hasAlpha: header.hasAlpha,
  }
  judge(probed, limits)
  if (reader.size < (header.leastBytes ?? 0)) throw damaged('The file is too short for its size.')
  return { probe: probed, treatment: header.treatment ?? null }
}

function notOurs(kind: string | null): Failure {
  const accepted = 'JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC'
  return new Failure(
    'unsupported_media_type',
    kind === null
      ? `The file is not an image of an accepted kind: ${accepted}.`
      : `${kind} files are not accepted: send ${accepted}.`,
  )
}

/** Refuses what is too large to be decoded. */
export function judge(
  { width, height, frames }: Pick<Probe, 'width' | 'height' | 'frames'>,
  limits: ImagingLimits,
): void {
  if (width > limits.side || height > limits.side)
    throw new Failure(
      'too_many_pixels',
      `Each side may have ${limits.side} pixels; this picture is ${width} × ${height}.`,
    )
  if (width * height > limits.stillPixels)
    throw new Failure(
      'too_many_pixels',
      `A picture may have ${limits.stillPixels} pixels; this one is ${width} × ${height}.`,
    )
  if (frames > limits.frames)
    throw new Failure('animation_too_large', `An animation may have ${limits.frames} frames.`)
  if (frames > 1 && width * height * frames > limits.animatedPixels)
    throw new Failure(
      'animation_too_large',
      `All frames together may have ${limits.animatedPixels} pixels; these are ${frames} of ${width} × ${height}.`,
    )
}
