import type { Recipe } from '@rendition/contract/recipe'
import { settleQuality } from '../../rendering/index.ts'
import type { DefaultQuality, SettleRecipe } from '../types.ts'

/** Settles qualities where the installation aims as it says. */
export const createSettleRecipe =
  (standard: DefaultQuality): SettleRecipe =>
  ({ original }, recipe, left) => {
    const open = opened(recipe, left, standard)
    const { format, hasAlpha: alpha, width, height, frames } = original
    const curve = original.curve ?? null
    const settled = settleQuality(open, { format, alpha, width, height }, curve)
    const asks = typeof open.output.quality === 'string' || open.output.maxBytes !== undefined
    return { ...settled, open, unmeasured: asks && curve === null && frames === 1 }
  }

/** With the installation's target in words, where the quality is open. */
function opened(recipe: Recipe, left: boolean, standard: DefaultQuality): Recipe {
  const { quality, lossless } = recipe.output
  const word = `auto:${standard === 'fixed' ? 'good' : standard}` as const
  if (quality === 'auto') return { ...recipe, output: { ...recipe.output, quality: word } }
  if (!left || standard === 'fixed' || quality !== undefined || lossless) return recipe
  return { ...recipe, output: { ...recipe.output, quality: word } }
}
