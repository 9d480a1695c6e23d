import type { Output, Recipe } from '@rendition/contract/recipe'
import { ownFormat } from './output/format.ts'
import { expand, type Standing } from './plan/expand.ts'
import type { Size } from './plan/primitive.ts'
import {
  isMeasured,
  type MeasuredFormat,
  type QualityCurve,
  type QualityTarget,
  qualityFor,
  qualityWithin,
  type Unmeasured,
} from './quality/curve.ts'
import type { SourceFormat } from './types.ts'

/** What is known of a picture before it is decoded. */
export interface SourceFacts extends Size {
  format: SourceFormat | 'raw'
  alpha: boolean
}

/** How the quality of a recipe was found. */
export interface QualityChoice {
  /** null: the default of the format, or nothing is lost at all. */
  quality: number | null
  target: QualityTarget
  /** One sentence. */
  why: string
}

/** What is written where nothing was measured; `good` is the format's default. */
const unmeasured: Readonly<Record<'best' | 'eco', Readonly<Record<MeasuredFormat, number>>>> = {
  best: { jpeg: 90, webp: 90, avif: 65 },
  eco: { jpeg: 70, webp: 70, avif: 45 },
}

/**
 * The recipe with a number where a word stood, by looking at the curve of its original, and a number that will fit where
 * the file must not be larger. A pure function of its arguments: who plans a picture and who makes it come to the same.
 */
export function settleQuality(
  recipe: Recipe,
  source: SourceFacts,
  curve: QualityCurve | null,
): { recipe: Recipe; choice: QualityChoice | null } {
  const { quality, maxBytes } = recipe.output
  if (typeof quality !== 'string' && maxBytes === undefined) return { recipe, choice: null }
  const format = recipe.output.format ?? ownFormat(source)
  const choice = typeof quality === 'string' ? choose(targetOf(quality), format, curve) : null
  const number = choice === null ? (quality as number | undefined) : (choice.quality ?? undefined)
  const { quality: _word, ...output } = recipe.output
  const within = maxBytes === undefined ? number : lookUp(recipe, format, source, curve, number)
  const settled: Output = within === undefined ? output : { ...output, quality: within }
  return {
    recipe: { ...recipe, output: settled },
    choice:
      choice === null || within === number
        ? choice
        : { ...choice, quality: within ?? null, why: `${choice.why} Lowered for ${maxBytes} bytes.` },
  }
}

const targetOf = (word: string): QualityTarget =>
  word === 'auto:best' ? 'best' : word === 'auto:eco' ? 'eco' : 'good'

function choose(target: QualityTarget, format: string, curve: QualityCurve | null): QualityChoice {
  if (!isMeasured(format)) return { quality: null, target, why: `${format} has no quality to measure.` }
  if (curve !== null && 'points' in curve) {
    const quality = qualityFor(format, curve.points[format], target)
    return {
      quality,
      target,
      why: `The lowest at which this picture in ${format} is as near to its pixels as ${target} asks, by its curve.`,
    }
  }
  const quality = target === 'good' ? null : unmeasured[target][format]
  return { quality, target, why: curve === null ? notYet : reasons[curve.unmeasured] }
}

const notYet = 'The picture was not measured yet: what the format has by default.'
const reasons: Readonly<Record<Unmeasured, string>> = {
  animated: 'The picture moves: what the format has by default.',
  transparent: 'The picture has transparency: what the format has by default.',
  drawn: 'The picture has few colours: what the format has by default.',
  small: 'The picture is too small to be measured: what the format has by default.',
}

/** The quality at which the picture will have no more bytes than it may; the given one where nothing is known. */
function lookUp(
  recipe: Recipe,
  format: string,
  source: SourceFacts,
  curve: QualityCurve | null,
  quality: number | undefined,
): number | undefined {
  const { maxBytes, lossless } = recipe.output
  if (maxBytes === undefined || lossless || !isMeasured(format)) return quality
  if (curve === null || !('points' in curve)) return quality
  const pixels = pixelsOf(recipe, source)
  const most = quality ?? qualityFor(format, curve.points[format], 'good')
  return pixels === null ? quality : qualityWithin(format, curve.points[format], pixels, maxBytes, most)
}

const unbounded = {
  stillPixels: Number.POSITIVE_INFINITY,
  animatedPixels: Number.POSITIVE_INFINITY,
  frames: Number.POSITIVE_INFINITY,
  side: Number.POSITIVE_INFINITY,
  outputSide: Number.POSITIVE_INFINITY,
  outputPixels: Number.POSITIVE_INFINITY,
}

/** Pixels of the result, at most; null for steps that cannot be. */
function pixelsOf({ steps }: Recipe, { width, height }: Size): number | null {
  try {
    const middle = { x: width / 2, y: height / 2 }
    const at: Standing = { width, height, points: { focal: middle, face: middle, faces: middle } }
    const end = steps.reduce((before, step) => expand(step, before, '', unbounded).standing, at)
    return Math.max(1, end.width * end.height)
  } catch {
    return null
  }
}
