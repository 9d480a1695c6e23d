import type { Database } from '../../platform/database/port.ts'
import { startLoop } from '../../platform/loop.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { JobsConfig } from '../config.ts'
import { dispatchAgain, dispatchAllAgain } from '../store/dispatch.ts'
import { pruneEvents } from '../store/event-log.ts'
import { pruneJobs } from '../store/jobs.ts'
import { free, readStale, type Stale } from '../store/leases.ts'
import { emit } from '../store/outbox.ts'
import { forgetWorkers, pruneWorkers } from '../store/workers.ts'
import type { JobOwner } from '../types.ts'
import { jobEvent, type ResultSigner } from '../view.ts'
import { backoffMs } from './backoff.ts'

export interface SweeperOptions {
  db: Database
  config: JobsConfig
  signer: ResultSigner
  owner: JobOwner
  log: Logger
}

/** Said to the owner of a job whose worker vanished again and again. */
const lostFault = { code: 'worker_lost', message: 'The worker stopped each time it ran this job.' }

/** Frees what dead workers hold and dispatches again what nobody took; runs every `sweepMs` until stopped. */
export function startSweeper(options: SweeperOptions): () => Promise<void> {
  const { config, log } = options
  const loop = startLoop({
    name: 'sweeper',
    everyMs: config.sweepMs,
    pass: () => sweepJobs(options),
    log,
  })
  return loop.stop
}

/** One pass. Every statement may run in several processes at once. */
export async function sweepJobs(options: SweeperOptions): Promise<void> {
  const { db, config } = options
  await freeLeases(options, 'expired')
  await dispatchAgain(db, config.redispatchMs)
  await pruneWorkers(db)
  await pruneJobs(db, config.retentionDays)
  await pruneEvents(db, config.eventRetentionDays)
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
    await forgetWorkers(options.db)
    await freeLeases(options, 'restarted')
  }
  if (parts.queueIsEmpty) await dispatchAllAgain(options.db)
}

/** Puts jobs of vanished workers back, or fails those that were lost too often. */
async function freeLeases({ db, config, signer, owner }: SweeperOptions, why: Stale): Promise<void> {
  const terms = { maxLosses: config.maxLosses, pauseMs: backoffMs(2, config), fault: lostFault }
  for (;;) {
    const { jobs, more } = await readStale(db, why)
    for (const { id, imageId } of jobs) {
      await db.transaction(async (tx) => {
        if (imageId !== null) await owner.hold(tx, imageId)
        const job = await free(tx, id, why, terms)
        if (job === null) return
        if (job.status === 'failed') await owner.ended(tx, job)
        await emit(tx, [jobEvent(job.status === 'failed' ? 'job.failed' : 'job.pending', job, signer)])
      })
    }
    if (!more) return
  }
}
