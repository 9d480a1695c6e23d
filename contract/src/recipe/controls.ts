import './no-eval.ts'
import { z } from 'zod'
import { bagSchema, type ParameterName } from './bag.ts'
import { requestParameters } from './bag-steps.ts'
import { type Control, controlOfValue } from './bag-values.ts'

/** A parameter as a form shows it. */
export interface ParameterControl {
  name: ParameterName
  control: Control
  /** What the grammar says of it. */
  about: string | null
  /** About this one request, and not about the picture. */
  ofRequest: boolean
}

/**
 * Every parameter of a delivery URL with what turns it, made from the grammar itself: one that is added there is here. What
 * the grammar reads in a form of its own (a crop, a padding, a text) is text.
 */
export const parameterControls: readonly ParameterControl[] = Object.entries(bagSchema.shape).map(
  ([name, schema]) => ({
    name: name as ParameterName,
    control: controlOf(schema),
    about: schema.description ?? null,
    ofRequest: (requestParameters as readonly string[]).includes(name),
  }),
)

function controlOf(schema: z.ZodType): Control {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
  return controlOfValue(inner) ?? { kind: 'text' }
}
