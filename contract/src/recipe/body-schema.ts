import { z } from 'zod'
import { withFewFields } from '../bounds.ts'
import { jobRequestSchema, transformRequestSchema } from '../http/jobs.ts'
import { aliases, bagSchema, type ParameterName } from './bag.ts'
import { requestParameters } from './bag-steps.ts'
import { stepsSchema } from './steps-value.ts'

/** What belongs to a URL alone. */
const ofUrls: ReadonlySet<string> = new Set(
  ['steps', ...requestParameters].filter((name) => name !== 'preset'),
)
const names = (Object.keys(bagSchema.shape) as ParameterName[]).filter((name) => !ofUrls.has(name))

/** The parameters that a transformation takes in JSON. */
const parameters = {
  ...Object.fromEntries(names.map((name) => [name, bagSchema.shape[name].optional()])),
  ...Object.fromEntries(
    Object.entries(aliases).map(([alias, name]) => [
      alias,
      bagSchema.shape[name].optional().describe(`The same as ${name}.`),
    ]),
  ),
}
const steps = stepsSchema
  .optional()
  .describe('Operations in this order, instead of parameters; the output parameters may stand beside them.')

/**
 * The bodies of requests for transformations, to be published: with every parameter and operation in its place. The
 * requests are read loosely, and `parseTransform` judges what they ask for.
 */
export const transformBodySchema = withFewFields(
  z.looseObject({ ...transformRequestSchema.shape, ...parameters, steps }),
)

const { oneOf } = jobRequestSchema.meta() ?? {}
export const jobBodySchema = withFewFields(
  z.looseObject({ ...jobRequestSchema.shape, ...parameters, steps }),
).meta({ oneOf })
