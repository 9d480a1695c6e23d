export { type Bag, bagSchema, type ParameterName } from './bag.ts'
export { canonical, parseCanonical } from './canonical.ts'
export { colourSchema, parseColour } from './colour.ts'
export { formatQuery } from './format-query.ts'
export { inputsOf, type RecipeInputs } from './inputs.ts'
export {
  type Compass,
  type Fit,
  type Gravity,
  maximumSide,
  type Operation,
  type OperationInput,
  type OperationName,
  type OperationOf,
  operationSchema,
} from './operations.ts'
export {
  type MetadataPolicy,
  metadataPolicySchema,
  type Output,
  type OutputFormat,
  outputFormatSchema,
  outputSchema,
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
  defaultPresets,
  isUntouched,
  type Presets,
  presetNameSchema,
  presetsSchema,
  untouched,
} from './presets.ts'
export { querySchema } from './query-schema.ts'
export { parseRecipe, type Recipe, type RecipeInput, recipeSchema, stepLimit } from './recipe.ts'
export { parseTransform } from './transform.ts'
export { cleanText, watermarkTextLimit } from './watermark.ts'
