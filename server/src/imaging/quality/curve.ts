/** What a quality is measured for. PNG and TIFF lose nothing, and the quality of a GIF is a number of colours. */
export const measuredFormats = ['jpeg', 'webp', 'avif'] as const
export type MeasuredFormat = (typeof measuredFormats)[number]

export const isMeasured = (format: string): format is MeasuredFormat =>
  (measuredFormats as readonly string[]).includes(format)

/** How near a picture has to come to its pixels. */
export type QualityTarget = 'best' | 'good' | 'eco'

/** What one encoding of a small copy came to. */
export interface Measured {
  /** Hitchhiker's SSIM: 1 is equal. */
  similarity: number
  /** Bits a pixel, without the file's head. */
  bits: number
}

/** Why a picture has no curve: the default numbers serve it. */
export type Unmeasured = 'animated' | 'transparent' | 'drawn' | 'small'

/**
 * How the size and the likeness of an original fall with quality: for each format where it lies beside the shape that
 * pictures have in common (`docs/adr/0044-quality-by-measurement.md`).
 */
export type QualityCurve = { epoch: number } & (
  | { points: Readonly<Record<MeasuredFormat, Measured>> }
  | { unmeasured: Unmeasured }
)

/** Raised whenever measuring or choosing changes: curves of another epoch count as none, and are measured anew. */
export const CURVE_EPOCH = 1

/** The quality at which each format is measured, and what its file has besides pixels, in bytes. */
export const probes: Readonly<Record<MeasuredFormat, { quality: number; head: number }>> = {
  jpeg: { quality: 75, head: 620 },
  webp: { quality: 75, head: 40 },
  avif: { quality: 55, head: 300 },
}

/** Similarities. At `good` the numbers that most services fix (JPEG and WebP 80) are reached by most photographs with less. */
export const targets: Readonly<Record<QualityTarget, number>> = { best: 0.98, good: 0.97, eco: 0.96 }

type Knots = readonly (readonly [quality: number, value: number])[]

interface Shape {
  /** The least and the most that is chosen: beneath it the measure says too little about flat colours. */
  least: number
  most: number
  /** -ln(1 - similarity) of the middle picture at 480 to 1920 pixels. */
  likeness: Knots
  /** The same of its small copy at the probe's quality. */
  middle: number
  /** ln of the bytes, against those at the probe's quality. */
  bytes: Knots
  /** ln of bits a pixel of a picture of 150 pixels (the root of its area), by its small copy's and its size. */
  size: { at: number; middle: number; bits: number; side: number }
}

/** Means over the 22 pictures of the record, at 480, 1024 and 1920 pixels. */
const shapes: Readonly<Record<MeasuredFormat, Shape>> = {
  jpeg: {
    least: 50,
    most: 92,
    likeness: [
      [40, 3.013],
      [50, 3.184],
      [60, 3.354],
      [70, 3.539],
      [75, 3.689],
      [80, 3.87],
      [85, 4.11],
      [90, 4.473],
      [94, 4.968],
    ],
    middle: 3.564,
    bytes: [
      [40, -0.632],
      [50, -0.464],
      [60, -0.31],
      [70, -0.108],
      [75, 0],
      [80, 0.149],
      [85, 0.326],
      [90, 0.573],
      [94, 0.853],
    ],
    size: { at: 0.413, middle: 0.347, bits: 1.071, side: -0.267 },
  },
  webp: {
    least: 50,
    most: 92,
    likeness: [
      [40, 2.919],
      [50, 3.097],
      [60, 3.269],
      [70, 3.442],
      [75, 3.527],
      [80, 3.816],
      [85, 4.152],
      [90, 4.608],
      [94, 5.058],
    ],
    middle: 3.636,
    bytes: [
      [40, -0.485],
      [50, -0.335],
      [60, -0.204],
      [70, -0.07],
      [75, 0],
      [80, 0.207],
      [85, 0.438],
      [90, 0.727],
      [94, 1.015],
    ],
    size: { at: 0.162, middle: 0.165, bits: 1.192, side: -0.366 },
  },
  avif: {
    least: 40,
    most: 75,
    likeness: [
      [35, 2.377],
      [45, 2.862],
      [55, 3.333],
      [65, 3.728],
      [75, 4.257],
    ],
    middle: 3.163,
    bytes: [
      [35, -0.817],
      [45, -0.373],
      [55, 0],
      [65, 0.309],
      [75, 0.66],
    ],
    size: { at: -0.018, middle: -0.067, bits: 1.232, side: -0.413 },
  },
}

/**
 * How much of what sets a small copy apart from the middle is found again at the sizes that are asked for: the fits of
 * the three formats are 0.6 to 0.7, and more errs on the side of quality.
 */
const kept = 0.75

/** Along the knots, and beyond them as at their ends. */
function along(knots: Knots, quality: number): number {
  const after = knots.findIndex(([at]) => at >= quality)
  const end = after === -1 ? knots.length - 1 : Math.max(after, 1)
  const [[x0, y0] = [0, 0], [x1, y1] = [1, 0]] = [knots[end - 1], knots[end]]
  return y0 + ((quality - x0) * (y1 - y0)) / (x1 - x0)
}

/** The lowest quality at which a picture with this curve comes as near as the target says. */
export function qualityFor(format: MeasuredFormat, { similarity }: Measured, target: QualityTarget): number {
  const { least, most, likeness, middle } = shapes[format]
  const apart = kept * (distanceOf(similarity) - middle)
  const wanted = distanceOf(targets[target])
  for (let quality = least; quality < most; quality += 1)
    if (along(likeness, quality) + apart >= wanted) return quality
  return most
}

/** Beyond this the pictures are equal for our purpose. */
const equal = 0.9999
const distanceOf = (similarity: number): number => -Math.log(1 - Math.min(similarity, equal))

/** Part of what was promised that a look-up leaves free, since it errs by a fifth. */
const reserve = 0.85
/** Below this a picture is not worth looking at; a render goes lower where it must. */
const leastLookedUp = 10

/** The highest quality up to `most` at which a picture of so many pixels fits into so many bytes, as foreseen. */
export function qualityWithin(
  format: MeasuredFormat,
  { bits }: Measured,
  pixels: number,
  maxBytes: number,
  most: number,
): number {
  const { size, bytes } = shapes[format]
  const side = Math.log(Math.sqrt(pixels) / 150)
  const density = Math.exp(size.at + size.bits * (Math.log(bits) - size.middle) + size.side * side)
  const room = Math.log(Math.max(1, maxBytes * reserve - probes[format].head) / ((pixels * density) / 8))
  for (let quality = most; quality > leastLookedUp; quality -= 1)
    if (along(bytes, quality) <= room) return quality
  return Math.min(most, leastLookedUp)
}

/** A quality at which a file of `made` bytes at `quality` would have no more than `maxBytes`. */
export function lowerQuality(
  format: MeasuredFormat,
  quality: number,
  made: number,
  maxBytes: number,
): number {
  const { bytes } = shapes[format]
  const wanted = along(bytes, quality) + Math.log(maxBytes / made) - 0.03
  let lower = quality - 1
  while (lower > 1 && along(bytes, lower) > wanted) lower -= 1
  return Math.max(1, lower)
}

/** A curve that was kept, if it is of this epoch. */
export function readCurve(value: unknown): QualityCurve | null {
  const curve = value as QualityCurve | null | undefined
  return curve?.epoch === CURVE_EPOCH ? curve : null
}
