import { z } from 'zod'
import { withFewFields } from '../bounds.ts'
import { parseRecipe, type Recipe, recipeSchema } from './recipe.ts'

/** Recipes by name. */
export type Presets = Readonly<Record<string, Recipe>>

export const presetNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, {
  error: 'must be lower-case letters, digits and dashes, starting with a letter, at most 32',
})

/** Presets as configuration: names to recipes. `original` cannot be redefined. */
export const presetsSchema = withFewFields(z.record(presetNameSchema, recipeSchema)).refine(
  (presets) => !('original' in presets),
  { error: 'original is fixed', path: ['original'] },
)

function inside(side: number): Recipe {
  return parseRecipe({ steps: [{ op: 'resize', width: side, height: side, fit: 'inside', enlarge: false }] })
}

/** The bytes as they were uploaded: no operation, no format, nothing stripped. */
export const untouched: Recipe = parseRecipe({ output: { metadata: 'keep' } })

/** The five that every upload gets. */
export const defaultPresets = {
  thumbnail: parseRecipe({ steps: [{ op: 'resize', width: 150, height: 150, fit: 'cover' }] }),
  small: inside(480),
  medium: inside(1024),
  large: inside(1920),
  original: untouched,
} as const satisfies Presets

/** Whether a recipe asks for the source's own bytes. */
export function isUntouched({ steps, output }: Recipe): boolean {
  return (
    steps.length === 0 &&
    output.metadata === 'keep' &&
    output.format === undefined &&
    output.quality === undefined &&
    output.frame === undefined &&
    output.gamut === undefined &&
    output.hdr === undefined &&
    output.maxBytes === undefined &&
    !output.lossless &&
    !output.progressive
  )
}
