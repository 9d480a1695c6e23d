import { z } from 'zod'
import { idSchema, pageQuerySchema, timeSchema } from './fields.ts'
import { partStateSchema } from './health.ts'
import { jobSchema, jobStatusSchema, jobTypeSchema, prioritySchema } from './jobs.ts'
import { jobsChangeSchema, jobsCursorSchema } from './many-jobs.ts'

const count = () => z.number().int().min(0)

/** A lane of the queue, over all accounts. */
export const laneSchema = z
  .object({
    lane: prioritySchema,
    waiting: count(),
    running: count(),
    oldestAt: timeSchema.nullable().describe('When the job that waits longest was asked for.'),
    finished: count().describe('Jobs that were completed in the last minute.'),
    failed: count().describe('Jobs that failed for good in the last minute.'),
    pausedSince: timeSchema.nullable().describe('Nothing of it is begun since then.'),
  })
  .meta({ id: 'Lane' })
export type Lane = z.infer<typeof laneSchema>

export const lanesSchema = z.object({ items: z.array(laneSchema) })
export const laneChangeSchema = z.strictObject({
  paused: z.boolean().describe('What runs goes on to its end; nothing more of the lane is begun.'),
})

/** Whose something is; `name` is null where the account is gone. */
const ownerSchema = z.object({ id: idSchema, name: z.string().nullable() })

/** A job as an administrator sees it: whose it is, and no address of a picture. */
export const adminJobSchema = jobSchema.extend({ owner: ownerSchema }).meta({ id: 'AdminJob' })
export type AdminJob = z.infer<typeof adminJobSchema>

const jobFilterSchema = z.object({
  status: jobStatusSchema.optional(),
  type: jobTypeSchema.optional(),
  priority: prioritySchema.optional(),
  ownerId: idSchema.optional().describe('An account.'),
})
export const adminJobListQuerySchema = pageQuerySchema.extend(jobFilterSchema.shape)
export type AdminJobListQuery = z.output<typeof adminJobListQuerySchema>

/** Cancels, retries or re-lanes jobs of all accounts that a filter means, some in each call. */
export const manyJobsChangeSchema = z.strictObject({
  filter: z
    .strictObject(jobFilterSchema.shape)
    .describe('Those whose state the change needs are taken of it.'),
  change: jobsChangeSchema,
  cursor: jobsCursorSchema,
})
export type ManyJobsChange = z.output<typeof manyJobsChangeSchema>

/** Where an answer came from. */
export const layerNames = ['memory', 'cache', 'storage', 'render'] as const
export const layersSchema = z
  .object({ memory: count(), cache: count(), storage: count(), render: count() })
  .describe('Pictures that were answered, by where they were found; `render` were made.')
export type Layers = z.infer<typeof layersSchema>

/** What a process says of itself, every few seconds. */
export const processFactsSchema = z.object({
  slots: count().describe('Jobs that it takes at once; 0 where it is no worker.'),
  residentBytes: count(),
  renders: z.object({ running: count(), waiting: count() }),
  memory: z.object({ bytes: count(), entries: count() }).describe('Renditions in its memory.'),
  layers: layersSchema.describe('Since it started.'),
  disk: z
    .object({ volume: z.string(), freeBytes: z.number(), reserveBytes: z.number(), full: z.boolean() })
    .nullable()
    .describe('Of the disks it writes on the one that has least to spare.'),
  parts: z.record(z.string(), partStateSchema),
})
export type ProcessFacts = z.infer<typeof processFactsSchema>

export const processSchema = processFactsSchema
  .extend({
    id: idSchema,
    host: z.string(),
    pid: count(),
    roles: z.array(z.string()),
    version: z.string(),
    startedAt: timeSchema,
    seenAt: timeSchema,
    state: z.enum(['alive', 'gone']).describe('gone: it has said nothing for half a minute.'),
    jobs: z.array(adminJobSchema).describe('What its worker does now.'),
  })
  .meta({ id: 'Process' })
export type Process = z.infer<typeof processSchema>
export const processesSchema = z.object({ items: z.array(processSchema) })

/** `originals` are what was uploaded; `urls` what URLs made, `levels` what they are made from, `results` and `passing` what jobs made, `drafts` uploads on their way. */
export const storedKindSchema = z.enum([
  'originals',
  'presets',
  'urls',
  'levels',
  'results',
  'passing',
  'drafts',
])
export type StoredKind = z.infer<typeof storedKindSchema>

export const storageStateSchema = z
  .object({
    kinds: z.array(z.object({ kind: storedKindSchema, files: count(), bytes: count() })),
    countedAt: timeSchema.describe('Counting reads whole tables, so an answer is up to a minute old.'),
    layers: layersSchema.describe('Of all processes that live, each since it started.'),
    memory: z.object({ bytes: count(), entries: count() }),
    purgesWaiting: count().describe('Tags that caches in front have yet to forget.'),
  })
  .meta({ id: 'StorageState' })
export type StorageState = z.infer<typeof storageStateSchema>

export const historyQuerySchema = z.object({
  hours: z.coerce.number().int().min(1).max(24).default(6),
})

const atSchema = { at: timeSchema }
export const historySchema = z
  .object({
    from: timeSchema,
    to: timeSchema,
    stepSeconds: count(),
    parts: z.array(
      z.object({
        part: z.string(),
        points: z.array(
          z.object({
            ...atSchema,
            looks: count(),
            failed: count(),
            averageMs: z.number(),
            mostMs: z.number(),
          }),
        ),
      }),
    ),
    layers: z.array(z.object({ ...atSchema, ...layersSchema.shape })),
    lanes: z.array(
      z.object({
        lane: prioritySchema,
        points: z.array(
          z.object({
            ...atSchema,
            waiting: z.number().describe('On average.'),
            finished: z.number().describe('Jobs a minute.'),
          }),
        ),
      }),
    ),
  })
  .describe('What is not there was not measured: nothing ran, or could write.')
  .meta({ id: 'History' })
export type History = z.infer<typeof historySchema>

export const settingSchema = z.object({
  name: z.string().describe('The variable.'),
  description: z.string(),
  value: z
    .string()
    .nullable()
    .describe('null where it is hidden, or nothing is set and there is no default.'),
  source: z.enum(['default', 'environment', 'file']),
  secret: z.boolean().describe('Hidden, wholly or the credentials in it.'),
})
export type Setting = z.infer<typeof settingSchema>
export const settingsSchema = z
  .object({ roles: z.array(z.string()), items: z.array(settingSchema) })
  .describe('Of the process that answers.')
  .meta({ id: 'Settings' })
export type Settings = z.infer<typeof settingsSchema>

export const releasesSchema = z
  .object({
    version: z.string(),
    items: z.array(
      z.object({
        name: z.string(),
        sections: z.array(z.object({ title: z.string(), entries: z.array(z.string()) })),
      }),
    ),
  })
  .meta({ id: 'Releases' })
export type Releases = z.infer<typeof releasesSchema>
