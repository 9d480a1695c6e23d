import type { Log } from './log.ts'

/** Work that comes back for as long as the process runs. */
export interface Loop {
  /** The next pass comes now; one that is under way is followed by another, for it may have looked too early. */
  wake(): void
  /** Begins no further pass and resolves when the one under way has ended. */
  stop(): Promise<void>
}

export interface LoopOptions {
  /** Who it is, for the log. */
  name: string
  /** Milliseconds between the end of a pass and the next one. */
  everyMs: number
  /**
   * One pass; never two at a time. It may say in how many milliseconds the next one is due. The signal aborts when the
   * loop is to stop.
   */
  pass: (signal: AbortSignal) => Promise<number | undefined> | Promise<void>
  log: Pick<Log, 'warn'>
  /** Milliseconds before the first pass; none without it. A start has better things to do than to tidy. */
  firstMs?: number
}

/** Shortest pause after a failed pass. */
const leastPauseMs = 1_000

/**
 * Runs passes until stopped. A failed one is logged, and the pause behind it is a sixtieth of the usual one, then twice
 * as long each time up to the usual one: an hourly sweep that found the database away must not wait for the next hour,
 * and nothing, a wake neither, makes a failing pass run hot. Its timers keep no process alive.
 */
export function startLoop({ name, everyMs, pass, log, firstMs = 0 }: LoopOptions): Loop {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let woken = false
  let failures = 0

  const sleep = (ms: number): void => {
    timer = setTimeout(run, ms)
    timer.unref()
  }
  function run(): void {
    clearTimeout(timer)
    woken = false
    running = once().then((ms) => {
      running = null
      if (stopping.signal.aborted) return
      sleep(woken && failures === 0 ? 0 : ms)
    })
  }
  async function once(): Promise<number> {
    try {
      const dueMs = await pass(stopping.signal)
      failures = 0
      return Math.max(0, dueMs ?? everyMs)
    } catch (error) {
      log.warn({ err: error }, `${name}: a pass failed`)
      failures += 1
      return Math.min(everyMs, Math.max(leastPauseMs, everyMs / 60) * 2 ** (failures - 1))
    }
  }

  if (firstMs > 0) sleep(firstMs)
  else run()
  return {
    wake() {
      woken = true
      if (running === null && failures === 0 && !stopping.signal.aborted) run()
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
