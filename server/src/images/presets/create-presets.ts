import {
  Failure,
  type PresetEstimate,
  type PresetSetPage,
  type PresetSetView,
  type PresetStateView,
  type PresetView,
} from '@rendition/contract'
import { formatPictureQuery, type GivenPreset, type Presets } from '@rendition/contract/recipe'
import type { JobBook } from '../../jobs/index.ts'
import type { Deed } from '../../platform/audit.ts'
import type { Database, Deeds, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { Rendering } from '../../rendering/port.ts'
import type { PresetBook } from '../renditions/preset-book.ts'
import { type PresetRules as Keys, readPresets } from '../renditions/presets.ts'
import {
  insertPresetSet,
  listPresetSets,
  type PresetSetRecord,
  type PresetStateRecord,
  readPresetSet,
  readPresetState,
  startComing,
} from '../store/presets.ts'
import type { Preset, PresetSet } from '../types.ts'
import { changeDetails, differing } from './deed.ts'
import { estimate } from './estimate.ts'
import { readGiven } from './read-given.ts'

/** What is in force and what comes, with what a change has to name. */
export interface PresetsShown {
  state: PresetStateView
  etag: string
}

/** Presets as they are seen and changed. */
export interface PresetAdmin {
  show(): Promise<PresetsShown>
  list(query: { before?: number | undefined; limit: number }): Promise<PresetSetPage>
  get(version: number): Promise<PresetSetView>
  /** What it would cost to put these in place of those in force. */
  estimate(presets: readonly GivenPreset[]): Promise<PresetEstimate>
  /**
   * Makes these the next set, which comes in force when all of it is made. Throws `precondition_failed` when `match` does
   * not name the present state, and `presets_configured`.
   */
  change(
    principal: Principal,
    change: { presets: readonly GivenPreset[]; note?: string | undefined },
    match: string,
  ): Promise<PresetsShown>
  /** The same with the presets of an earlier set; of the one in force, it ends what is coming. */
  restore(principal: Principal, version: number, match: string): Promise<PresetsShown>
}

export interface PresetsDeps {
  db: Database
  book: Pick<JobBook, 'paceOf'>
  presets: PresetBook
  view: Keys
  rendering: Pick<Rendering, 'faceDetector'>
  deeds: Deeds
  /** Longest side of a result, in pixels. */
  outputSide: number
}

/** What a change writes. */
type NextSet = Pick<PresetSetRecord, 'presets' | 'note' | 'restoredFrom'>

export function createPresets(deps: PresetsDeps): PresetAdmin {
  const { db, presets, deeds } = deps

  async function show(): Promise<PresetsShown> {
    if (presets.configured) return { state: configuredView(presets.now().inForce), etag: '"configuration"' }
    const record = await readPresetState(db)
    if (record === null) throw new Failure('unavailable')
    const inForce = await setNumbered(db, record.inForce)
    const coming = record.coming === null ? null : await setNumbered(db, record.coming)
    return {
      etag: etagOf(record),
      state: {
        source: 'data',
        version: inForce.version,
        presets: viewsOf(inForce.presets),
        inForceSince: (record.inForceSince ?? inForce.createdAt).toISOString(),
        coming: coming && {
          version: coming.version,
          presets: viewsOf(coming.presets),
          startedAt: (record.startedAt ?? coming.createdAt).toISOString(),
          total: record.total,
          done: Math.max(0, record.total - record.remaining),
          failed: record.failed,
        },
      },
    }
  }

  /** Writes the next set, unless nothing would change, and starts it. */
  async function begin(
    principal: Principal,
    match: string,
    action: Deed['action'],
    nextOf: (tx: Transaction) => Promise<NextSet>,
  ): Promise<PresetsShown> {
    requireData(presets)
    await db.transaction(async (tx) => {
      const record = await readPresetState(tx, true)
      if (record === null) throw new Failure('unavailable')
      requireMatch(match, etagOf(record))
      const next = await nextOf(tx)
      const before = setOf(await setNumbered(tx, record.inForce))
      const same = differing(before, { version: 0, presets: readPresets(next.presets) }).length === 0
      if (same && record.coming === null) return
      const version = await insertPresetSet(tx, { ...next, createdBy: principal.userId })
      await startComing(tx, version)
      const after = { version, presets: readPresets(next.presets) }
      const stopped = record.coming === null ? {} : { stopped: record.coming }
      const details = { ...changeDetails(before, after), ...stopped }
      const words = next.note === null ? {} : { note: next.note }
      await deeds.record(tx, principal, { action, targetId: null, details, words })
    })
    await presets.announce()
    return show()
  }

  return {
    show,
    async list({ before, limit }) {
      requireData(presets)
      const record = await readPresetState(db)
      const sets = await listPresetSets(db, { before: before ?? null, limit: limit + 1 })
      const items = sets.slice(0, limit).map((set) => setView(set, record))
      return { items, nextBefore: sets.length > limit ? (items.at(-1)?.version ?? null) : null }
    },
    async get(version) {
      requireData(presets)
      const [set, record] = [await setNumbered(db, version), await readPresetState(db)]
      return setView(set, record)
    },
    async estimate(given) {
      requireData(presets)
      const next = readPresets(readGiven(given, deps))
      return estimate(deps, (await presets.read()).inForce, next)
    },
    change: (principal, { presets: given, note }, match) =>
      begin(principal, match, 'presets.change', async () => ({
        presets: readGiven(given, deps),
        note: note ?? null,
        restoredFrom: null,
      })),
    restore: (principal, version, match) =>
      begin(principal, match, 'presets.restore', async (tx) => {
        const { presets: earlier } = await setNumbered(tx, version)
        return { presets: earlier, note: null, restoredFrom: version }
      }),
  }
}

function requireData({ configured }: PresetBook): void {
  if (configured) {
    throw new Failure(
      'presets_configured',
      'The presets are set by the variable PRESETS of this installation. They are changed there, or here when it is taken away.',
    )
  }
}

/** A weak tag too: it counts changes, and proxies that compress make every tag weak on its way out. */
function requireMatch(match: string, etag: string): void {
  const tags = match.split(',').map((part) => part.trim().replace(/^W\//, ''))
  if (tags.includes('*') || tags.includes(etag)) return
  throw new Failure(
    'precondition_failed',
    'The presets were changed meanwhile. Read them again, and then change them.',
  )
}

const etagOf = ({ revision }: PresetStateRecord): string => `"presets-${revision}"`

async function setNumbered(
  db: Parameters<typeof readPresetSet>[0],
  version: number,
): Promise<PresetSetRecord> {
  const set = await readPresetSet(db, version)
  if (set === null) throw new Failure('not_found', 'There is no such set of presets.')
  return set
}

const setOf = ({ version, presets }: PresetSetRecord): PresetSet => ({
  version,
  presets: readPresets(presets),
})

const viewOf = ({ name, recipe }: Preset): PresetView => ({
  name,
  recipe: { v: 1, steps: recipe.steps.map((step) => ({ ...step })), output: { ...recipe.output } },
  parameters: formatPictureQuery(recipe),
})
const viewsOf = (presets: Presets): PresetView[] => [...readPresets(presets).values()].map(viewOf)

const configuredView = ({ presets }: PresetSet): PresetStateView => ({
  source: 'configuration',
  version: null,
  presets: [...presets.values()].map(viewOf),
  inForceSince: null,
  coming: null,
})

function setView(set: PresetSetRecord, state: PresetStateRecord | null): PresetSetView {
  const isComing = state?.coming === set.version
  return {
    ...set,
    presets: viewsOf(set.presets),
    createdAt: set.createdAt.toISOString(),
    state: isComing ? 'coming' : state?.inForce === set.version ? 'in_force' : 'earlier',
  }
}
