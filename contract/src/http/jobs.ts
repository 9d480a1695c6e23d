import { z } from 'zod'
import { idSchema, pageQuerySchema, textSchema, timeSchema, webhookUrlSchema } from './fields.ts'

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

/** One image or many; `steps` or transform parameters stand beside these fields. */
export const jobRequestSchema = z
  .looseObject({
    imageId: idSchema.optional(),
    imageIds: z.array(idSchema).min(1).max(10_000).optional().describe('A batch: one job for each image.'),
    type: z.enum(['renditions', 'transform']),
    presets: z
      .array(z.string().max(64))
      .min(1)
      .max(64)
      .optional()
      .describe('Of a renditions job; all when absent.'),
    parameters: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Transform parameters, as in a delivery URL.'),
    steps: z.array(z.unknown()).optional().describe('Operations in this order, instead of parameters.'),
    saveImage: z.boolean().default(false),
    priority: prioritySchema
      .optional()
      .describe('interactive for one image, bulk for a batch, unless given.'),
    webhookUrl: webhookUrlSchema.optional(),
    idempotencyKey: textSchema.min(1).max(200).optional(),
  })
  .refine((request) => (request.imageId === undefined) !== (request.imageIds === undefined), {
    path: ['imageId'],
    message: 'give either imageId or imageIds',
  })

export const jobBatchSchema = z
  .object({ batchId: idSchema, jobs: z.array(jobSchema) })
  .meta({ id: 'JobBatch' })

/** Exactly one change. */
export const jobChangeSchema = z
  .strictObject({ status: z.enum(['cancelled', 'pending']).optional(), priority: prioritySchema.optional() })
  .refine((change) => (change.status === undefined) !== (change.priority === undefined), {
    path: ['status'],
    message: 'give either status or priority',
  })
export type JobChange = z.infer<typeof jobChangeSchema>

/** `POST /api/images/:id/transform`: transform parameters or `steps` stand beside these fields. */
export const transformRequestSchema = z.looseObject({
  saveImage: z
    .boolean()
    .describe('true appends a version to the history, false keeps the result for its time.'),
  async: z.boolean().default(true).describe('false waits for the end, as long as a request may take.'),
  priority: prioritySchema.default('interactive'),
  webhookUrl: webhookUrlSchema.optional(),
  idempotencyKey: textSchema.min(1).max(200).optional(),
})

export const acceptedJobSchema = z
  .object({ message: z.string(), jobId: idSchema, status: jobStatusSchema })
  .meta({ id: 'AcceptedJob' })
