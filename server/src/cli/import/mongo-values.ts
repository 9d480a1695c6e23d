import { textSchema } from '@rendition/contract'
import { z } from 'zod'

/** An id as MongoDB exports it: text, a number, or `{"$oid": …}`. */
export const oldIdSchema = z
  .union([
    z.string(),
    z.number().transform(String),
    z.object({ $oid: z.string() }).transform(({ $oid }) => $oid),
    z.object({ $numberLong: z.string() }).transform(({ $numberLong }) => $numberLong),
    z.object({ $uuid: z.string() }).transform(({ $uuid }) => $uuid),
  ])
  .pipe(textSchema.min(1).max(200))

/** Clocks differ, and zones do. */
const dayMs = 86_400_000
const instant = z.union([z.string(), z.number()])

/** A time as MongoDB exports it: ISO 8601, milliseconds, or `{"$date": …}` with either in it. */
export const oldTimeSchema = z
  .union([
    instant,
    z
      .object({
        $date: z.union([
          instant,
          z.object({ $numberLong: z.string() }).transform(({ $numberLong }) => Number($numberLong)),
        ]),
      })
      .transform(({ $date }) => $date),
  ])
  .transform((value) => new Date(value))
  .refine(
    (date) => date.getTime() > 0 && date.getTime() < Date.now() + dayMs,
    'is no time between 1970 and today',
  )
