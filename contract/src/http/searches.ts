import { z } from 'zod'
import { searchSchema } from '../search/index.ts'
import { idSchema, textSchema, timeSchema } from './fields.ts'
import { imageSortSchema } from './images.ts'

/** Of one account: a list that is read, not searched. */
export const savedSearchesLimit = 100
const savedNameLength = 100

export const savedSearchSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    q: z.string().describe('As `GET /api/images?q=` takes it.'),
    sort: imageSortSchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'SavedSearch' })
export type SavedSearch = z.infer<typeof savedSearchSchema>

export const savedSearchListSchema = z
  .object({
    items: z.array(savedSearchSchema).describe(`All of them, ${savedSearchesLimit} at most, by name.`),
  })
  .meta({ id: 'SavedSearchList' })
export type SavedSearchList = z.infer<typeof savedSearchListSchema>

export const savedNameSchema = textSchema.trim().min(1).max(savedNameLength)
const q = searchSchema.refine((text) => text.trim() !== '', 'must search for something')

export const savedSearchRequestSchema = z.strictObject({
  name: savedNameSchema,
  q,
  sort: imageSortSchema.default('newest'),
})
export type SavedSearchRequest = z.input<typeof savedSearchRequestSchema>
/** As it is read. */
export type NewSavedSearch = z.output<typeof savedSearchRequestSchema>

export const savedSearchChangeSchema = z.strictObject({
  name: savedNameSchema.optional(),
  q: q.optional(),
  sort: imageSortSchema.optional(),
})
export type SavedSearchChange = z.infer<typeof savedSearchChangeSchema>
