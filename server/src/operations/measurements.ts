import { type Layers, layerNames, type PartState } from '@rendition/contract'
import type { Measured } from './store/minutes.ts'

/** How one look at a part went. */
export interface LookedAt {
  state: PartState
  ms: number
}

/** What waits to be written: minutes that the database was away for, too. */
export interface Measurements {
  part(name: string, look: LookedAt): void
  /** Answers since the start; what is new is counted. */
  layers(since: Layers): void
  lane(lane: string, now: { waiting: number; finished: number }): void
  /** Gives everything and forgets it; what could not be written is given back. */
  take(): Measured[]
  giveBack(some: readonly Measured[]): void
}

const minuteMs = 60_000
/** An outage is known for so long; a process holds some dozens of numbers a minute. */
const mostMinutes = 60

export function createMeasurements(now: () => number): Measurements {
  const kept = new Map<string, Measured>()
  let before: Layers = { memory: 0, cache: 0, storage: 0, render: 0 }

  const add = ({ minute, name, looks, failed, total, most }: Measured): void => {
    const key = `${minute} ${name}`
    const there = kept.get(key) ?? { minute, name, looks: 0, failed: 0, total: 0, most: 0 }
    kept.set(key, {
      minute,
      name,
      looks: there.looks + looks,
      failed: there.failed + failed,
      total: there.total + total,
      most: Math.max(there.most, most),
    })
    const oldest = minuteOf(now()) - mostMinutes * minuteMs
    for (const [at, one] of kept) if (one.minute <= oldest) kept.delete(at)
  }
  const note = (name: string, value: number, failed = 0): void =>
    add({ minute: minuteOf(now()), name, looks: 1, failed, total: value, most: value })

  return {
    part(name, { state, ms }) {
      note(`part:${name}`, ms, state.status === 'ok' ? 0 : 1)
    },
    layers(since) {
      for (const layer of layerNames) {
        const fresh = since[layer] - before[layer]
        if (fresh > 0) note(`layer:${layer}`, fresh)
      }
      before = { ...since }
    },
    lane(lane, { waiting, finished }) {
      note(`waiting:${lane}`, waiting)
      note(`finished:${lane}`, finished)
    },
    take() {
      const all = [...kept.values()]
      kept.clear()
      return all
    },
    giveBack(some) {
      for (const one of some) add(one)
    },
  }
}

const minuteOf = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs
