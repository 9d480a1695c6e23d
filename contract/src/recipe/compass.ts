import { z } from 'zod'
import { decimal } from './number.ts'

/** Where something sits in a picture. */
export const compassSchema = z.enum([
  'centre',
  'north',
  'northeast',
  'east',
  'southeast',
  'south',
  'southwest',
  'west',
  'northwest',
])
export type Compass = z.infer<typeof compassSchema>

/** A point of a picture, as shares of its width and height. */
export const pointSchema = z.strictObject({ x: decimal(0, 1), y: decimal(0, 1) })

/** Where a mark lies: at an edge, a corner, in the middle, or with its own middle at a point. */
export const placeSchema = z.union([compassSchema, pointSchema], {
  error: 'must be a word of the compass, or x and y from 0 to 1',
})
export type Place = z.infer<typeof placeSchema>
