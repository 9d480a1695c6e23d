import type { Operation, OperationOf, Recipe } from '@rendition/contract/recipe'
import type { VersionFacts } from '../../images/index.ts'
import { type LevelSubject, madeTogether, sourceLevelReserve, sourceLevelsOf } from './source-levels.ts'
import { mayBeTransparent } from './transparency.ts'

/** What a picture is made from, and the recipe that makes it from there. */
export interface SourceChoice {
  kind: 'original' | 'level'
  /** How the level is made from the original; null for the original itself. */
  level: Recipe | null
  /** The levels that are made together with it, from one decode. */
  levels: readonly Recipe[]
  /** From the chosen source to the picture. */
  recipe: Recipe
  /** Pixels of the source, upright. */
  width: number
  height: number
  /** One sentence for `/explain`. */
  why: string
}

/** The one rule of which source serves a recipe: it depends on nothing but version and settings, so equal keys mean equal bytes. */
export function chooseSource(
  version: VersionFacts,
  recipe: Recipe,
  /** Of the levels, smallest first; the same in every process. */
  sides: readonly number[],
): SourceChoice {
  const { original } = version
  const fromOriginal = (why: string): SourceChoice => ({
    kind: 'original',
    level: null,
    levels: [],
    recipe,
    width: original.width,
    height: original.height,
    why,
  })
  const levels = sourceLevelsOf(subjectOf(version), sides)
  if (levels.length === 0) {
    return fromOriginal('No level is kept of pictures that are small, moving or transparent.')
  }
  if (recipe.output.metadata === 'keep' || recipe.output.metadata === 'details') {
    return fromOriginal('Metadata is to be kept, and the stored levels hold the copyright alone.')
  }
  if (recipe.output.gamut === 'p3' || recipe.output.hdr === 'keep') {
    return fromOriginal('Colours beyond sRGB may be kept, and the stored levels are sRGB.')
  }
  const own = recipe.steps.slice(version.recipe?.steps.length ?? 0)
  const at = own.findIndex((step) => !isTurn(step))
  const resize = own[at]
  if (resize?.op !== 'resize')
    return fromOriginal('The picture is not made smaller before anything else is done.')
  if (resize.gravity === 'attention' || resize.gravity === 'entropy') {
    return fromOriginal('What is of interest is looked for in the original.')
  }
  const before = turned(own.slice(0, at), version)
  const wanted = scaleOf(resize, before)
  const longest = Math.max(version.width, version.height)
  const level = levels.find(({ side }) => wanted * longest * sourceLevelReserve <= side)
  if (level === undefined) return fromOriginal('The picture is too large for the stored levels.')
  return {
    kind: 'level',
    level: level.recipe,
    levels: madeTogether(levels, level).map((each) => each.recipe),
    recipe: {
      ...recipe,
      steps: [...own.slice(0, at), exactResize(resize, before), ...own.slice(at + 1)],
    },
    width: Math.round((version.width * level.side) / longest),
    height: Math.round((version.height * level.side) / longest),
    why: `The stored level of ${level.side} pixels is large enough: the picture cannot be told from the direct one.`,
  }
}

const subjectOf = (version: VersionFacts): LevelSubject => ({
  width: version.width,
  height: version.height,
  // A JPEG level would lose what an edit made transparent.
  hasAlpha: version.original.hasAlpha || mayBeTransparent(version.recipe, false),
  frames: version.original.frames,
  recipe: version.recipe,
})

interface Size {
  width: number
  height: number
}

/** Steps that only turn the pixels around: they may stand between the level and the resize. */
const isTurn = (step: Operation): boolean =>
  step.op === 'flip' || step.op === 'mirror' || (step.op === 'rotate' && step.angle % 90 === 0)

function turned(steps: readonly Operation[], size: Size): Size {
  const quarter = steps.filter((step) => step.op === 'rotate' && step.angle % 180 !== 0).length % 2 === 1
  return quarter ? { width: size.height, height: size.width } : { width: size.width, height: size.height }
}

/** How many pixels of the result stand for one of the picture: the larger of both axes. */
function scaleOf(resize: OperationOf<'resize'>, size: Size): number {
  const across = resize.width === undefined ? null : resize.width / size.width
  const down = resize.height === undefined ? null : resize.height / size.height
  if (across === null || down === null) return across ?? down ?? 1
  return resize.fit === 'inside' || resize.fit === 'contain' ? Math.min(across, down) : Math.max(across, down)
}

/**
 * The resize with both sides settled from the full picture's proportions. Those of the level are rounded to whole
 * pixels, and a result one pixel off would not be the same picture.
 */
function exactResize(resize: OperationOf<'resize'>, size: Size): OperationOf<'resize'> {
  const both = resize.width !== undefined && resize.height !== undefined
  if (both && (resize.fit === 'cover' || resize.fit === 'contain' || resize.fit === 'fill')) return resize
  const factor = scaleOf(resize, size)
  const across = resize.height === undefined || factor === (resize.width ?? 0) / size.width
  const scaled = (side: number): number => Math.max(1, Math.round(side * factor))
  return {
    ...resize,
    // The side that was asked for stays as it was asked: rounding must not miss it.
    width: across && resize.width !== undefined ? resize.width : scaled(size.width),
    height: !across && resize.height !== undefined ? resize.height : scaled(size.height),
    fit: 'fill',
    gravity: 'centre',
  }
}
