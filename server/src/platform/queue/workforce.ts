import { setTimeout as pause } from 'node:timers/promises'

/** How long handlers that were told to abort may take to notice before `stop` returns without them. */
const abortGraceMs = 2_000

export interface Workforce {
  /** Places that are free now; 0 once stopping. */
  free(): number
  /** Runs `work` in a free place. It gets a signal that fires when `stop` runs out of patience. */
  start(work: (signal: AbortSignal) => Promise<void>): void
  stop(deadlineMs: number): Promise<void>
}

/** A fixed number of places in which handlers run; `onFree` is called whenever one becomes free. */
export function createWorkforce(concurrency: number, onFree: () => void): Workforce {
  const running = new Set<Promise<void>>()
  const aborting = new AbortController()
  let stopped: Promise<void> | undefined

  async function settled(ms: number): Promise<boolean> {
    const patience = new AbortController()
    const all = Promise.all(running).then(() => true)
    const late = pause(ms, false, { signal: patience.signal }).catch(() => false)
    const done = await Promise.race([all, late])
    patience.abort()
    return done
  }

  return {
    free: () => (stopped === undefined ? concurrency - running.size : 0),
    start(work) {
      const done: Promise<void> = work(aborting.signal).finally(() => {
        running.delete(done)
        onFree()
      })
      running.add(done)
    },
    stop(deadlineMs) {
      stopped ??= (async () => {
        if (await settled(deadlineMs)) return
        aborting.abort(new Error('the consumer is stopping'))
        await settled(abortGraceMs)
      })()
      return stopped
    },
  }
}
