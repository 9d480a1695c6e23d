import type { Database } from '../platform/database/port.ts'
import type { UrlSigner } from '../platform/signing/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { backoffMs } from './backoff.ts'
import type { JobsConfig } from './config.ts'
import { failedOrPending } from './lease.ts'
import { emit, wakeRelay } from './outbox.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'
import type { JobOwner } from './types.ts'
import { jobEvent } from './view.ts'

export interface SweeperOptions {
  db: Database
  config: JobsConfig
  signer: Pick<UrlSigner, 'signedUrl'>
  owner: JobOwner
  log: Logger
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
/** Said to the owner of a job whose worker vanished again and again. */
const lostFault = { code: 'worker_lost', message: 'The worker stopped each time it ran this job.' }

/** Frees what dead workers hold and dispatches again what nobody took; runs every `sweepMs` until stopped. */
export function startSweeper(options: SweeperOptions): () => Promise<void> {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const tick = (): void => {
    running = sweepJobs(options)
      .catch((error) => options.log.warn({ err: error }, 'sweeper: a pass failed'))
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, options.config.sweepMs)
      })
  }
  tick()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}

/** One pass. Every statement may run in several processes at once. */
export async function sweepJobs(options: SweeperOptions): Promise<void> {
  const { db, config } = options
  while (await freeLeases(options, { condition: 'lease_until < now()', holderIsAlive: heard })) {
    // Until no full batch is left.
  }
  await db.query(
    `update jobs set dispatched_at = null
     where status = 'pending' and dispatched_at < now() - $1 * interval '1 millisecond'`,
    [config.redispatchMs],
  )
  await db.query("delete from job_workers where seen_at < now() - interval '5 minutes'")
  await db.query(
    `delete from jobs where id in (
       select id from jobs where finished_at < now() - $1 * interval '1 day' limit 1000)`,
    [config.retentionDays],
  )
  await db.query(
    `delete from events where position in (
       select position from events where created_at < now() - $1 * interval '1 day' limit 5000)`,
    [config.eventRetentionDays],
  )
}

/**
 * For an installation of one process, at its start: whoever held a lease or a dispatched job is dead, and a queue in
 * memory is empty. Nobody has to wait for a lease to run out.
 */
export async function recoverAfterRestart(
  options: SweeperOptions,
  parts: { leasesAreStale: boolean; queueIsEmpty: boolean },
): Promise<void> {
  if (parts.leasesAreStale) {
    await options.db.query('delete from job_workers')
    while (await freeLeases(options, { condition: 'true', restarted: true })) {
      // Until no full batch is left.
    }
  }
  if (parts.queueIsEmpty) {
    await options.db.query(
      `update jobs set dispatched_at = null where status = 'pending' and dispatched_at is not null`,
    )
  }
}

/** Which leases are freed. Conditions are SQL of this file. */
interface Stale {
  condition: string
  holderIsAlive?: string
  /** The whole service was away, not one worker of it. */
  restarted?: boolean
}

/** Puts jobs of vanished workers back, or fails those that were lost too often. True when a full batch was found. */
async function freeLeases(
  { db, config, signer, owner }: SweeperOptions,
  { condition, holderIsAlive = 'false', restarted = false }: Stale,
): Promise<boolean> {
  const held = await db.query<{ id: string; image_id: string | null }>(
    `select id, image_id from jobs where status = 'processing' and ${condition} order by lease_until limit ${batch}`,
  )
  const losses = `(losses + case when ${holderIsAlive} then 0 else 1 end)`
  const spent = restarted
    ? `${losses} >= $2 * ${restartPatience}`
    : `(${losses} >= $2 or attempts >= max_attempts)`
  for (const { id, image_id } of held) {
    await db.transaction(async (tx) => {
      if (image_id !== null) await owner.hold(tx, image_id)
      const [row] = await tx.query<JobRow>(
        `update jobs set ${failedOrPending(spent)},
           losses = ${losses}, fence = fence + 1, attempts = attempts - ${restarted ? 1 : 0},
           error_code = case when ${spent} then $3::text end,
           error_message = case when ${spent} then $4::text end,
           available_at = now() + case when losses = 0 then 0 else $5::double precision end * interval '1 millisecond'
         where id = $1 and status = 'processing' and ${condition} returning ${jobColumns}`,
        [id, config.maxLosses, lostFault.code, lostFault.message, backoffMs(2, config)],
      )
      if (row === undefined) return
      const job = jobOf(row)
      if (job.status === 'failed') await owner.ended(tx, job)
      await emit(tx, [jobEvent(job.status === 'failed' ? 'job.failed' : 'job.pending', job, signer)])
      await wakeRelay(tx)
    })
  }
  return held.length === batch
}
