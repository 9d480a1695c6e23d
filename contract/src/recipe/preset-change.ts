import { z } from 'zod'
import { listOf, withFewFields } from '../bounds.ts'
import { textSchema } from '../http/fields.ts'
import { presetNameSchema } from './presets.ts'
import { recipeSchema } from './recipe.ts'

/** Every one of them is made of every upload. */
const mostPresets = 50

const givenPresetSchema = z
  .strictObject({
    name: presetNameSchema.refine((name) => name !== 'original', 'original is fixed'),
    recipe: recipeSchema.optional(),
    parameters: withFewFields(z.record(z.string().max(64), z.string().max(8_192)))
      .optional()
      .describe('Instead of `recipe`: the parameters of a URL.'),
  })
  .refine(
    ({ recipe, parameters }) => (recipe === undefined) !== (parameters === undefined),
    'needs either recipe or parameters',
  )
export type GivenPreset = z.output<typeof givenPresetSchema>

/** A set as a whole: what is not in it is no preset any more. */
const presetsGiven = listOf(givenPresetSchema, mostPresets, 'presets').refine(
  (all) => new Set(all.map(({ name }) => name)).size === all.length,
  'must have each name once',
)

export const presetChangeSchema = z.strictObject({
  presets: presetsGiven,
  note: textSchema.max(200).optional().describe('Why, for the list of sets.'),
})
export type PresetChange = z.input<typeof presetChangeSchema>

export const presetEstimateRequestSchema = z.strictObject({ presets: presetsGiven })
export type PresetEstimateRequest = z.input<typeof presetEstimateRequestSchema>
