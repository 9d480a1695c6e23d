import { Failure } from '@rendition/contract'
import { residentBytes } from './process-facts.ts'
import type { RenderProcess } from './render-process.ts'

export const shuttingDown = (): Failure =>
  new Failure('unavailable', 'The service is shutting down.', { retryAfter: 5 })

export interface PoolOptions {
  start(): Promise<RenderProcess>
  /** Milliseconds without work after which every process but one is ended. */
  idleMs: number
  rendersPerProcess: number
  /** A process that kept more than this after a task is replaced: its heap is fragmented and will not shrink. */
  keepBytes: number
  /** The one that is kept idle is replaced by a fresh one when it holds more than this. */
  idleBytes: number
}

export interface Pool {
  /**
   * A process of one's own until `release`. The gate bounds how many there are; the pool does not. For what takes a moment none is
   * started while another one of those runs: its process is free sooner.
   */
  acquire(kind?: 'short'): Promise<RenderProcess>
  /** Waits until the process is free or gone, then keeps, recycles or forgets it. */
  release(process: RenderProcess): Promise<void>
  /** Pids, for tests and metrics. */
  pids(): number[]
  close(): Promise<void>
}

/** What is still not free then holds up nobody else. To start one takes longer: whoever waits loses nothing by it. */
const patienceMs = 300

export function createPool(options: PoolOptions): Pool {
  const all = new Set<RenderProcess>()
  /** The last one used is taken first, so that the others grow idle and are ended. */
  const idle: { process: RenderProcess; since: number }[] = []
  /** At work for a moment, and who waits for the next that is free. */
  const short = new Set<RenderProcess>()
  const waiting: ((process: RenderProcess | null) => void)[] = []
  let startingShort: Promise<RenderProcess> | null = null
  let starting = 0
  let closed = false

  const start = async (): Promise<RenderProcess> => {
    starting += 1
    try {
      const process = await options.start()
      all.add(process)
      void process.gone.then(() => {
        all.delete(process)
        const at = idle.findIndex((entry) => entry.process === process)
        if (at >= 0) idle.splice(at, 1)
      })
      if (closed) process.kill()
      return process
    } finally {
      starting -= 1
    }
  }
  /** One is kept warm once the pool has been used: a cold start would be a third of a second of somebody's time. */
  const keepOneWarm = (): void => {
    if (closed || all.size + starting > 0) return
    start().then(
      (process) => idle.push({ process, since: performance.now() }),
      () => {}, // The next caller tries again, and hears why.
    )
  }
  const retire = async (process: RenderProcess): Promise<void> => {
    process.kill()
    await process.gone
    keepOneWarm()
  }
  const freed = (): Promise<RenderProcess | null> =>
    new Promise((resolve) => {
      const take = (process: RenderProcess | null): void => {
        clearTimeout(timer)
        resolve(process)
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(take), 1)
        resolve(null)
      }, patienceMs)
      waiting.push(take)
    })
  const takeIdle = (): RenderProcess | null => {
    if (closed) throw shuttingDown()
    for (let entry = idle.pop(); entry; entry = idle.pop()) {
      if (entry.process.alive()) return entry.process
    }
    return null
  }
  const takeShort = async (): Promise<RenderProcess> => {
    const taken = (process: RenderProcess): RenderProcess => {
      short.add(process)
      return process
    }
    const free = takeIdle()
    if (free !== null) return taken(free)
    while (startingShort !== null) await startingShort.catch(() => {})
    const next = short.size > 0 ? await freed() : takeIdle()
    if (next?.alive()) return taken(next)
    if (closed) throw shuttingDown()
    startingShort = start()
    try {
      return taken(await startingShort)
    } finally {
      startingShort = null
    }
  }
  const isSpent = (process: RenderProcess): boolean =>
    closed ||
    process.renders() >= options.rendersPerProcess ||
    (residentBytes(process.pid) ?? 0) > options.keepBytes

  const sweep = setInterval(
    () => {
      const before = performance.now() - options.idleMs
      const old = idle.filter((entry) => entry.since < before)
      for (const entry of old.slice(0, all.size - 1)) {
        idle.splice(idle.indexOf(entry), 1)
        entry.process.kill()
      }
      const kept = idle.find((entry) => entry.since < before)
      if (kept && (residentBytes(kept.process.pid) ?? 0) > options.idleBytes) {
        idle.splice(idle.indexOf(kept), 1)
        void retire(kept.process)
      }
    },
    Math.max(50, options.idleMs / 4),
  )
  sweep.unref()

  return {
    acquire: async (kind) => (kind === 'short' ? takeShort() : (takeIdle() ?? start())),
    async release(process) {
      short.delete(process)
      const free = await process.idle()
      if (!free) {
        await process.gone
        keepOneWarm()
      } else if (isSpent(process)) await retire(process)
      else {
        const take = waiting.shift()
        if (take === undefined) idle.push({ process, since: performance.now() })
        else take(process)
      }
    },
    pids: () => [...all].map((process) => process.pid),
    async close() {
      closed = true
      clearInterval(sweep)
      for (const process of all) process.kill()
      await Promise.all([...all].map((process) => process.gone))
    },
  }
}
