import type { Operation } from '@rendition/contract/recipe'
import type { Origin } from './origin.ts'
import { apply, toCanvas } from './pass.ts'
import type { Canvas } from './pixels/canvas.ts'
import { same, scaledSize } from './plan/geometry.ts'
import type { Size } from './plan/primitive.ts'
import { openCanvas } from './source.ts'

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

/** How the outputs of a picture begin. */
export interface Beginnings {
  /** For each output the level it begins with; null where it begins with the source. */
  sizes: (Size | null)[]
  /** Every level, largest first. */
  levels: Size[]
  /** Two outputs or more need the picture whole: it is decoded once for all of them. */
  full: boolean
}

/** @param extra a level wanted for itself. */
export function beginningsOf(wanted: readonly Wanted[], origin: Size, extra: Size | null): Beginnings {
  const sizes = wanted.map((one) => leadingSize(one, origin))
  const targets = [...sizes.filter((size) => size !== null), ...(extra ? [extra] : [])]
  const whole = wanted.filter((one, index) => sizes[index] === null && !one.direct).length
  // One output alone gains nothing from a level of its own
  const shared = targets.length > 1 || extra !== null
  const levels = shared ? unique(targets).sort((a, b) => b.width * b.height - a.width * a.height) : []
  return { sizes, levels, full: whole > 1 }
}

/**
 * The levels one after the other, largest first: made from the source (JPEG and WebP shrink while they load), or from
 * the smallest level before that is large enough for the result not to be told from the direct one. Only a few are
 * kept to be made from, each clearly smaller than the last, so that memory does not grow with their number.
 */
export async function* makeLevels(
  { levels }: Beginnings,
  origin: Origin,
  frame: number,
  full: Canvas | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<Canvas> {
  const feeders = full ? [full] : []
  for (const size of levels) {
    signal?.throwIfAborted()
    const from = feeders.findLast((feeder) => enough(feeder, size))
    const level = from ? await scale(from, size) : await decode(origin, frame, size)
    const last = feeders.at(-1)
    const near = last && size.width <= last.width && size.height <= last.height && !enough(last, size)
    if (!near) feeders.push(level)
    yield level
  }
}

function unique(sizes: readonly Size[]): Size[] {
  return sizes.filter((size, index) => sizes.findIndex((other) => same(other, size)) === index)
}

function enough(level: Size, size: Size): boolean {
  return level.width >= sufficient * size.width && level.height >= sufficient * size.height
}

/** The upright picture, whole or scaled to a level. */
export async function decode(origin: Origin, frame: number, size: Size | null): Promise<Canvas> {
  const pipeline = apply(await origin.open(frame), size ? [{ kind: 'scale', ...size, enlarges: false }] : [])
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
