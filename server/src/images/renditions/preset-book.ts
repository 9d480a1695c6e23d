import { defaultPresets, type Presets } from '@rendition/contract/recipe'
import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Log } from '../../platform/log.ts'
import { startLoop } from '../../platform/loop.ts'
import { beginPresets, readPresetSet, readPresetState } from '../store/presets.ts'
import type { PresetSet } from '../types.ts'
import { readPresets } from './presets.ts'

/** Bus topic: which presets are in force, or coming, changed. A hint to look, nothing more. */
const presetsChangedTopic = 'images.presets'
/** How long a process that missed the announcement goes on with what was in force before. */
const lookMs = 5_000
/** Sets in memory: the one in force, the coming one, and those of a moment ago. */
const setsKept = 10

/** What is in force, and what is being made to follow it. */
export interface PresetState {
  inForce: PresetSet
  coming: PresetSet | null
}

/** The one source of presets in a process. */
export interface PresetBook {
  /** They are set in the configuration: nothing of the database counts. */
  readonly configured: boolean
  /** As this process knows them, some seconds old at most: for what is shown and given. */
  now(): PresetState
  /** As the database has them: for work that is recorded. */
  read(): Promise<PresetState>
  /** Tells every process, this one too, to look. After the commit. */
  announce(): Promise<void>
  /** Called when another set is in force or coming here. Gives the end of it. */
  onChanged(listener: () => void): () => void
  /** Reads what is in force, and follows it; gives the stop. */
  follow(): Promise<() => Promise<void>>
}

export interface PresetBookOptions {
  db: Database
  bus: Bus
  log: Log
  /** Undefined: they are data. */
  configured: Presets | undefined
}

export function createPresetBook({ db, bus, log, configured }: PresetBookOptions): PresetBook {
  const listeners = new Set<() => void>()
  const sets = new Map<number, PresetSet>()
  const first: PresetSet = {
    version: configured === undefined ? 1 : null,
    presets: readPresets(configured ?? defaultPresets),
  }
  let state: PresetState = { inForce: first, coming: null }
  let revision = 0

  const setOf = async (version: number): Promise<PresetSet> => {
    const known = sets.get(version)
    if (known !== undefined) return known
    const record = await readPresetSet(db, version)
    if (record === null) throw new Error(`there is no set ${version} of presets`)
    const set = { version, presets: readPresets(record.presets) }
    sets.set(version, set)
    const [oldest] = sets.keys()
    if (sets.size > setsKept && oldest !== undefined) sets.delete(oldest)
    return set
  }

  async function read(): Promise<PresetState> {
    if (configured !== undefined) return state
    const record = await readPresetState(db)
    if (record === null) return state
    // A reading that began before a change may end after it.
    if (record.revision === revision) return state
    const [inForce, coming] = [
      await setOf(record.inForce),
      record.coming === null ? null : await setOf(record.coming),
    ]
    const found = { inForce, coming }
    if (record.revision < revision) return found
    const changed = revision !== 0 || inForce.version !== 1 || coming !== null
    revision = record.revision
    state = found
    if (changed) for (const listener of listeners) listener()
    return found
  }

  const look = (): void => void read().catch((err: unknown) => log.warn({ err }, 'presets were not read'))

  return {
    configured: configured !== undefined,
    now: () => state,
    read,
    announce: async () => {
      if (configured !== undefined) return
      await read()
      await bus
        .publish(presetsChangedTopic, {})
        .catch((err: unknown) => log.warn({ err }, 'a change of the presets was not announced'))
    },
    onChanged(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async follow() {
      if (configured !== undefined) return async () => undefined
      await beginPresets(db, defaultPresets)
      const unsubscribe = await bus.subscribe(presetsChangedTopic, look)
      await read()
      const loop = startLoop({
        name: 'images: presets',
        everyMs: lookMs,
        firstMs: lookMs,
        pass: async () => void (await read()),
        log,
      })
      return async () => {
        await loop.stop()
        await unsubscribe()
      }
    },
  }
}
