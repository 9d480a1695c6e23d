import type { Operation } from '@rendition/contract/recipe'
import type { ImagingLimits, OutputRequest } from '../imaging/types.ts'

export interface SourceSize {
  /** Pixels, upright, of one frame. */
  width: number
  height: number
  frames: number
}

interface Size {
  width: number
  height: number
}

/**
 * Megapixels a render reads and writes, for the gate. An upper estimate from the recipe alone: imaging judges the
 * true sizes, and refuses what is beyond its limits, so nothing here can cost more than those.
 */
export function megapixelsOf(
  source: SourceSize,
  outputs: readonly OutputRequest[],
  limits: ImagingLimits,
): number {
  const written = outputs.reduce((sum, output) => sum + writtenBy(output, source, limits), 0)
  return readFrom(source) + written
}

/** Processor milliseconds: what a render costs however small, and a megapixel of the source. */
const msAtLeast = 5
const msPerMegapixelRead = 2.5
/** The same of a megapixel encoded; AVIF at the effort that URLs get. */
const msPerMegapixelWritten: Readonly<Record<string, number>> = {
  jpeg: 15,
  webp: 90,
  png: 120,
  gif: 150,
  avif: 400,
}
const msPerMegapixelKept = 100

/**
 * Milliseconds that a render takes, as foreseen from the recipe alone: the figures of one machine (docs/performance.md),
 * for kinds of pictures to count right against each other. How quick this machine is the line finds out by itself.
 */
export function foreseenMs(
  source: SourceSize,
  outputs: readonly OutputRequest[],
  limits: ImagingLimits,
): number {
  return outputs.reduce(
    (sum, output) => {
      const { format } = output.recipe.output
      const rate = msPerMegapixelWritten[format ?? ''] ?? msPerMegapixelKept
      return sum + rate * writtenBy(output, source, limits)
    },
    msAtLeast + msPerMegapixelRead * readFrom(source),
  )
}

/** Megapixels. */
const readFrom = ({ width, height, frames }: SourceSize): number => (width * height * frames) / 1e6

function writtenBy({ recipe }: OutputRequest, source: SourceSize, limits: ImagingLimits): number {
  const { width, height } = recipe.steps.reduce(after, source)
  return (Math.min(width * height, limits.outputPixels) * source.frames) / 1e6
}

function after({ width, height }: Size, step: Operation): Size {
  switch (step.op) {
    case 'resize': {
      const wanted = {
        width: step.width ?? ((step.height ?? 0) * width) / height,
        height: step.height ?? ((step.width ?? 0) * height) / width,
      }
      if (step.enlarge && step.fit !== 'outside') return wanted
      return { width: Math.min(width, wanted.width), height: Math.min(height, wanted.height) }
    }
    case 'crop':
      return { width: Math.min(width, step.width), height: Math.min(height, step.height) }
    case 'pad':
      return { width: width + step.left + step.right, height: height + step.top + step.bottom }
    case 'rotate': {
      if (step.angle % 180 === 0) return { width, height }
      if (step.angle % 90 === 0) return { width: height, height: width }
      const side = Math.hypot(width, height)
      return { width: side, height: side }
    }
    case 'redact':
    case 'trim':
    case 'flip':
    case 'mirror':
    case 'radius':
    case 'blur':
    case 'sharpen':
    case 'grayscale':
    case 'negate':
    case 'modulate':
    case 'contrast':
    case 'gamma':
    case 'tint':
    case 'watermark':
    case 'background':
      return { width, height }
  }
}
