import { setTimeout as pause } from 'node:timers/promises'

export interface Exclusive {
  /** Runs `work` when nobody else in this process does so for `key`, or after `waitMs` in any case. */
  run<T>(key: string, waitMs: number, work: () => Promise<T>): Promise<T>
}

/** One holder per key in this process; the others wait in the order they came, each as long as it likes. */
export function createExclusive(): Exclusive {
  const last = new Map<string, Promise<void>>()

  return {
    async run(key, waitMs, work) {
      const before = last.get(key)
      const { promise: done, resolve: finish } = deferred()
      const tail = before === undefined ? done : Promise.all([before, done]).then(() => {})
      last.set(key, tail)
      void tail.then(() => {
        if (last.get(key) === tail) last.delete(key)
      })
      try {
        if (before !== undefined) await within(before, waitMs)
        return await work()
      } finally {
        finish()
      }
    },
  }
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  const patience = new AbortController()
  await Promise.race([work, pause(ms, undefined, { signal: patience.signal }).catch(() => {})])
  patience.abort()
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}
