import { z } from 'zod'
import { pageQuerySchema } from './fields.ts'
import { imageSchema } from './images.ts'

export const similarImageSchema = z
  .object({
    difference: z
      .number()
      .int()
      .min(0)
      .max(7)
      .describe('Of 64 bits of how they look, those that differ: 0 is the same picture, whatever its size.'),
    image: imageSchema,
  })
  .meta({ id: 'SimilarImage' })
export type SimilarImage = z.infer<typeof similarImageSchema>

/** Groups hold up to twenty images each, so that a page has fewer of them. */
export const duplicatesQuerySchema = pageQuerySchema.extend({
  limit: z.coerce.number().int().min(1).max(50).default(20),
})
export type DuplicatesQuery = z.infer<typeof duplicatesQuerySchema>

export const duplicateGroupSchema = z
  .object({
    count: z.number().int().min(2).describe('Images of the group.'),
    images: z
      .array(imageSchema)
      .describe('Twenty at most, the oldest first; the others are similar to one of these.'),
  })
  .meta({ id: 'DuplicateGroup' })
export type DuplicateGroup = z.infer<typeof duplicateGroupSchema>
