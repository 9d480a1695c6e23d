import { z } from 'zod'
import { selectionSchema } from './albums.ts'
import { bulkQuerySchema } from './bulk.ts'
import { idSchema, textSchema, timeSchema } from './fields.ts'

/** Exports that an account may have at once, those in the making among them. */
export const exportsLimit = 10

/** What is exported; without ids or a query, everything but the trash. */
export const exportRequestSchema = z
  .strictObject({
    imageIds: selectionSchema.optional(),
    query: bulkQuerySchema
      .omit({ trashed: true })
      .optional()
      .describe('What the list would hold with these filters; `album` for an album.'),
    pictures: textSchema
      .min(1)
      .max(64)
      .default('original')
      .describe(
        '`original`, which alone can be imported again, or the preset that pictures are exported in.',
      ),
  })
  .refine(({ imageIds, query }) => imageIds === undefined || query === undefined, {
    path: ['imageIds'],
    message: 'give either imageIds or query',
  })
  .meta({ not: { required: ['imageIds', 'query'] } })
export type ExportRequest = z.input<typeof exportRequestSchema>

export const exportSchema = z
  .object({
    id: idSchema,
    status: z.enum(['preparing', 'ready', 'failed']),
    of: z.enum(['everything', 'selection', 'query']),
    pictures: z.string().describe('`original` or a preset.'),
    imageCount: z.number().int().describe('Images in it; so far, while it is being prepared.'),
    leftOut: z
      .number()
      .int()
      .describe('Images that are told of without a file: it was not made yet, or could not be read.'),
    size: z.number().int().nullable().describe('Bytes of the ZIP; null until it is ready.'),
    jobId: idSchema.describe('What prepares it, and says how far that is.'),
    errorMessage: z.string().nullable(),
    url: z
      .string()
      .nullable()
      .describe(
        'Signed, for a link: works without a credential for six hours at most, and not beyond `expiresAt`; ask again for another. null until it is ready, and in events.',
      ),
    createdAt: timeSchema,
    expiresAt: timeSchema.nullable().describe('When it is removed; null while it is being prepared.'),
  })
  .meta({ id: 'Export' })
export type Export = z.infer<typeof exportSchema>
