import { z } from 'zod'
import { selectionSchema } from './albums.ts'
import { idSchema } from './fields.ts'
import { imageFilters, tagsSchema, visibilitySchema } from './images.ts'
import { jobSchema } from './jobs.ts'
import { ratingSchema } from './library.ts'

/** What is done to each of many images. */
export const bulkChangeSchema = z
  .strictObject({
    favourite: z.boolean().optional(),
    rating: ratingSchema.optional(),
    archived: z.boolean().optional(),
    visibility: visibilitySchema.optional(),
    addTags: tagsSchema.optional(),
    removeTags: tagsSchema.optional(),
    addToAlbum: idSchema.optional(),
    removeFromAlbum: idSchema.optional(),
    trash: z.boolean().optional().describe('true moves to the trash, false restores.'),
    delete: z
      .literal(true)
      .optional()
      .describe('For good, with everything that was made of it; of a query only what is in the trash.'),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: 'must change something',
  })
  .refine(({ delete: whole, trash, ...rest }) => {
    const others = Object.values(rest).filter((value) => value !== undefined).length
    if (whole === true) return others === 0 && trash === undefined
    return trash !== true || others === 0
  }, 'what is deleted or moved to the trash is not changed besides')
  .meta({
    minProperties: 1,
    anyOf: [{ maxProperties: 1 }, { not: { required: ['delete'] }, properties: { trash: { const: false } } }],
  })
export type BulkChange = z.infer<typeof bulkChangeSchema>

export const bulkQuerySchema = z.strictObject(imageFilters)
export type BulkQuery = z.infer<typeof bulkQuerySchema>

export const bulkRequestSchema = z
  .strictObject({
    imageIds: selectionSchema.optional(),
    query: bulkQuerySchema.optional().describe('What the list would hold with these filters; always a job.'),
    change: bulkChangeSchema,
    keeping: idSchema
      .optional()
      .describe(
        'With `trash: true` and at most 100 `imageIds`: the image that stays, not one of them. Where it is in the trash itself, or gone, it is 409 and nothing more goes there.',
      ),
  })
  .refine(({ imageIds, query }) => (imageIds === undefined) !== (query === undefined), {
    path: ['imageIds'],
    message: 'give either imageIds or query',
  })
  .refine(({ query, change }) => query === undefined || change.delete !== true || query.trashed === true, {
    path: ['change', 'delete'],
    message: 'of a query, is only for what is in the trash: add trashed',
  })
  .refine(
    ({ imageIds, change, keeping }) =>
      keeping === undefined || (change.trash === true && (imageIds?.length ?? 101) <= 100),
    { path: ['keeping'], message: 'is for at most 100 imageIds that go to the trash' },
  )
  .meta({
    oneOf: [
      { required: ['imageIds'], not: { anyOf: [{ required: ['query'] }, { required: ['keeping'] }] } },
      {
        required: ['imageIds', 'keeping'],
        not: { required: ['query'] },
        properties: {
          imageIds: { maxItems: 100 },
          change: { required: ['trash'], properties: { trash: { enum: [true] } } },
        },
      },
      {
        required: ['query'],
        not: { anyOf: [{ required: ['imageIds'] }, { required: ['keeping'] }] },
        properties: { change: { not: { required: ['delete'] } } },
      },
      {
        required: ['query'],
        not: { anyOf: [{ required: ['imageIds'] }, { required: ['keeping'] }] },
        properties: {
          query: { required: ['trashed'], properties: { trashed: { enum: [true, 'true'] } } },
          change: { required: ['delete'] },
        },
      },
    ],
  })
export type BulkRequest = z.infer<typeof bulkRequestSchema>

export const bulkAnswerSchema = z
  .object({
    changed: z.number().int().describe('Images that are other than they were.'),
    refused: z.array(z.object({ imageId: idSchema, code: z.string(), detail: z.string() })),
    job: jobSchema.nullable().describe('What does it, where it is done behind the answer.'),
  })
  .meta({ id: 'BulkAnswer' })
export type BulkAnswer = z.infer<typeof bulkAnswerSchema>
