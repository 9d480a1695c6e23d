import type { Operation, Recipe } from '@rendition/contract/recipe'

export interface Size {
  width: number
  height: number
}

/** A stored rendition, as far as another's bytes are judged by it. */
export interface Known extends Size {
  format: string
  /** Bytes. */
  size: number
}

/** The size of a recipe's picture, near enough to judge its bytes. */
export function sizeAfter({ steps }: Pick<Recipe, 'steps'>, source: Size): Size {
  const { width, height } = steps.reduce(after, source)
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) }
}

function after(at: Size, step: Operation): Size {
  switch (step.op) {
    case 'resize':
      return resized(at, step)
    case 'crop':
      return { width: Math.min(at.width, step.width), height: Math.min(at.height, step.height) }
    case 'pad':
      return { width: at.width + step.left + step.right, height: at.height + step.top + step.bottom }
    case 'rotate':
      return step.angle % 180 === 0 ? at : { width: at.height, height: at.width }
    default:
      return at
  }
}

function resized(at: Size, step: Extract<Operation, { op: 'resize' }>): Size {
  const [across, down] = [(step.width ?? 0) / at.width, (step.height ?? 0) / at.height]
  const scaled = (factor: number): Size => {
    const by = step.enlarge ? factor : Math.min(1, factor)
    return { width: at.width * by, height: at.height * by }
  }
  if (step.width === undefined) return scaled(down)
  if (step.height === undefined) return scaled(across)
  if (step.fit === 'inside') return scaled(Math.min(across, down))
  if (step.fit === 'outside') return scaled(Math.max(across, down))
  if (step.enlarge) return { width: step.width, height: step.height }
  return { width: Math.min(at.width, step.width), height: Math.min(at.height, step.height) }
}

/**
 * Bytes of a picture of this size and format, judged by the stored renditions of the same original: by the nearest in
 * pixels, of the same format where there is one. Bytes grow slower than pixels: small pictures hold more detail in each.
 * null where nothing is known.
 */
export function bytesFrom(known: readonly Known[], format: string | undefined, size: Size): number | null {
  const same = known.filter((one) => one.format === format)
  const from = same.length > 0 || format === undefined ? (same.length > 0 ? same : known) : known
  const pixels = size.width * size.height
  const far = (one: Known): number => Math.abs(Math.log((one.width * one.height) / pixels))
  const [nearest] = [...from].sort((a, b) => far(a) - far(b))
  if (nearest === undefined) return null
  return nearest.size * (pixels / (nearest.width * nearest.height)) ** growth
}

/**
 * Measured on five photographs from 150 over 480 and 1024 to 1920 pixels across: the median is 0.79 for WebP and AVIF and
 * 0.84 for JPEG, a tenth of the steps is below 0.68 and a tenth above 1.
 */
const growth = 0.8
