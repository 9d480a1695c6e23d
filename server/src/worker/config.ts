import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { integer } from '../platform/config/fields.ts'

export const workerConfigSchema = z.object({
  concurrency: integer(1, 256)
    .default(2 * availableParallelism())
    .meta({
      env: 'WORKER_CONCURRENCY',
      description:
        'Jobs at once in one process; by default twice the processors, since half of a job is waiting.',
    }),
})
export type WorkerConfig = z.output<typeof workerConfigSchema>
