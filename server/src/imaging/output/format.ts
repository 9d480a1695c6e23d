import { Failure } from '@rendition/contract'
import type { Output, OutputFormat } from '@rendition/contract/recipe'
import type { Origin } from '../origin.ts'

export const contentTypes: Readonly<Record<OutputFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
}

const animated: ReadonlySet<OutputFormat> = new Set(['gif', 'webp'])
const transparent: ReadonlySet<OutputFormat> = new Set(['png', 'webp', 'avif', 'gif', 'tiff'])

export function holdsAlpha(format: OutputFormat): boolean {
  return transparent.has(format)
}

/**
 * The format a source keeps when none is asked for: its own where browsers show it, else PNG for transparency and
 * JPEG for the rest. AVIF becomes WebP: its encoder costs some four times as much for each rendition.
 */
export function ownFormat({ format, alpha }: Pick<Origin, 'format' | 'alpha'>): OutputFormat {
  switch (format) {
    case 'jpeg':
    case 'png':
    case 'webp':
    case 'gif':
      return format
    case 'avif':
      return 'webp'
    default:
      return alpha ? 'png' : 'jpeg'
  }
}

/** What will be written: format, and the frame (null: all of them). */
export interface Target {
  format: OutputFormat
  /** Null: every frame. */
  frame: number | null
  notes: string[]
}

/**
 * Settles format and frames. Failures: `unsupported_output` for an animation as AVIF (sharp would write one tall
 * still) and for lossless where there is none; `invalid_recipe` for a frame the source has not.
 */
export function targetOf(output: Output, origin: Origin): Target {
  const format = output.format ?? ownFormat(origin)
  if (output.lossless && (format === 'jpeg' || format === 'gif'))
    throw new Failure('unsupported_output', `${format} cannot be lossless: choose png, webp or avif.`)
  const { frame } = output
  if (frame !== undefined && frame >= origin.frames) {
    const message = `the picture has ${origin.frames}, counted from 0`
    throw new Failure('invalid_recipe', `frame: ${message}.`, { errors: [{ path: 'output.frame', message }] })
  }
  if (origin.frames === 1 || frame !== undefined) return { format, frame: frame ?? 0, notes: [] }
  if (animated.has(format)) return { format, frame: null, notes: [] }
  if (format === 'avif')
    throw new Failure(
      'unsupported_output',
      'An animation cannot be written as AVIF: choose webp or gif, or one frame.',
    )
  return { format, frame: 0, notes: [`${format} holds no animation: this is its first frame.`] }
}
