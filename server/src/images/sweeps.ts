import type { Logger } from '../platform/telemetry/logger.ts'
import { type SweepDeps, sweepExpired, sweepOrphans } from './sweep-blobs.ts'

/** Runs both sweeps on their own schedules until stopped. Several processes may: each statement finds its own rows. */
export function startSweeps(
  deps: SweepDeps & { log: Logger; config: { orphanSweepMs: number; expirySweepMs: number } },
): () => Promise<void> {
  const { log, config } = deps
  const stops = [
    every(config.expirySweepMs, () => sweepExpired(deps), log),
    every(
      config.orphanSweepMs,
      async () => {
        const removed = await sweepOrphans(deps)
        if (removed.length > 0) log.info({ blobs: removed.length }, 'images: orphaned blobs removed')
      },
      log,
    ),
  ]
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

/** The first run comes after the first pause: a start has better things to do. */
function every(ms: number, work: () => Promise<void>, log: Logger): () => Promise<void> {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let timer = setTimeout(tick, ms)
  timer.unref()
  function tick(): void {
    running = work()
      .catch((error: unknown) => log.warn({ err: error }, 'images: a sweep failed'))
      .finally(() => {
        if (stopped) return
        timer = setTimeout(tick, ms)
        timer.unref()
      })
  }
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}
