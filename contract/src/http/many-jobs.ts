import { z } from 'zod'
import { textSchema } from './fields.ts'
import { type JobStatus, prioritySchema } from './jobs.ts'

/** Jobs that are changed in one call. */
export const jobsChangedAtOnce = 100

/** What is done to many jobs. */
export const jobsChangeSchema = z.union([
  z.strictObject({
    status: z
      .enum(['cancelled', 'pending'])
      .describe('cancelled: those that wait or run; pending: the failed ones anew.'),
  }),
  z.strictObject({ priority: prioritySchema.describe('Those that wait, into this lane.') }),
])
export type JobsChange = z.output<typeof jobsChangeSchema>

export const jobsCursorSchema = textSchema.max(200).optional().describe('`nextCursor` of the call before.')

/** Cancels, retries or re-lanes the jobs of a batch, some in each call. */
export const batchChangeSchema = z.strictObject({ change: jobsChangeSchema, cursor: jobsCursorSchema })
export type BatchChange = z.output<typeof batchChangeSchema>

const count = () => z.number().int().min(0)

export const manyJobsChangedSchema = z
  .object({
    changed: count(),
    refused: count().describe('Their state did not allow it any more.'),
    nextCursor: z.string().nullable().describe('Where the next call goes on; null when all were seen.'),
  })
  .meta({ id: 'ManyJobsChanged' })
export type ManyJobsChanged = z.infer<typeof manyJobsChangedSchema>

/** The states that jobs have that a change is for. */
export const statesFor = (change: JobsChange): readonly JobStatus[] =>
  'priority' in change ? ['pending'] : change.status === 'cancelled' ? ['pending', 'processing'] : ['failed']
