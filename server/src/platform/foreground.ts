import { setTimeout as pause } from 'node:timers/promises'

/**
 * What somebody waits for in this process, which work that nobody waits for lets go first: eight clients who sent small photos had their
 * processors to themselves for a third of the time, and what was to be made of the photos before took the rest.
 */
export interface Foreground {
  /** Work whose answer somebody waits for. Short: background work makes way as long as any of it runs. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when there is none, or after so many milliseconds: background work is slowed and never stopped. */
  calm(mostMs: number): Promise<void>
}

const lookEveryMs = 20
/** Between one answer and the next question of the same client. */
const betweenMs = 20

export function createForeground(now: () => number = () => performance.now()): Foreground {
  let running = 0
  let endedAt = Number.NEGATIVE_INFINITY
  const isBusy = (): boolean => running > 0 || now() - endedAt < betweenMs
  return {
    async during(work) {
      running += 1
      try {
        return await work()
      } finally {
        running -= 1
        endedAt = now()
      }
    },
    async calm(mostMs) {
      const until = now() + mostMs
      while (isBusy() && now() < until) await pause(lookEveryMs)
    },
  }
}
