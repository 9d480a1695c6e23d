import { z } from 'zod'
import { integer } from '../platform/config/fields.ts'

/** Retries, leases and how long things are kept. */
export const jobsConfigSchema = z.object({
  maxAttempts: integer(1, 20)
    .default(5)
    .meta({ env: 'JOB_MAX_ATTEMPTS', description: 'How often a job is started before it fails for good.' }),
  /** A worker that vanishes with a job this often is blamed on the job. */
  maxLosses: integer(1, 20).default(3),
  leaseMs: integer(1_000).default(30_000).meta({
    env: 'JOB_LEASE_MS',
    description: 'How long a silent worker keeps its job, in milliseconds; it reports three times as often.',
  }),
  /** First pause after a transient fault; the next ones are four times as long each, with jitter. */
  backoffMs: integer(0).default(1_000),
  backoffMaxMs: integer(0).default(5 * 60_000),
  redispatchMs: integer(100).default(60_000).meta({
    env: 'JOB_REDISPATCH_MS',
    description:
      'After how long a job that was sent and that nobody took is sent again, in milliseconds: the broker may have lost it.',
  }),
  /** How often the relay and the sweeper look on their own; a notification wakes the relay at once. */
  pollMs: integer(10).default(1_000),
  sweepMs: integer(10).default(5_000),
  retentionDays: integer(1, 3650)
    .default(30)
    .meta({ env: 'JOB_RETENTION_DAYS', description: 'How long finished jobs are listed.' }),
  eventRetentionDays: integer(1, 3650)
    .default(7)
    .meta({ env: 'EVENT_RETENTION_DAYS', description: 'How long missed events can be replayed.' }),
})
export type JobsConfig = z.output<typeof jobsConfigSchema>
