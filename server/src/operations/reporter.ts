import type { Layers, ProcessFacts } from '@rendition/contract'
import type { Database } from '../platform/database/port.ts'
import type { Log } from '../platform/log.ts'
import { startLoop } from '../platform/loop.ts'
import { createMeasurements, type LookedAt } from './measurements.ts'
import { addMeasured, pruneMeasured } from './store/minutes.ts'
import {
  forgetOthers,
  forgetProcess,
  type ProcessIdentity,
  pruneProcesses,
  writeProcess,
} from './store/processes.ts'

/** What a process says of itself and the roles of it that wire it up. */
export interface Reporting {
  who: Omit<ProcessIdentity, 'version'>
  /** Looks at each part, as `/ready` does. */
  look(): Promise<Record<string, LookedAt>>
  facts(): Promise<Omit<ProcessFacts, 'parts'>>
  /** The queue as it is, where this process is one that knows; null elsewhere. */
  lanes: (() => Promise<readonly { lane: string; waiting: number; finished: number }[]>) | null
  /** Milliseconds between two reports. */
  everyMs?: number
}

const usuallyEveryMs = 10_000
const writeEveryMs = 60_000

/**
 * Says every few seconds how this process is, and once a minute what it measured, for as long as it runs. While the
 * database is away it goes on looking, and writes afterwards what it saw.
 */
export function startReporter(
  { db, log, now, version }: { db: Database; log: Log; now: () => number; version: string },
  { who, look, facts, lanes, everyMs = usuallyEveryMs }: Reporting,
): () => Promise<void> {
  const measurements = createMeasurements(now)
  let writtenAt = Number.NEGATIVE_INFINITY
  let alone = db.reach === 'process'

  const write = async (): Promise<void> => {
    const some = measurements.take()
    if (some.length === 0) return
    try {
      await addMeasured(db, some)
      writtenAt = now()
    } catch (error) {
      measurements.giveBack(some)
      throw error
    }
  }
  const measureLanes = async (): Promise<void> => {
    for (const { lane, ...state } of (await lanes?.()) ?? []) measurements.lane(lane, state)
  }
  const pass = async (): Promise<void> => {
    const looks = await look()
    for (const [name, one] of Object.entries(looks)) measurements.part(name, one)
    const own = await facts()
    measurements.layers(own.layers satisfies Layers)
    const parts = Object.fromEntries(Object.entries(looks).map(([name, { state }]) => [name, state]))
    await writeProcess(db, { ...who, version }, { ...own, parts })
    if (alone) await forgetOthers(db, who.id)
    alone = false
    if (now() - writtenAt < writeEveryMs) return
    await measureLanes()
    await write()
    await pruneMeasured(db)
    await pruneProcesses(db)
  }
  const loop = startLoop({ name: 'operations', everyMs, pass, log })
  return async () => {
    await loop.stop()
    // A process that stops in order is not gone: it is no more.
    await Promise.all([write(), forgetProcess(db, who.id)]).catch((err: unknown) =>
      log.warn({ err }, 'operations: could not sign off'),
    )
  }
}
