import { parseRecipe, type Recipe } from '@rendition/contract/recipe'

/** Pixels of the long side, smallest first. */
const sourceLevelSides = [768, 1536] as const
/**
 * A level serves pictures up to its own size divided by this. Measured on photographs (docs/adr/0009): at 1.9 the result
 * keeps SSIM 0.995 against the direct one, nearer to 1 the level's own JPEG noise shows.
 */
export const sourceLevelReserve = 1.9
/** An original with a long side under this is decoded about as fast itself. */
const worthwhile = 3072

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
 * decoded at a fraction of its size; quality 90, each made from the original, so one generation and never more. They
 * carry no profile: the pixels are sRGB, and converting them to what they are doubles the cost of a small rendition.
 */
export function sourceLevelsOf(subject: LevelSubject): SourceLevel[] {
  const { width, height, hasAlpha, frames, recipe } = subject
  if (hasAlpha || frames > 1 || Math.max(width, height) < worthwhile) return []
  return sourceLevelSides.map((side) => ({
    side,
    recipe: parseRecipe({
      steps: [
        ...(recipe?.steps ?? []),
        { op: 'resize', width: side, height: side, fit: 'inside', enlarge: false },
      ],
      output: { format: 'jpeg', quality: 90, metadata: 'copyright' },
    }),
  }))
}
