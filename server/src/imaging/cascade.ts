import type { Operation } from '@rendition/contract/recipe'
import { apply, toCanvas } from './pass.ts'
import type { Canvas } from './pixels/canvas.ts'
import { same, scaledSize } from './plan/geometry.ts'
import type { Size } from './plan/primitive.ts'
import type { Start } from './run.ts'
import { type Origin, openCanvas } from './source.ts'

/**
 * How much larger a level must be than what is made from it, on each side. Measured on photographs, anything from 1.15
 * to 3.2 gives an SSIM of 0.997 against a Lanczos of the whole picture, which is nearer to it than JPEG's own
 * shrink-on-load comes (0.987 to 0.999); 1.6 leaves the second kernel room, and takes in 1920 → 1024.
 */
export const sufficient = 1.6

/** What a cascade must know of an output. */
export interface Wanted {
  steps: readonly Operation[]
  /** The source is needed for itself (its gain map, for one): never a level. */
  direct: boolean
}

/** The size of the whole picture that an output starts with, when it starts by scaling it down; null otherwise. */
export function leadingSize({ steps, direct }: Wanted, origin: Size): Size | null {
  const [first] = steps
  if (direct || first?.op !== 'resize' || first.gravity === 'attention' || first.gravity === 'entropy')
    return null
  const size = scaledSize(first, origin)
  const smaller = size.width <= origin.width && size.height <= origin.height && !same(size, origin)
  return smaller ? size : null
}

/**
 * One decode for many outputs: the largest size wanted is made from the source (JPEG and WebP shrink while they
 * load), each smaller one from the smallest level that is large enough for the result not to be told from the direct
 * one. Outputs that need the picture whole share one full decode when there are two of them.
 *
 * Gives a start for each of `wanted`, and the levels, smallest first.
 */
export async function startsOf(
  wanted: readonly Wanted[],
  origin: Origin,
  frame: number,
  extra: Size | null,
  signal: AbortSignal | undefined,
): Promise<{ starts: Start[]; levels: Canvas[] }> {
  const sizes = wanted.map((one) => leadingSize(one, origin))
  const whole: Start = { origin, frame }
  const targets = [...sizes.filter((size) => size !== null), ...(extra ? [extra] : [])]
  // One output alone gains nothing from a level of its own
  const shared = targets.length > 1
  const needWhole = wanted.filter((one, index) => sizes[index] === null && !one.direct).length
  const full = needWhole > 1 ? await decode(origin, frame, null) : null
  const levels: Canvas[] = []
  for (const size of shared ? unique(targets).sort((a, b) => b.width * b.height - a.width * a.height) : []) {
    signal?.throwIfAborted()
    const from = levels.find((level) => enough(level, size)) ?? (full && enough(full, size) ? full : null)
    levels.unshift(from ? await scale(from, size) : await decode(origin, frame, size))
  }
  const starts = sizes.map((size, index): Start => {
    if (wanted[index]?.direct) return whole
    if (size === null) return full ? { canvas: full, shared: true } : whole
    const level = levels.find((candidate) => same(candidate, size))
    return level ? { canvas: level, shared: true } : whole
  })
  return { starts, levels: full && !levels.length ? [full] : levels }
}

function unique(sizes: readonly Size[]): Size[] {
  return sizes.filter((size, index) => sizes.findIndex((other) => same(other, size)) === index)
}

function enough(level: Size, size: Size): boolean {
  return level.width >= sufficient * size.width && level.height >= sufficient * size.height
}

async function decode(origin: Origin, frame: number, size: Size | null): Promise<Canvas> {
  const pipeline = apply(origin.open(frame), size ? [{ kind: 'scale', ...size, enlarges: false }] : [])
  const settled = origin.deepTagged ? pipeline.withIccProfile('srgb') : pipeline
  return (await toCanvas(settled, origin.grey, 'decode')).canvas
}

async function scale(level: Canvas, size: Size): Promise<Canvas> {
  return (
    await toCanvas(
      apply(openCanvas(level), [{ kind: 'scale', ...size, enlarges: false }]),
      level.grey,
      'operate',
    )
  ).canvas
}
