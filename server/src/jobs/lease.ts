import type { Queryable, Transaction } from '../platform/database/port.ts'
import { wakeRelay } from './outbox.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'
import type { JobRecord, StoredResult } from './types.ts'

/** An ordered job waits until no earlier ordered one of its image is unfinished. */
const inOrder = `(not j.ordered or not exists (
  select 1 from jobs e where e.image_id = j.image_id and e.ordered and e.status in ('pending', 'processing')
    and e.id < j.id))`

/** From so many losses a job is a suspect: before the last one it is charged with. */
const suspectFrom = (maxLosses: number): number => Math.max(1, maxLosses - 1)
/** Suspects are claimed under the lock of this number: two at once would not see each other. */
const suspectLock = 7_301_103

/**
 * Whether the pending job `j` may start beside those that run. When a worker vanishes nobody knows which of its jobs
 * did it, and all are charged; before the last charge they run one at a time, so that the one that kills its worker
 * fails alone.
 */
export function mayStart(maxLosses: number): string {
  const last = suspectFrom(maxLosses)
  return `(${inOrder} and (j.losses < ${last} or not exists (
    select 1 from jobs s where s.status = 'processing' and s.losses >= ${last})))`
}

/**
 * Takes a pending job: a lease of `leaseMs` and the next fencing number. null when it is not pending, not yet due or
 * not yet its turn: a duplicate or late message finds nothing here.
 */
export async function claim(
  tx: Transaction,
  jobId: string,
  holder: string,
  { leaseMs, maxLosses }: { leaseMs: number; maxLosses: number },
): Promise<JobRecord | null> {
  const last = suspectFrom(maxLosses)
  const take = (condition: string): Promise<JobRow[]> =>
    tx.query<JobRow>(
      `update jobs j set status = 'processing', attempts = attempts + 1, fence = fence + 1, holder = $2,
         lease_until = now() + $3 * interval '1 millisecond', started_at = coalesce(started_at, now()),
         dispatched_at = coalesce(dispatched_at, now())
       where id = $1 and status = 'pending' and available_at <= now() and ${condition}
       returning ${jobColumns}`,
      [jobId, holder, leaseMs],
    )
  let [row] = await take(`${inOrder} and j.losses < ${last}`)
  if (row === undefined) {
    const suspect = await tx.query(
      `select pg_advisory_xact_lock(${suspectLock}) from jobs where id = $1 and status = 'pending' and losses >= $2`,
      [jobId, last],
    )
    // A statement of its own: it sees what the one before in the lock has written.
    if (suspect.length > 0) [row] = await take(mayStart(maxLosses))
  }
  if (row !== undefined) {
    await wakeRelay(tx)
    return jobOf(row)
  }
  await tx.query(
    `update jobs j set dispatched_at = null where id = $1 and status = 'pending' and not ${mayStart(maxLosses)}`,
    [jobId],
  )
  return null
}

/** Renews a lease and reports progress, which never falls. false when the job is no longer this worker's. */
export async function extend(
  db: Queryable,
  job: JobRecord,
  progress: number,
  leaseMs: number,
): Promise<JobRecord | null> {
  const [row] = await db.query<JobRow>(
    `update jobs set lease_until = now() + $3 * interval '1 millisecond', progress = greatest(progress, $4)
     where id = $1 and fence = $2 and status = 'processing' returning ${jobColumns}`,
    [job.id, job.fence, leaseMs, progress],
  )
  return row === undefined ? null : jobOf(row)
}

/** Records the result. null when the job is no longer this worker's: the caller must roll back. */
export async function complete(
  tx: Transaction,
  job: JobRecord,
  result: StoredResult | null,
  imageId: string | null = job.imageId,
): Promise<JobRecord | null> {
  const [row] = await tx.query<JobRow>(
    `update jobs set status = 'complete', progress = 1, result = $3, image_id = $4, finished_at = now(),
       lease_until = null, error_code = null, error_message = null
     where id = $1 and fence = $2 and status = 'processing' returning ${jobColumns}`,
    [job.id, job.fence, result === null ? null : JSON.stringify(result), imageId],
  )
  await wakeRelay(tx)
  return row === undefined ? null : jobOf(row)
}

/** How long a job waits for a part that is away before its attempts count. */
const outagePatience = "interval '6 hours'"

export interface Fault {
  code: string
  message: string
  /** A part of the service is away: not the job's fault, so the attempt does not count for the first hours. */
  outage?: boolean
}

/**
 * Ends an attempt that failed: back to pending after `retryInMs`, or failed for good when that is null or the
 * attempts are used up. null when the job is no longer this worker's.
 */
export async function fail(
  tx: Transaction,
  job: JobRecord,
  fault: Fault,
  retryInMs: number | null,
): Promise<JobRecord | null> {
  const forgiven = `($6 and created_at > now() - ${outagePatience})`
  const [row] = await tx.query<JobRow>(
    `update jobs set ${failedOrPending(`$3::double precision is null or (attempts >= max_attempts and not ${forgiven})`)},
       attempts = attempts - case when ${forgiven} then 1 else 0 end,
       available_at = now() + coalesce($3::double precision, 0) * interval '1 millisecond',
       error_code = $4, error_message = $5
     where id = $1 and fence = $2 and status = 'processing' returning ${jobColumns}`,
    [job.id, job.fence, retryInMs, fault.code, fault.message, fault.outage ?? false],
  )
  await wakeRelay(tx)
  return row === undefined ? null : jobOf(row)
}

/** Gives a job back unharmed, for a worker that stops: the attempt does not count. */
export async function release(tx: Transaction, job: JobRecord): Promise<void> {
  await tx.query(
    `update jobs set status = 'pending', attempts = attempts - 1, lease_until = null, dispatched_at = null,
       available_at = now()
     where id = $1 and fence = $2 and status = 'processing'`,
    [job.id, job.fence],
  )
  await wakeRelay(tx)
}

/** The columns of a job whose attempt ended: for good when `condition` holds, else ready to be dispatched again. */
export function failedOrPending(condition: string): string {
  return `status = case when ${condition} then 'failed' else 'pending' end,
       finished_at = case when ${condition} then now() end,
       lease_until = null, dispatched_at = null`
}
