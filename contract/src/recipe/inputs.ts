import type { Operation } from './operations.ts'
import type { Recipe } from './recipe.ts'

/** What a recipe reads beside the source: it belongs into the key of whatever is cached. */
export interface RecipeInputs {
  /** Some step looks at the image's focal point, or would where there is no face. */
  focalPoint: boolean
  /** Some step looks for faces. They come from the source, and are of no account for a key. */
  faces: boolean
  /** Images laid over it, each id once, in order of use. */
  imageIds: string[]
}

export function inputsOf(recipe: Recipe): RecipeInputs {
  const inputs = recipe.steps.map(readBy)
  return {
    focalPoint: inputs.some(({ focalPoint, faces }) => focalPoint || faces),
    faces: inputs.some(({ faces }) => faces),
    imageIds: [...new Set(inputs.flatMap(({ imageId }) => imageId ?? []))],
  }
}

/** What one operation reads. Each is named: one that was forgotten here would give one key to two pictures. */
function readBy(step: Operation): { focalPoint?: boolean; faces?: boolean; imageId?: string | undefined } {
  switch (step.op) {
    case 'resize':
      return {
        focalPoint: step.gravity === 'focal',
        faces: step.gravity === 'face' || step.gravity === 'faces',
      }
    case 'watermark':
      return { imageId: step.imageId }
    case 'redact':
    case 'crop':
    case 'trim':
    case 'rotate':
    case 'flip':
    case 'mirror':
    case 'pad':
    case 'radius':
    case 'blur':
    case 'sharpen':
    case 'grayscale':
    case 'negate':
    case 'modulate':
    case 'contrast':
    case 'gamma':
    case 'tint':
    case 'background':
      return {}
  }
}
