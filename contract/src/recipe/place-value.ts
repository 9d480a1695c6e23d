import { z } from 'zod'
import { controlled, readDecimal, valueText } from './bag-values.ts'
import { compassSchema, type Place, pointSchema } from './compass.ts'

const shape = `must be one of: ${compassSchema.options.join(', ')}, center, or x,y from 0 to 1`

/** A word of the compass, or `0.25,0.8`; in JSON also an object of the two. */
export const placeValue = controlled(
  { kind: 'words', words: compassSchema.options },
  z.union([valueText, pointSchema], { error: shape }).transform((raw, context): Place => {
    if (typeof raw !== 'string') return raw
    const word = compassSchema.safeParse(raw === 'center' ? 'centre' : raw)
    if (word.success) return word.data
    const [x, y, ...more] = raw.split(',').map((part) => readDecimal(part, 0, 1))
    if (x != null && y != null && more.length === 0) return { x, y }
    context.addIssue({ code: 'custom', message: shape })
    return z.NEVER
  }),
)
