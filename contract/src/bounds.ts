import { z } from 'zod'

/** Operations a recipe may hold. */
export const stepLimit = 32

/**
 * A list of at most so many items. A longer one is refused by its length, before any item is looked at: zod alone
 * looks at them all first, and has something to say of each. Only for what comes in: it cannot be written backwards.
 */
export function listOf<T extends z.ZodType>(item: T, most: number, things = 'items', least = 0) {
  const error = `must have at most ${most} ${things}`
  const whole = z.array(item).max(most, { error })
  const list =
    least === 0 ? whole : whole.min(least, { error: `must have at least ${least} of the ${things}` })
  return z.pipe(
    z.transform<z.input<typeof list>, z.input<typeof list>>((raw, context) => {
      // Nothing is known of it yet, whatever its type says.
      const value: unknown = raw
      if (!Array.isArray(value) || value.length <= most) return raw
      context.addIssue({ code: 'custom', message: error })
      return z.NEVER
    }),
    list,
  )
}

/** Fields that an open object may have; the largest bag of parameters has fewer than fifty. */
const mostFields = 100

/** The bound of an object that takes fields of any name, for it and for its description. */
export const withFewFields = <T extends z.ZodType<object>>(schema: T): T =>
  schema
    .refine((object) => Object.keys(object).length <= mostFields, `must have at most ${mostFields} fields`)
    .meta({ maxProperties: mostFields })
