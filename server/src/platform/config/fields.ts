import { z } from 'zod'

/** An integer given as text. */
export const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  z.coerce
    .number({ error: ({ code }) => (code === 'invalid_type' ? 'must be a whole number' : undefined) })
    .int()
    .min(min)
    .max(max)

/** `true`, `1`, `yes`, `on` and their opposites. */
export const flag = () => z.union([z.boolean(), z.stringbool()], { error: 'must be true or false' })

/** A comma-separated list. */
export const list = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item))

/** JSON given as text, checked by `schema`. */
export const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)
