import { type JobMessage, jobMessageSchema, type Priority } from '@rendition/contract'
import { Queue as BullQueue, UnrecoverableError, Worker } from 'bullmq'
import type { Log } from '../log.ts'
import { checkRedis, connectRedis, endRedis, patient } from '../redis/connection.ts'
import { withDeadline } from './deadline.ts'
import type { Consumer, MessageHandler, Queue } from './port.ts'
import { createWorkforce } from './workforce.ts'

export interface BullQueueOptions {
  url: string
  log: Log
  retryPauseMs?: number | undefined
  /** Put before the names of the keys. */
  prefix?: string | undefined
}

const name = 'jobs'
/** BullMQ serves jobs without a priority first, then by rising number. */
const bulkPriority = 10
const mostFailures = 20

/**
 * Redis by BullMQ. That Redis must keep its data (`appendonly yes`) and never evict (`maxmemory-policy noeviction`), so
 * it is not the one of the cache. What a lost second of its log takes with it, the sweeper publishes again.
 */
export function openBullQueue(options: BullQueueOptions): Queue {
  const { url, log, retryPauseMs = 5_000, prefix = 'rendition' } = options
  const connection = connectRedis(url, log)
  const queue = new BullQueue<JobMessage>(name, { connection, prefix })
  queue.on('error', () => {})
  const consumers = new Set<Consumer>()
  let closed = false

  return {
    reach: 'cluster',

    async publish(lane, messages) {
      if (closed) throw new Error('the queue is closed')
      if (messages.length === 0) return
      const opts = {
        attempts: mostFailures + 1,
        backoff: { type: 'fixed', delay: retryPauseMs },
        removeOnComplete: true,
        // The last of the failed ones are kept, for people to look at.
        removeOnFail: { count: 1_000 },
        ...(lane === 'bulk' ? { priority: bulkPriority } : {}),
      }
      // BullMQ waits for Redis without end; a publisher has a caller.
      await withDeadline(queue.addBulk(messages.map((data) => ({ name, data, opts }))), 10_000)
    },

    async consume(handler, { concurrency }) {
      const consumer = startConsumer({ url, log, prefix, handler, concurrency })
      consumers.add(consumer)
      return {
        async stop(deadlineMs) {
          await consumer.stop(deadlineMs)
          consumers.delete(consumer)
        },
      }
    },

    depth: () => withDeadline(countWaiting(queue), 5_000),
    check: () => checkRedis(connection),

    async close() {
      closed = true
      await Promise.all([...consumers].map((consumer) => consumer.stop(0)))
      await withDeadline(queue.close(), 2_000).catch(() => {})
      await endRedis(connection)
    },
  }
}

/** Messages in their pause after a failure are counted with the bulk ones: BullMQ keeps one list of them. */
async function countWaiting(queue: BullQueue<JobMessage>): Promise<Record<Priority, number>> {
  const counts = await queue.getCountsPerPriority([0, bulkPriority])
  const { delayed = 0 } = await queue.getJobCounts('delayed')
  return { interactive: counts['0'] ?? 0, bulk: (counts[`${bulkPriority}`] ?? 0) + delayed }
}

interface Consuming {
  url: string
  log: Log
  prefix: string
  handler: MessageHandler
  concurrency: number
}

function startConsumer({ url, log, prefix, handler, concurrency }: Consuming): Consumer {
  // A worker waits in Redis for the next job, ten seconds at most, and through an outage.
  const connection = connectRedis(url, log, { ...patient, socketTimeout: 15_000 })
  const workforce = createWorkforce(concurrency, () => {})
  const giveBack = new Set<(reason: Error) => void>()

  const worker = new Worker<JobMessage>(
    name,
    ({ data }) => {
      const parsed = jobMessageSchema.safeParse(data)
      if (!parsed.success) throw new UnrecoverableError('this message is none of ours')
      return new Promise<void>((resolve, reject) => {
        giveBack.add(reject)
        // Fetched while stopping: it is given back like a failed one.
        if (workforce.free() === 0) return reject(new Error('the consumer is stopping'))
        workforce.start(async (signal) => {
          try {
            await handler(parsed.data, signal)
            resolve()
          } catch (error) {
            if (!signal.aborted) {
              log.warn({ err: error, jobId: parsed.data.jobId }, 'a message failed; it comes again')
            }
            reject(error instanceof Error ? error : new Error(String(error)))
          } finally {
            giveBack.delete(reject)
          }
        })
      })
    },
    {
      connection,
      prefix,
      concurrency,
      // A worker that dies is noticed when its lock runs out: 20 s at most, against a minute by default.
      lockDuration: 15_000,
      stalledInterval: 5_000,
      // A job that is interrupted by deploys is not a bad job.
      maxStalledCount: mostFailures,
    },
  )
  worker.on('error', () => {})
  let stopping: Promise<void> | undefined

  return {
    stop(deadlineMs) {
      stopping ??= (async () => {
        await withDeadline(worker.pause(true), 2_000).catch(() => {})
        await workforce.stop(deadlineMs)
        // Handlers that do not notice the abort keep nobody waiting; their messages go to others.
        for (const reject of giveBack) reject(new Error('the consumer is stopping'))
        await withDeadline(worker.close(), 5_000).catch(() => {})
        await endRedis(connection)
      })()
      return stopping
    },
  }
}
