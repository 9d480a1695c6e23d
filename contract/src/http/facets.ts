import { z } from 'zod'
import { textSchema } from './fields.ts'
import { imageListQuerySchema } from './images.ts'

export const facetsQuerySchema = imageListQuerySchema.omit({ limit: true, cursor: true, sort: true }).extend({
  tagPrefix: textSchema
    .max(64)
    .optional()
    .describe('Tags alone that begin so, in any case and with any accents.'),
})
export type FacetsQuery = z.infer<typeof facetsQuerySchema>

const counted = z.object({ value: z.string(), count: z.number().int() })

export const imageFacetsSchema = z
  .object({
    total: z.number().int().describe('Images that are meant.'),
    complete: z
      .boolean()
      .describe(
        'false: a search means more than are counted for it; all counts, `total` too, are of some hundreds or thousands of them, and so many there are at least.',
      ),
    years: z
      .array(
        z.object({
          year: z.number().int(),
          count: z.number().int(),
          months: z.array(z.object({ month: z.number().int().min(1).max(12), count: z.number().int() })),
        }),
      )
      .describe('By when they were taken, or else uploaded; the newest first.'),
    cameras: z.array(counted).describe('The most frequent first, fifty at most, as are types and tags.'),
    types: z.array(counted),
    tags: z.array(counted),
  })
  .meta({ id: 'ImageFacets' })
export type ImageFacets = z.infer<typeof imageFacetsSchema>
