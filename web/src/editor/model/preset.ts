import { formatPictureQuery, type Operation, type Output, parseRecipe } from '@rendition/contract/recipe'
import type { PresetBegun } from '../../state/preset-begun.ts'
import { pasteable } from './paste.ts'

/** Steps that a preset cannot have: what cannot be pasted, and another photo laid over, which would have to be everybody's. */
export function ofOnePicture(operations: readonly Operation[]): Operation[] {
  const others = pasteable(operations)
  return operations.filter(
    (op) => !others.includes(op) || (op.op === 'watermark' && op.imageId !== undefined),
  )
}

/** The edit as a preset begins from it. */
export function presetOf(steps: readonly Operation[], output: Partial<Output>): PresetBegun {
  const recipe = parseRecipe({ steps, output })
  const query = formatPictureQuery(recipe)
  return { recipe: recipe as PresetBegun['recipe'], parameters: query === null ? null : { ...query } }
}
