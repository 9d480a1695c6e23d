import { z } from 'zod'
import { listOf, stepLimit } from '../bounds.ts'
import { failOn } from './faults.ts'
import { type Operation, operationSchema } from './operations.ts'
import { outputSchema } from './output.ts'
import { upcast } from './upcast.ts'

export const recipeSchema = z.strictObject({
  v: z.literal(1).default(1),
  steps: listOf(operationSchema, stepLimit, 'operations')
    .overwrite((steps) => steps.filter((step) => !isIdentity(step)).map(settle))
    .default([]),
  output: outputSchema.prefault({}),
})

/**
 * The canonical, ordered list of operations plus one output description. Coordinates are those of the upright
 * picture that the steps before left behind. Every default is filled in; what is absent is absent on purpose.
 */
export type Recipe = z.output<typeof recipeSchema>
export type RecipeInput = z.input<typeof recipeSchema>

/** Reads a recipe of any stored version. Throws `Failure('invalid_recipe')` with a fault for each wrong part. */
export function parseRecipe(value: unknown): Recipe {
  return failOn(recipeSchema.safeParse(upcast(value)))
}

/**
 * Operations that provably change nothing, whatever the picture. "Crop all of it" is none: it needs the size. Each one is
 * named, here and in `settle`: a new one has to be thought of.
 */
function isIdentity(step: Operation): boolean {
  switch (step.op) {
    case 'rotate':
      return step.angle === 0
    case 'pad':
      return step.top + step.right + step.bottom + step.left === 0
    case 'modulate':
      return step.brightness === 1 && step.saturation === 1 && step.hue === 0
    case 'contrast':
      return step.amount === 1
    case 'gamma':
      return step.value === 1
    case 'watermark':
      return step.opacity === 0
    case 'background':
      return step.color.endsWith('00')
    case 'resize':
    case 'redact':
    case 'crop':
    case 'trim':
    case 'flip':
    case 'mirror':
    case 'radius':
    case 'blur':
    case 'sharpen':
    case 'grayscale':
    case 'negate':
    case 'tint':
      return false
  }
}

/** Parts of an operation that have no meaning are set to their default, so that one picture has one recipe. */
function settle(step: Operation): Operation {
  switch (step.op) {
    case 'rotate':
      return step.angle % 90 === 0 ? { ...step, background: '00000000' } : step
    case 'resize': {
      const both = step.width !== undefined && step.height !== undefined
      return {
        ...step,
        fit: both ? step.fit : 'cover',
        gravity: both && (step.fit === 'cover' || step.fit === 'contain') ? step.gravity : 'centre',
        background: both && step.fit === 'contain' ? step.background : '00000000',
      }
    }
    case 'tint':
      return { ...step, color: `${step.color.slice(0, 6)}ff` }
    case 'watermark': {
      if (step.text === undefined || step.color !== 'ffffffff') return step
      const { color: _white, ...rest } = step
      return rest
    }
    case 'redact':
    case 'crop':
    case 'trim':
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
    case 'background':
      return step
  }
}
