import { jobCancelledTopic } from '../jobs/index.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Foreground } from '../platform/foreground.ts'
import type { Consumer, Queue } from '../platform/queue/port.ts'
import { createClaims } from './claims.ts'
import type { WorkerConfig } from './config.ts'
import { type RunDeps, type Running, runJob } from './run-job.ts'

export { type WorkerConfig, workerConfigSchema } from './config.ts'

export interface WorkerDeps extends RunDeps {
  queue: Queue
  bus: Bus
  config: WorkerConfig
  /** Under which it holds jobs: the id that its process has in the list of processes. */
  holder: string
  foreground?: Pick<Foreground, 'calm'> | undefined
}

export interface Worker {
  /** Jobs now running. */
  running(): number
  /** Takes no new jobs, waits for the running ones, and gives back what is not done by the deadline. */
  stop(deadlineMs: number): Promise<void>
}

/** Well below the time after which the relay forgets a worker. */
const announceEveryMs = 10_000

/** Consumes jobs until stopped. */
export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const { db, queue, bus, book, log, config, holder } = deps
  const running = new Map<string, Running>()
  const claim = createClaims(deps, holder)
  const announce = (): Promise<void> =>
    book
      .announceWorker(db, holder, config.concurrency)
      .catch((error: unknown) => log.warn({ err: error }, 'worker: could not announce itself'))
  await announce()
  const timer = setInterval(announce, announceEveryMs)
  const unsubscribe = await bus.subscribe(jobCancelledTopic, (payload) => {
    const { jobId } = (payload ?? {}) as { jobId?: unknown }
    if (typeof jobId === 'string') running.get(jobId)?.abort()
  })
  const consumer: Consumer = await queue.consume(
    (message, signal) => runJob(deps, claim, message.jobId, signal, running),
    { concurrency: config.concurrency },
  )
  return {
    running: () => running.size,
    async stop(deadlineMs) {
      clearInterval(timer)
      await consumer.stop(deadlineMs)
      await unsubscribe()
      await book
        .forgetWorker(db, holder)
        .catch((error: unknown) => log.warn({ err: error }, 'worker: could not sign off'))
    },
  }
}
