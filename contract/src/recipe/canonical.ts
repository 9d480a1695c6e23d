import type { Output } from './output.ts'
import { parseRecipe, type Recipe, type RecipeInput } from './recipe.ts'

/**
 * The one text of a recipe: equal recipes give equal texts, different ones different texts. Order is kept (it is
 * meaning), defaults are filled in, keys stand in the order of the schema. Cache keys and ledgers are made of it.
 */
export function canonical(recipe: Recipe | RecipeInput): string {
  const { v, steps, output } = parseRecipe(recipe)
  return JSON.stringify({ v, steps, output: settled(output) })
}

/** A gamut that was named although it is the default says what silence says. */
function settled(output: Output): Output {
  if (output.gamut !== 'srgb') return output
  const { gamut: _default, ...rest } = output
  return rest
}

/** The recipe of a canonical text. Throws `Failure('invalid_recipe')`. */
export function parseCanonical(text: string): Recipe {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = text
  }
  return parseRecipe(value)
}
