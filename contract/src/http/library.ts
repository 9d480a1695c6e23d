import { z } from 'zod'
import { idSchema } from './fields.ts'

/** Yes or no, in a query as well as in JSON. */
export const flagSchema = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((value) => value === 'true'),
])

export const duplicatePolicySchema = z
  .enum(['keep', 'link', 'refuse'])
  .describe(
    'What becomes of bytes that the account has already: another image, the one that is there, or 409 `duplicate`.',
  )
export type DuplicatePolicy = z.infer<typeof duplicatePolicySchema>

export const ratingSchema = z.number().int().min(0).max(5).describe('Stars; 0 for none.')

export const archivedFilterSchema = z
  .enum(['false', 'true', 'any'])
  .describe(
    'Whether archived images are left out, alone or among the others. Left out unless said; among the others in an album, in the trash and by `sha256`.',
  )

/** Filters of lists by what an owner marked. */
export const markFilters = {
  favourite: flagSchema.optional(),
  minRating: z.coerce.number().int().min(0).max(5).optional().describe('At least so many stars.'),
  archived: archivedFilterSchema.optional(),
  album: idSchema.optional().describe('In this album; its own order is that of its own list.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('Those whose original has these bytes: whether they need be sent.'),
  trashed: flagSchema.optional().describe('true: what lies in the trash, and nothing else.'),
}

/** What an owner marks. */
export const markChanges = {
  favourite: z.boolean().optional(),
  rating: ratingSchema.optional(),
  archived: z.boolean().optional().describe('An archived image is left out of lists that do not ask for it.'),
}
