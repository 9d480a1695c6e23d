import { z } from 'zod'
import { idSchema, textSchema, timeSchema } from './fields.ts'

const count = () => z.number().int().min(0)

const presets = z
  .boolean()
  .default(false)
  .describe(
    'The files of presets too: jobs of the bulk lane make them again, and `sizes` lack them until then. A purge of a preset is of its own files in any case.',
  )

/** What is to be made anew, over all accounts. */
export const cachePurgeRequestSchema = z.union([
  z.strictObject({ what: z.literal('image'), value: idSchema, presets }),
  z.strictObject({ what: z.literal('tag'), value: textSchema.min(1).max(64), presets }),
  z.strictObject({
    what: z.literal('preset'),
    value: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the name of a preset'),
    presets,
  }),
  z.strictObject({ what: z.literal('all'), presets }),
])
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
