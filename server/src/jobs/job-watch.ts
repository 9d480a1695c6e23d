import type { Database } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import { eventsAppendedTopic } from './types.ts'

/** Waiting for jobs to end, for long polls: one look at the table for all who wait, when events were appended. */
export interface JobWatch {
  /** Resolves when the job has ended or is gone, after `waitMs`, or when `signal` aborts; never throws. */
  finished(jobId: string, waitMs: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** A hint may be lost when the bus reaches only this process; then this is how late an answer gets. */
const lookEveryMs = 1_000

export async function createJobWatch(db: Database, bus: Bus): Promise<JobWatch> {
  const waiting = new Map<string, Set<() => void>>()
  let looking: Promise<void> | null = null
  let again = false

  const look = async (): Promise<void> => {
    const rows = await db.query<{ id: string }>(
      `select w.id::text from unnest($1::uuid[]) as w(id) left join jobs j on j.id = w.id
       where j.id is null or j.status not in ('pending', 'processing')`,
      [[...waiting.keys()]],
    )
    for (const { id } of rows) for (const resolve of waiting.get(id) ?? []) resolve()
  }
  const nudge = (): void => {
    if (waiting.size === 0) return
    if (looking !== null) {
      again = true
      return
    }
    looking = look()
      .catch(() => {})
      .finally(() => {
        looking = null
        if (again) {
          again = false
          nudge()
        }
      })
  }
  const unsubscribe = await bus.subscribe(eventsAppendedTopic, nudge)
  const timer = setInterval(nudge, lookEveryMs)
  timer.unref()

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
        else nudge()
      }),
    async close() {
      clearInterval(timer)
      await unsubscribe()
      for (const set of waiting.values()) for (const resolve of set) resolve()
    },
  }
}
