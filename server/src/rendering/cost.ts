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
  const written = outputs.reduce((sum, { recipe }) => {
    const { width, height } = recipe.steps.reduce(after, source)
    return sum + Math.min(width * height, limits.outputPixels) * source.frames
  }, 0)
  return (source.width * source.height * source.frames + written) / 1e6
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
    default:
      return { width, height }
  }
}
