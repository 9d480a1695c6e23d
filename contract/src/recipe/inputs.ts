import type { Recipe } from './recipe.ts'

/** What a recipe reads beside the source: it belongs into the key of whatever is cached. */
export interface RecipeInputs {
  /** Some step looks at the image's focal point. */
  focalPoint: boolean
  /** Images laid over it, each id once, in order of use. */
  imageIds: string[]
}

export function inputsOf(recipe: Recipe): RecipeInputs {
  const ids = recipe.steps.flatMap((step) => (step.op === 'watermark' && step.imageId ? [step.imageId] : []))
  return {
    focalPoint: recipe.steps.some((step) => step.op === 'resize' && step.gravity === 'focal'),
    imageIds: [...new Set(ids)],
  }
}
