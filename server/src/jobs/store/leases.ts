import { holdLock } from '../../platform/database/locks.ts'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { JobRecord, StoredResult } from '../types.ts'
import { wakeRelay } from './outbox.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'

/** An ordered job waits until no earlier ordered one of its image is unfinished. */
const inOrder = `(not j.ordered or not exists (
  select 1 from jobs e where e.image_id = j.image_id and e.ordered and e.status in ('pending', 'processing')
    and e.id < j.id))`

/** From so many losses a job is a suspect: before the last one it is charged with. */
const suspectFrom = (maxLosses: number): number => Math.max(1, maxLosses - 1)

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

/** Of a lane that is paused nothing is begun, what is out with the broker neither. */
const goesOn = 'not exists (select 1 from lane_pauses p where p.lane = j.priority)'

/**
 * Takes pending jobs: for each a lease of `leaseMs` and the next fencing number. Gives those that were taken: what is not pending,
 * not yet due or not yet its turn is left, so a duplicate or late message finds nothing here.
 */
export async function claim(
  tx: Transaction,
  jobIds: readonly string[],
  holder: string,
  { leaseMs, maxLosses }: { leaseMs: number; maxLosses: number },
): Promise<JobRecord[]> {
  const last = suspectFrom(maxLosses)
  // Rows in one order, or two workers that were sent the same jobs would wait for each other.
  const take = (ids: readonly string[], condition: string, name: string): Promise<JobRow[]> =>
    tx.query<JobRow>(
      `update jobs j set status = 'processing', attempts = attempts + 1, fence = fence + 1, holder = $2,
         lease_until = now() + $3 * interval '1 millisecond', started_at = coalesce(started_at, now()),
         dispatched_at = coalesce(dispatched_at, now())
       where id in (select id from jobs where id = any($1::uuid[]) and status = 'pending' order by id for update)
         and status = 'pending' and available_at <= now() and ${goesOn} and ${condition}
       returning ${jobColumns}`,
      [ids, holder, leaseMs],
      name,
    )
  const rows = await take(jobIds, `${inOrder} and j.losses < ${last}`, `jobs.claim.${last}`)
  const left = jobIds.filter((id) => !rows.some((row) => row.id === id))
  if (left.length === 0) return rows.map(jobOf)
  const suspects = await tx.query<{ id: string }>(
    `select id from jobs where id = any($1::uuid[]) and status = 'pending' and losses >= $2 order by id`,
    [left, last],
  )
  if (suspects.length > 0) {
    await holdLock(tx, 'suspects')
    for (const { id } of suspects) {
      // Statements of their own: each sees what the ones before in the lock have written.
      rows.push(...(await take([id], mayStart(maxLosses), `jobs.claim.suspect.${maxLosses}`)))
    }
  }
  await tx.query(
    `update jobs j set dispatched_at = null
     where id = any($1::uuid[]) and status = 'pending' and not (${goesOn} and ${mayStart(maxLosses)})`,
    [left],
  )
  return rows.map(jobOf)
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

/** Writes into a job's input how far it came, for the attempt after this one. false when the job is no longer this worker's. */
export async function remember(
  tx: Transaction,
  job: JobRecord,
  input: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const rows = await tx.query(
    `update jobs set input = input || $3::jsonb where id = $1 and fence = $2 and status = 'processing' returning id`,
    [job.id, job.fence, JSON.stringify(input)],
  )
  return rows.length > 0
}

/** An attempt that has done its job. */
export interface Done {
  job: JobRecord
  result: StoredResult | null
  /** Of a job that made its image. */
  imageId?: string | undefined
}

/**
 * Records results. Gives those of the jobs that are still this worker's: where one is missing the caller must roll back what it
 * recorded for it.
 */
export async function complete(tx: Transaction, done: readonly Done[]): Promise<JobRecord[]> {
  const ended = done.map(({ job, result, imageId = job.imageId }) => ({
    job: job.id,
    number: job.fence,
    made: result,
    about: imageId,
  }))
  // By the index, which is also the order in which two workers take them.
  const rows = await tx.query<JobRow>(
    `update jobs set status = 'complete', progress = 1, result = made, image_id = about, finished_at = now(),
       lease_until = null, error_code = null, error_message = null
     from jsonb_to_recordset($1::jsonb) as ended(job uuid, number bigint, made jsonb, about uuid)
     where id = any($2::uuid[]) and id = job and fence = number and status = 'processing' returning ${jobColumns}`,
    [JSON.stringify(ended), ended.map(({ job }) => job)],
    'jobs.complete',
  )
  return rows.map(jobOf)
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

const batch = 100
/** A worker that lost a lease but is heard of was cut off, not killed by its job: the job is not blamed. */
const heard = `exists (
  select 1 from job_workers w where w.id = jobs.holder and w.seen_at > now() - interval '20 seconds')`
/**
 * Pictures are rendered in processes of their own, so a job hardly ever takes the whole service with it: a service
 * that is killed three times in a row at the same job is far more often a machine that is. Only after this many
 * times as many losses is the job blamed.
 */
const restartPatience = 5

/** Why leases are stale: each by itself, its time being over; or all, the one process that gave them having restarted. */
export type Stale = 'expired' | 'restarted'

const isStale = (why: Stale): string => (why === 'expired' ? 'lease_until < now()' : 'true')

/** Some of the jobs whose lease is stale, and whether there may be more. */
export async function readStale(
  db: Queryable,
  why: Stale,
): Promise<{ jobs: { id: string; imageId: string | null }[]; more: boolean }> {
  const rows = await db.query<{ id: string; image_id: string | null }>(
    `select id, image_id from jobs where status = 'processing' and ${isStale(why)} order by lease_until limit ${batch}`,
  )
  return { jobs: rows.map(({ id, image_id }) => ({ id, imageId: image_id })), more: rows.length === batch }
}

/**
 * Takes a job from a worker that vanished: back to pending, `pauseMs` later where it was lost before, or failed when it
 * was lost too often. null when its lease is not stale any more.
 */
export async function free(
  tx: Transaction,
  jobId: string,
  why: Stale,
  { maxLosses, pauseMs, fault }: { maxLosses: number; pauseMs: number; fault: Fault },
): Promise<JobRecord | null> {
  const losses = `(losses + case when ${why === 'expired' ? heard : 'false'} then 0 else 1 end)`
  const spent =
    why === 'restarted'
      ? `${losses} >= $2 * ${restartPatience}`
      : `(${losses} >= $2 or attempts >= max_attempts)`
  const [row] = await tx.query<JobRow>(
    `update jobs set ${failedOrPending(spent)},
       losses = ${losses}, fence = fence + 1, attempts = attempts - ${why === 'restarted' ? 1 : 0},
       error_code = case when ${spent} then $3::text end,
       error_message = case when ${spent} then $4::text end,
       available_at = now() + case when losses = 0 then 0 else $5::double precision end * interval '1 millisecond'
     where id = $1 and status = 'processing' and ${isStale(why)} returning ${jobColumns}`,
    [jobId, maxLosses, fault.code, fault.message, pauseMs],
  )
  return row === undefined ? null : jobOf(row)
}

/** The columns of a job whose attempt ended: for good when `condition` holds, else ready to be dispatched again. */
function failedOrPending(condition: string): string {
  return `status = case when ${condition} then 'failed' else 'pending' end,
       finished_at = case when ${condition} then now() end,
       lease_until = null, dispatched_at = null`
}
