import { z } from 'zod'
import { idSchema, isId, textSchema, timeSchema } from './fields.ts'

const count = () => z.number().int().min(0)

/** What is to be made anew, over all accounts. */
export const cachePurgeRequestSchema = z
  .strictObject({
    what: z.enum(['image', 'tag', 'preset', 'all']),
    value: textSchema
      .min(1)
      .max(64)
      .optional()
      .describe('The id of the image, the tag, or the name of the preset; nothing for all.'),
    presets: z
      .boolean()
      .default(false)
      .describe(
        'The files of presets too: jobs of the bulk lane make them again, and `sizes` lack them until then. A purge of a preset is of its own files in any case.',
      ),
  })
  .refine(({ what, value }) => (what === 'all') === (value === undefined), {
    path: ['value'],
    error: 'names what is purged, and nothing where everything is',
  })
  .refine(({ what, value }) => what !== 'image' || (value !== undefined && isId(value)), {
    path: ['value'],
    error: 'must be the id of an image',
  })
export type CachePurgeRequest = z.output<typeof cachePurgeRequestSchema>

export const cachePurgeSchema = z
  .object({
    id: idSchema,
    jobId: idSchema.describe('The job that does it: to be cancelled and retried as any other.'),
    what: z.enum(['image', 'tag', 'preset', 'all']),
    value: z.string().nullable(),
    presets: z.boolean(),
    status: z.enum(['running', 'complete', 'failed', 'cancelled']),
    seen: count().describe('Images that were looked at.'),
    images: count().describe('Images that were purged.'),
    renditions: count().describe('Files that went.'),
    bytes: count(),
    createdAt: timeSchema,
    finishedAt: timeSchema.nullable(),
  })
  .meta({ id: 'CachePurge' })
export type CachePurge = z.infer<typeof cachePurgeSchema>
