export { stepLimit } from '../bounds.ts'
export { type Bag, bagSchema, type ParameterName, switches } from './bag.ts'
export { jobBodySchema, transformBodySchema } from './body-schema.ts'
export { canonical, parseCanonical } from './canonical.ts'
export { colourSchema, parseColour } from './colour.ts'
export type { Compass, Place } from './compass.ts'
export { formatPictureQuery, formatQuery } from './format-query.ts'
export { inputsOf, type RecipeInputs } from './inputs.ts'
export {
  type Fit,
  type Gravity,
  maximumSide,
  type Operation,
  type OperationInput,
  type OperationName,
  type OperationOf,
  operationNames,
  operationSchema,
} from './operations.ts'
export {
  type Gamut,
  type MetadataPolicy,
  metadataPolicySchema,
  type Output,
  type OutputFormat,
  outputFormatSchema,
  outputSchema,
  type QualityWord,
  qualityWords,
} from './output.ts'
export {
  type GrammarLimits,
  type ParameterSource,
  type ParsedParameters,
  parseParameters,
  type RequestParts,
  resolve,
  withPreset,
} from './parameters.ts'
export {
  type GivenPreset,
  type PresetChange,
  type PresetEstimateRequest,
  presetChangeSchema,
  presetEstimateRequestSchema,
} from './preset-change.ts'
export {
  defaultPresets,
  isUntouched,
  type Presets,
  presetNameSchema,
  presetsSchema,
  untouched,
} from './presets.ts'
export { querySchema } from './query-schema.ts'
export { parseRecipe, type Recipe, type RecipeInput, recipeSchema } from './recipe.ts'
export { parseTransform } from './transform.ts'
export type { Transformation, TransformParameters } from './typed.ts'
export { cleanText, watermarkTextLimit } from './watermark.ts'
