import { parseRecipe, type Recipe } from '@rendition/contract/recipe'

/**
 * A level serves pictures up to its own size divided by this. Measured on photographs (docs/adr/0037): from there on the
 * result keeps SSIM 0.993 against a full decode; nearer to 1 the level's own JPEG noise and its second kernel show.
 */
export const sourceLevelReserve = 1.55
/** Of the level's JPEG. At 90 pictures at the end of what a level serves fell to 0.991. */
const quality = 95
/** An original with a long side under this is decoded about as fast itself. */
const worthwhile = 3072
/** Nor is a level worth its bytes that is hardly smaller than the original. */
const leastShrinking = 1.5

export interface LevelSubject {
  /** Pixels of the version's picture, upright. */
  width: number
  height: number
  hasAlpha: boolean
  frames: number
  /** The version's own edit, null for the original as it is. */
  recipe: Recipe | null
}

export interface SourceLevel {
  /** Pixels of the long side. */
  side: number
  /** From the original. */
  recipe: Recipe
}

/**
 * The stored levels that small renditions of a version are made from, smallest first; none where they are not worth
 * their bytes or could be told from the original (transparency, animation, small pictures). JPEG, because it is
 * decoded at a fraction of its size; each made from the original's pixels, so one generation and never more. They
 * carry no profile: the pixels are sRGB, and converting them to what they are doubles the cost of a small rendition.
 */
export function sourceLevelsOf(subject: LevelSubject, sides: readonly number[]): SourceLevel[] {
  const { width, height, hasAlpha, frames, recipe } = subject
  const longest = Math.max(width, height)
  if (hasAlpha || frames > 1 || longest < worthwhile) return []
  const sufficient = sides.filter((side) => side * leastShrinking <= longest)
  if (recipe === null) return sufficient.map(untouchedLevel)
  return sufficient.map((side) => ({ side, recipe: levelRecipe(recipe, side) }))
}

/** How much larger than the smallest one the largest level may be that is made in the same decode. */
const groupSpan = 2.2

/**
 * The levels that are made whenever one of them is, so that its bytes do not depend on who asked first: each from the one
 * above. In groups, counted from the smallest: a page of small pictures makes the small ones alone, for half the time.
 */
export function madeTogether(levels: readonly SourceLevel[], level: SourceLevel): readonly SourceLevel[] {
  let group: SourceLevel[] = []
  for (const each of levels) {
    const smallest = group[0] ?? each
    if (each.side > smallest.side * groupSpan) {
      if (group.includes(level)) return group
      group = []
    }
    group.push(each)
  }
  return group
}

const levelRecipe = (recipe: Recipe | null, side: number): Recipe =>
  parseRecipe({
    steps: [
      ...(recipe?.steps ?? []),
      { op: 'resize', width: side, height: side, fit: 'inside', enlarge: false },
    ],
    output: { format: 'jpeg', quality, metadata: 'copyright' },
  })

/** Of pictures that nobody edited, which most are: parsed once and not for every request. */
const untouched = new Map<number, SourceLevel>()
function untouchedLevel(side: number): SourceLevel {
  const level = untouched.get(side) ?? { side, recipe: levelRecipe(null, side) }
  untouched.set(side, level)
  return level
}
