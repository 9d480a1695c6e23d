import { setTimeout as pause } from 'node:timers/promises'
import type { Engine } from './engine.ts'

/**
 * Runs the health checks of containers, each at its own interval. Podman leaves their clock to timers of systemd, which
 * machines without systemd lack; what a check does and what its answer means stays podman's.
 */
export function startHealthChecks(engine: Engine): { stop(): Promise<void> } {
  let stopped = false
  const due = new Map<string, number>()
  const intervals = new Map<string, number>()

  async function intervalOf(id: string): Promise<number> {
    const known = intervals.get(id)
    if (known !== undefined) return known
    const check = await engine.podman('inspect', id, '--format', '{{json .Config.Healthcheck}}')
    // In nanoseconds; null for what has no health check.
    const { Interval = 0 } = (JSON.parse(check) ?? {}) as { Interval?: number }
    intervals.set(id, Interval / 1e6)
    return Interval / 1e6
  }

  async function round(): Promise<void> {
    const ids = await engine.podman('ps', '-q', '--no-trunc')
    for (const id of ids.split('\n').filter(Boolean)) {
      const interval = await intervalOf(id)
      if (stopped || interval === 0 || Date.now() < (due.get(id) ?? 0)) continue
      due.set(id, Date.now() + interval)
      // Not healthy is an answer too: podman keeps it.
      await engine.podman('healthcheck', 'run', id).catch(() => '')
    }
  }

  const running = (async () => {
    while (!stopped) {
      // A container may go while it is being asked.
      await round().catch(() => {})
      await pause(300)
    }
  })()
  return {
    async stop() {
      stopped = true
      await running
    },
  }
}
