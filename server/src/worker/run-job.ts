import {
  type Attempt,
  type JobBook,
  type JobHandlers,
  type JobOwner,
  type JobRecord,
  LeaseLost,
} from '../jobs/index.ts'
import type { Database } from '../platform/database/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { Claim } from './claims.ts'
import { faultOf, isTriedAgain } from './faults.ts'

/** What running a job needs. */
export interface RunDeps {
  db: Database
  book: JobBook
  /** The room whose jobs these are: told in the transaction that takes a job or ends it without its work. */
  owner: Pick<JobOwner, 'hold' | 'begun' | 'ended'>
  /** What does each kind of job. */
  handlers: JobHandlers
  log: Logger
  /** Told at each step on the way of a job; a test kills the process there. */
  onStep?: ((step: string) => void) | undefined
}

/** Progress is told to watchers at most this often; most jobs are done before the first time. */
const reportEveryMs = 500

export interface Running {
  job: JobRecord
  /** Ends the attempt: the job was cancelled, or is another worker's now. */
  abort(): void
}

/**
 * Takes a job and sees it through: complete, failed, or back for another attempt. Resolves in every case but one,
 * which the queue repeats: the database is away.
 */
export async function runJob(
  deps: RunDeps,
  claim: Claim,
  jobId: string,
  stopping: AbortSignal,
  running: Map<string, Running>,
): Promise<void> {
  const { db, book, handlers, log, onStep } = deps
  const job = await claim(jobId)
  if (job === null) return
  onStep?.('job.claimed')
  const lost = new AbortController()
  running.set(job.id, { job, abort: () => lost.abort(new LeaseLost()) })
  const reporter = startReporter(deps, job, () => lost.abort(new LeaseLost()))
  const signal = AbortSignal.any([lost.signal, stopping])
  const mayRetry: Attempt['mayRetry'] = (failure) => isTriedAgain(failure, job)
  try {
    await handlers[job.type]({ job, signal, progress: reporter.progress, mayRetry })
    onStep?.('job.committed')
  } catch (error) {
    await reporter.stop()
    if (error instanceof LeaseLost || lost.signal.aborted) {
      log.info({ jobId: job.id }, 'worker: the job was cancelled or taken over')
    } else if (stopping.aborted) {
      await db.transaction((tx) => book.release(tx, job))
    } else {
      await recordFault(deps, job, error)
    }
  } finally {
    await reporter.stop()
    running.delete(job.id)
  }
}

async function recordFault({ db, book, owner, log }: RunDeps, job: JobRecord, error: unknown): Promise<void> {
  const fault = faultOf(error, job.attempts)
  log[fault.retry ? 'info' : 'warn'](
    { err: error, jobId: job.id, attempt: job.attempts },
    'worker: attempt failed',
  )
  await db.transaction(async (tx) => {
    if (job.imageId !== null) await owner.hold(tx, job.imageId)
    const ended = await book.fail(tx, job, fault, fault.retry)
    if (ended?.status === 'failed') await owner.ended(tx, ended)
  })
}

/** Keeps the lease and tells progress while a job runs; `onLost` when the job is no longer this worker's. */
function startReporter(
  { db, book, log }: RunDeps,
  job: JobRecord,
  onLost: () => void,
): { progress(value: number): void; stop(): Promise<void> } {
  let value = 0
  let told = 0
  let busy: Promise<void> = Promise.resolve()
  let idle = true
  const tell = async (): Promise<void> => {
    try {
      const report = value > told
      told = value
      const held = report
        ? await db.transaction((tx) => book.report(tx, job, value))
        : await book.extend(db, job, value)
      if (!held) onLost()
    } catch (error) {
      // The lease may still be ours: the final transaction is what decides.
      log.warn({ err: error, jobId: job.id }, 'worker: the lease could not be renewed')
    }
  }
  const run = (): void => {
    if (!idle) return
    idle = false
    busy = tell().finally(() => {
      idle = true
    })
  }
  const lease = setInterval(run, book.leaseMs / 3)
  const report = setInterval(() => {
    if (value > told) run()
  }, reportEveryMs)
  return {
    progress: (now) => {
      value = Math.max(value, now)
    },
    async stop() {
      clearInterval(lease)
      clearInterval(report)
      await busy
    },
  }
}
