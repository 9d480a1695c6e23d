import { z } from 'zod'
import { listOf, stepLimit, withFewFields } from '../bounds.ts'
import { idSchema, pageQuerySchema, textSchema, timeSchema, webhookUrlSchema } from './fields.ts'
import { rejectedFileSchema } from './images.ts'
import { flagSchema } from './library.ts'

export const jobTypeSchema = z.enum([
  'renditions',
  'transform',
  'import',
  'bulk',
  'export',
  'unpack',
  'purge',
])
export type JobType = z.infer<typeof jobTypeSchema>
export const jobStatusSchema = z.enum(['pending', 'processing', 'complete', 'failed', 'cancelled'])
export type JobStatus = z.infer<typeof jobStatusSchema>
/** The two lanes of the queue: `bulk` work never delays `interactive` work. */
export const prioritySchema = z.enum(['interactive', 'bulk'])
export type Priority = z.infer<typeof prioritySchema>

export const jobResultSchema = z.object({
  imageUrl: z.string().nullable(),
  url: z
    .string()
    .nullable()
    .describe(
      'Signed, for an img: of the picture, or of a result that was not saved, for as long as it is kept.',
    ),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  size: z.number().int().nullable(),
  format: z.string().nullable(),
  version: z.number().int().nullable(),
  expiresAt: timeSchema.nullable(),
  counts: z
    .object({ changed: z.number().int(), refused: z.number().int() })
    .nullable()
    .describe(
      'Images, of a change of many; of an archive, how many were made of it and how many files refused.',
    ),
  rejected: z
    .array(rejectedFileSchema)
    .nullable()
    .describe(
      'Of an archive: the first files that were refused, 200 at most, each with its path in it and why.',
    ),
  notes: z
    .array(z.string())
    .describe('What was left out or could not be made, and why; the preset stands before the colon.'),
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
  grouped: flagSchema
    .optional()
    .describe('true: of each batch the newest job that the other filters let through, alone.'),
})

const countOfJobs = () => z.number().int().min(0)
/** How far the jobs of one batch are. Deleted ones do not count. */
export const batchProgressSchema = z
  .object({
    batchId: idSchema,
    total: countOfJobs(),
    pending: countOfJobs(),
    processing: countOfJobs(),
    complete: countOfJobs(),
    failed: countOfJobs(),
    cancelled: countOfJobs(),
  })
  .meta({ id: 'BatchProgress' })
export type BatchProgress = z.infer<typeof batchProgressSchema>

/** Images of one batch. */
const batchLimit = 10_000
/** Bytes of a request for jobs: a whole batch of ids, each with its quotes and a comma, and what stands beside. */
export const jobRequestBytes = 512 * 1024

/** What a transformation starts from. Beside many images there is none that all have. */
const versionFieldSchema = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1)
  .optional()
  .describe(
    'The version that the steps are put on, of one image; the current one unless said. `base` of a version makes an edit anew.',
  )

/** One image or many; `steps` or transform parameters stand beside these fields. */
export const jobRequestSchema = withFewFields(
  z.looseObject({
    imageId: idSchema.optional(),
    imageIds: listOf(idSchema, batchLimit, 'ids', 1).optional().describe('A batch: one job for each image.'),
    type: z.enum(['renditions', 'transform']),
    presets: listOf(z.string().max(64), 64, 'presets', 1)
      .optional()
      .describe('Of a renditions job; all when absent.'),
    parameters: withFewFields(z.record(z.string(), z.unknown()))
      .optional()
      .describe('Transform parameters, as in a delivery URL.'),
    steps: listOf(z.unknown(), stepLimit, 'operations')
      .optional()
      .describe('Operations in this order, instead of parameters.'),
    saveImage: z.boolean().default(false),
    version: versionFieldSchema,
    priority: prioritySchema
      .optional()
      .describe('interactive for one image, bulk for a batch, unless given.'),
    webhookUrl: webhookUrlSchema.optional(),
    idempotencyKey: textSchema.min(1).max(200).optional(),
  }),
)
  .refine((request) => (request.imageId === undefined) !== (request.imageIds === undefined), {
    path: ['imageId'],
    message: 'give either imageId or imageIds',
  })
  .meta({ oneOf: [{ required: ['imageId'] }, { required: ['imageIds'] }] })

export const jobBatchSchema = z
  .object({ batchId: idSchema, jobs: z.array(jobSchema) })
  .meta({ id: 'JobBatch' })
export type JobBatch = z.infer<typeof jobBatchSchema>

/** Exactly one change. */
export const jobChangeSchema = z
  .strictObject({ status: z.enum(['cancelled', 'pending']).optional(), priority: prioritySchema.optional() })
  .refine((change) => (change.status === undefined) !== (change.priority === undefined), {
    path: ['status'],
    message: 'give either status or priority',
  })
  .meta({ minProperties: 1, maxProperties: 1 })
export type JobChange = z.infer<typeof jobChangeSchema>

/** `POST /api/images/:id/transform`: transform parameters or `steps` stand beside these fields. */
export const transformRequestSchema = withFewFields(
  z.looseObject({
    saveImage: z
      .boolean()
      .describe('true appends a version to the history, false keeps the result for its time.'),
    version: versionFieldSchema,
    async: z.boolean().default(true).describe('false waits for the end, as long as a request may take.'),
    priority: prioritySchema.default('interactive'),
    webhookUrl: webhookUrlSchema.optional(),
    idempotencyKey: textSchema.min(1).max(200).optional(),
  }),
)

export const acceptedJobSchema = z
  .object({ message: z.string(), jobId: idSchema, status: jobStatusSchema })
  .meta({ id: 'AcceptedJob' })
export type AcceptedJob = z.infer<typeof acceptedJobSchema>
