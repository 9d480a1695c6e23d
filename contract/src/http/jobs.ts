import { z } from 'zod'
import { idSchema, pageQuerySchema, timeSchema } from './common.ts'

export const jobTypeSchema = z.enum(['renditions', 'transform', 'import'])
export type JobType = z.infer<typeof jobTypeSchema>
export const jobStatusSchema = z.enum(['pending', 'processing', 'complete', 'failed', 'cancelled'])
export type JobStatus = z.infer<typeof jobStatusSchema>
/** The two lanes of the queue: `bulk` work never delays `interactive` work. */
export const prioritySchema = z.enum(['interactive', 'bulk'])
export type Priority = z.infer<typeof prioritySchema>

export const jobResultSchema = z.object({
  imageUrl: z.string().nullable(),
  url: z.string().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  size: z.number().int().nullable(),
  format: z.string().nullable(),
  version: z.number().int().nullable(),
  expiresAt: timeSchema.nullable(),
})
export type JobResult = z.infer<typeof jobResultSchema>

export const jobSchema = z
  .object({
    id: idSchema,
    jobId: idSchema.describe('The id again, for older clients.'),
    type: jobTypeSchema,
    imageId: idSchema.nullable(),
    batchId: idSchema.nullable(),
    status: jobStatusSchema,
    progress: z.number().min(0).max(1),
    priority: prioritySchema,
    attempts: z.number().int(),
    maxAttempts: z.number().int(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    result: jobResultSchema.nullable(),
    imageUrl: z.string().nullable(),
  })
  .meta({ id: 'Job' })
export type Job = z.infer<typeof jobSchema>

export const jobListQuerySchema = pageQuerySchema.extend({
  status: jobStatusSchema.optional(),
  type: jobTypeSchema.optional(),
  imageId: idSchema.optional(),
  batchId: idSchema.optional(),
})
