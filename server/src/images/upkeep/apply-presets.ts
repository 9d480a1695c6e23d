import type { JobBook } from '../../jobs/index.ts'
import { theService } from '../../platform/audit.ts'
import type { Database, Deeds, Transaction } from '../../platform/database/port.ts'
import { setJob } from '../job-inputs.ts'
import { changeDetails, differing } from '../presets/deed.ts'
import type { PresetBook } from '../renditions/preset-book.ts'
import { readPresets } from '../renditions/presets.ts'
import { takeVersions } from '../store/epochs.ts'
import { countBehind, giveUp, listBehind, listRunning, releaseEarlier } from '../store/preset-marks.ts'
import {
  type PresetStateRecord,
  putInForce,
  readPresetSet,
  readPresetState,
  sayRemaining,
} from '../store/presets.ts'
import type { PresetSet } from '../types.ts'
import { askInTurn, mostAtOnce } from './ask-in-turn.ts'

export interface ApplyDeps {
  db: Database
  book: JobBook
  presets: PresetBook
  deeds: Deeds
  /** Has caches in front forget the pictures of these presets. */
  purgePresets?: ((tx: Transaction, names: readonly string[]) => Promise<void>) | undefined
}

/** Renditions released in one go, and goes in one pass. */
const batch = 1_000
const batches = 10
/** Counting reads an index whole, 100 ms for a million versions: not more often than it is looked at. */
const countEveryMs = 5_000
const quicklyCounted = 5_000

/**
 * One pass of making a coming set of presets: asks for those of versions in the bulk lane, ends the wait for what cannot
 * be made, and puts the set in force when no version is behind. Afterwards it lets eviction have what earlier sets left, and
 * asks for what a late job left out. Each pass goes on from what the database says; several processes may at the same
 * time. Gives whether there may be more to do soon.
 */
export async function applyPresets(deps: ApplyDeps): Promise<boolean> {
  const { db, presets } = deps
  if (presets.configured) return false
  const state = await readPresetState(db)
  if (state === null || (state.coming === null && state.inForce === 1)) return false
  const running = await listRunning(db)
  const failed = await endLost(deps, running)
  const asked = await askForBehind(deps, state, mostAtOnce - running.length + failed)
  if (state.coming !== null) return progress(deps, state, state.coming, failed)
  // Not meanwhile: until it is vacuumed the index holds all that was released, 400 ms for 100,000 at every pass
  const released = await releaseLeft(deps, state.inForce)
  return asked + released > 0 || running.length > failed
}

/** Versions that no job works on any more: their job failed, was cancelled, or is of an account that is going. */
async function endLost(
  { db, book }: ApplyDeps,
  running: readonly { imageId: string; version: number }[],
): Promise<number> {
  if (running.length === 0) return 0
  const busy = await book.unfinishedOf(db, [...new Set(running.map(({ imageId }) => imageId))])
  const lost = running.filter(({ imageId }) => !busy.has(imageId))
  return lost.length === 0 ? 0 : giveUp(db, lost)
}

async function askForBehind(
  { db, book }: ApplyDeps,
  { coming, inForce }: PresetStateRecord,
  room: number,
): Promise<number> {
  if (room <= 0) return 0
  const set = coming ?? inForce
  const behind = await listBehind(db, set, room)
  await askInTurn(
    { db, book },
    behind,
    (tx, versions) => takeVersions(tx, 'presets_asked', set, versions),
    (ownerId, one) => setJob(ownerId, one.imageId, one.version, set),
  )
  return behind.length
}

async function releaseLeft({ db }: ApplyDeps, inForce: number): Promise<number> {
  let released = 0
  for (let pass = 0; pass < batches; pass++) {
    const now = await releaseEarlier(db, inForce, batch)
    released += now
    if (now < batch) break
  }
  return released
}

async function progress(
  deps: ApplyDeps,
  state: PresetStateRecord,
  coming: number,
  failed: number,
): Promise<boolean> {
  const age = Date.now() - (state.countedAt?.getTime() ?? 0)
  if (state.remaining > quicklyCounted && age < countEveryMs && failed === 0) return true
  const remaining = await countBehind(deps.db, coming)
  await sayRemaining(deps.db, coming, remaining, failed)
  if (remaining === 0) await changeOver(deps, coming)
  return true
}

/** Puts the coming set in force, unless another process has, or another set comes by now. */
async function changeOver({ db, presets, deeds, purgePresets }: ApplyDeps, coming: number): Promise<void> {
  const done = await db.transaction(async (tx) => {
    const state = await readPresetState(tx, true)
    if (state?.coming !== coming || (await countBehind(tx, coming)) > 0) return false
    const [before, after] = [await setNumbered(tx, state.inForce), await setNumbered(tx, coming)]
    await putInForce(tx)
    await purgePresets?.(tx, differing(before, after))
    const details = { ...changeDetails(before, after), failed: state.failed }
    await deeds.record(tx, theService, { action: 'presets.switch', targetId: null, details })
    return true
  })
  if (done) await presets.announce()
}

async function setNumbered(tx: Transaction, version: number): Promise<PresetSet> {
  const set = await readPresetSet(tx, version)
  return { version, presets: readPresets(set?.presets ?? {}) }
}
