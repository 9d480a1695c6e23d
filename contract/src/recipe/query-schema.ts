import { z } from 'zod'
import { aliases, bagSchema } from './bag.ts'
import { valueText } from './bag-values.ts'
import { stepsText } from './steps-value.ts'

/** No parameter that has a rule takes this, so each says what it takes. */
const nonsense = '\u0000'

function described(schema: z.ZodType, text = valueText): z.ZodType {
  const rule = schema.safeParse(nonsense).error?.issues[0]?.message
  const sentence = rule === undefined ? undefined : `${rule.charAt(0).toUpperCase()}${rule.slice(1)}.`
  const description = [schema.description, sentence].filter((part) => part !== undefined).join(' ')
  return text.optional().describe(description)
}

/**
 * The parameters of a query, to be published: all text, with the rule of each in the words it is refused with.
 * `parseParameters` is what reads and judges them.
 */
export const querySchema = z.object({
  ...Object.fromEntries(Object.entries(bagSchema.shape).map(([name, schema]) => [name, described(schema)])),
  steps: described(bagSchema.shape.steps, stepsText),
  ...Object.fromEntries(
    Object.entries(aliases).map(([alias, name]) => [
      alias,
      valueText.optional().describe(`The same as ${name}.`),
    ]),
  ),
})
