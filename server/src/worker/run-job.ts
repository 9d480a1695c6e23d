import { renditionsInputSchema } from '../images/index.ts'
import type { JobRecord } from '../jobs/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { type Attempt, LeaseLost, type WorkContext } from './context.ts'
import { faultOf } from './faults.ts'
import { importImage } from './import-image.ts'
import { makeRenditions } from './make-renditions.ts'
import { transformImage } from './transform-image.ts'

/** What does each kind of job. */
const kinds: Record<JobRecord['type'], (context: WorkContext, attempt: Attempt) => Promise<void>> = {
  renditions: makeRenditions,
  transform: transformImage,
  import: importImage,
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
  context: WorkContext & { log: Logger; holder: string },
  jobId: string,
  stopping: AbortSignal,
  running: Map<string, Running>,
): Promise<void> {
  const { db, book, images, log, onStep } = context
  const job = await db.transaction(async (tx) => {
    const claimed = await book.claim(tx, jobId, context.holder)
    if (claimed?.type === 'renditions' && claimed.imageId !== null) {
      await images.work.begin(tx, claimed.imageId, renditionsInputSchema.parse(claimed.input).version)
    }
    return claimed
  })
  if (job === null) return
  onStep?.('job.claimed')
  const lost = new AbortController()
  running.set(job.id, { job, abort: () => lost.abort(new LeaseLost()) })
  const reporter = startReporter(context, job, () => lost.abort(new LeaseLost()))
  const signal = AbortSignal.any([lost.signal, stopping])
  try {
    await kinds[job.type](context, { job, signal, progress: reporter.progress })
    onStep?.('job.committed')
  } catch (error) {
    await reporter.stop()
    if (error instanceof LeaseLost || lost.signal.aborted) {
      log.info({ jobId: job.id }, 'worker: the job was cancelled or taken over')
    } else if (stopping.aborted) {
      await db.transaction((tx) => book.release(tx, job))
    } else {
      await recordFault(context, job, error)
    }
  } finally {
    await reporter.stop()
    running.delete(job.id)
  }
}

async function recordFault(
  { db, book, images, log }: WorkContext & { log: Logger },
  job: JobRecord,
  error: unknown,
): Promise<void> {
  const fault = faultOf(error, job.attempts)
  log[fault.retry ? 'info' : 'warn'](
    { err: error, jobId: job.id, attempt: job.attempts },
    'worker: attempt failed',
  )
  await db.transaction(async (tx) => {
    if (job.imageId !== null) await images.work.hold(tx, job.imageId)
    const ended = await book.fail(tx, job, fault, fault.retry)
    if (ended?.status === 'failed') await images.work.failed(tx, ended)
  })
}

/** Keeps the lease and tells progress while a job runs; `onLost` when the job is no longer this worker's. */
function startReporter(
  { db, book, log }: WorkContext & { log: Logger },
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
