import { z } from 'zod'

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
