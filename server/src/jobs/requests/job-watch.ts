import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import { startLoop } from '../../platform/loop.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { endedAmong } from '../store/jobs.ts'
import { eventsAppendedTopic } from '../types.ts'

/** Waiting for jobs to end, for long polls: one look at the table for all who wait, when events were appended. */
export interface JobWatch {
  /** Resolves when the job has ended or is gone, after `waitMs`, or when `signal` aborts; never throws. */
  finished(jobId: string, waitMs: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** A hint may be lost when the bus reaches only this process; then this is how late an answer gets. */
const lookEveryMs = 1_000

export async function createJobWatch(db: Database, bus: Bus, log: Logger): Promise<JobWatch> {
  const waiting = new Map<string, Set<() => void>>()
  const look = async (): Promise<void> => {
    if (waiting.size === 0) return
    const ended = await endedAmong(db, [...waiting.keys()])
    for (const id of ended) for (const resolve of waiting.get(id) ?? []) resolve()
  }
  const loop = startLoop({ name: 'job watch', everyMs: lookEveryMs, firstMs: lookEveryMs, pass: look, log })
  const wake = (): void => {
    if (waiting.size > 0) loop.wake()
  }
  const unsubscribe = await bus.subscribe(eventsAppendedTopic, wake)

  return {
    finished: (jobId, waitMs, signal) =>
      new Promise((resolve) => {
        const set = waiting.get(jobId) ?? new Set()
        waiting.set(jobId, set)
        const done = (): void => {
          clearTimeout(deadline)
          signal.removeEventListener('abort', done)
          set.delete(done)
          if (set.size === 0 && waiting.get(jobId) === set) waiting.delete(jobId)
          resolve()
        }
        const deadline = setTimeout(done, waitMs)
        signal.addEventListener('abort', done, { once: true })
        set.add(done)
        if (signal.aborted) done()
        else wake()
      }),
    async close() {
      await unsubscribe()
      await loop.stop()
      for (const set of waiting.values()) for (const resolve of set) resolve()
    },
  }
}
