import type { Priority } from '@rendition/contract'
import type { Log } from '../log.ts'
import { Line, lanes, type Waiting } from './lanes.ts'
import type { MessageHandler, Queue } from './port.ts'
import { createWorkforce, type Workforce } from './workforce.ts'

export interface LocalQueueOptions {
  log: Log
  /** The pause before a failed message comes again; it doubles with every failure, up to 30 times this. */
  retryPauseMs?: number | undefined
}

interface LocalConsumer {
  workforce: Workforce
  handler: MessageHandler
}

/**
 * A queue inside this process. Nothing is kept beyond it: the jobs table holds every job, and the sweeper publishes
 * again what was waiting when the process ended.
 */
export function openLocalQueue({ log, retryPauseMs = 1_000 }: LocalQueueOptions): Queue {
  const waiting: Record<Priority, Line<Waiting>> = { interactive: new Line(), bulk: new Line() }
  const paused: Record<Priority, Set<NodeJS.Timeout>> = { interactive: new Set(), bulk: new Set() }
  const consumers = new Set<LocalConsumer>()
  let closed = false

  /** Hands waiting messages to free places, the interactive lane first, consumers in turn. */
  function dispatch(): void {
    for (const lane of lanes) {
      while (waiting[lane].length > 0) {
        const consumer = [...consumers].find(({ workforce }) => workforce.free() > 0)
        if (consumer === undefined) return
        const item = waiting[lane].shift()
        if (item !== undefined) serve(consumer, lane, item)
        consumers.delete(consumer)
        consumers.add(consumer)
      }
    }
  }

  function serve({ workforce, handler }: LocalConsumer, lane: Priority, item: Waiting): void {
    workforce.start(async (signal) => {
      try {
        await handler(item.message, signal)
      } catch (error) {
        if (!signal.aborted)
          log.warn({ err: error, jobId: item.message.jobId }, 'a message failed; it comes again')
        retry(lane, { message: item.message, failures: item.failures + 1 })
      }
    })
  }

  function retry(lane: Priority, item: Waiting): void {
    if (closed) return
    const factor = Math.min(2 ** (item.failures - 1), 30)
    const timer = setTimeout(
      () => {
        paused[lane].delete(timer)
        waiting[lane].push(item)
        dispatch()
      },
      retryPauseMs * factor * (0.75 + Math.random() / 2),
    )
    paused[lane].add(timer)
  }

  return {
    reach: 'process',
    async publish(lane, messages) {
      if (closed) throw new Error('the queue is closed')
      for (const message of messages) waiting[lane].push({ message, failures: 0 })
      // Not within the caller's turn: a publisher must not run handlers.
      setImmediate(dispatch)
    },
    async consume(handler, { concurrency }) {
      const consumer = { handler, workforce: createWorkforce(concurrency, () => setImmediate(dispatch)) }
      consumers.add(consumer)
      setImmediate(dispatch)
      return {
        stop(deadlineMs) {
          consumers.delete(consumer)
          return consumer.workforce.stop(deadlineMs)
        },
      }
    },
    depth: async () => ({
      interactive: waiting.interactive.length + paused.interactive.size,
      bulk: waiting.bulk.length + paused.bulk.size,
    }),
    check: async () => {},
    async close() {
      closed = true
      const all = [...consumers]
      consumers.clear()
      await Promise.all(all.map(({ workforce }) => workforce.stop(0)))
      for (const lane of lanes) {
        for (const timer of paused[lane]) clearTimeout(timer)
        paused[lane].clear()
        waiting[lane].clear()
      }
    },
  }
}
