import type { JobBook } from '../../jobs/index.ts'
import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { renditionsJob } from '../job-inputs.ts'
import { deleteBlobs } from '../renditions/ledger.ts'
import { countRenewing, hasEarlier, listRenewed, listUnrenewed, takeVersions } from '../store/epochs.ts'
import { takeEarlierPassing, takeEarlierPresets } from '../store/removals.ts'
import { askInTurn, mostAtOnce } from './ask-in-turn.ts'

export interface RenewDeps {
  db: Database
  storage: Storage
  book: JobBook
  engineEpoch: number
}

/** Entries removed in one go, and goes in one pass. */
const batch = 500
const batches = 20

/**
 * One pass of making anew what an earlier epoch of the engine made: removes what URLs and jobs had made (a request makes
 * it again), asks for the presets and pictures of versions in the bulk lane, and removes what is left of versions
 * whose turn is over. Each pass goes on from what the database says, whoever made the one before and however it ended;
 * several processes may at the same time. Gives whether an earlier epoch still had something, by one look at an index.
 */
export async function renewRenditions(deps: RenewDeps): Promise<boolean> {
  if (!(await hasEarlier(deps.db, deps.engineEpoch))) return false
  await removePassing(deps)
  await removeLeft(deps)
  await askForPresets(deps)
  return true
}

async function removePassing({ db, storage, engineEpoch }: RenewDeps): Promise<void> {
  for (let pass = 0; pass < batches; pass++) {
    const removed = await takeEarlierPassing(db, engineEpoch, batch)
    await deleteBlobs(storage, removed)
    if (removed.length < batch) return
  }
}

async function askForPresets(deps: RenewDeps): Promise<void> {
  const { db, engineEpoch } = deps
  const room = mostAtOnce - (await countRenewing(db, engineEpoch))
  if (room <= 0) return
  const versions = (await listUnrenewed(db, engineEpoch, batch)).slice(0, room)
  await askInTurn(
    deps,
    versions,
    (tx, theirs) => takeVersions(tx, 'renewed_for', engineEpoch, theirs),
    (ownerId, { imageId, version }) => renditionsJob(ownerId, imageId, version),
  )
}

/** What no job replaced, of versions that no job works on any more: a preset that is gone, an original that fails. */
async function removeLeft({ db, storage, book, engineEpoch }: RenewDeps): Promise<void> {
  const imageIds = await listRenewed(db, engineEpoch, batch)
  const busy = await book.unfinishedOf(db, imageIds)
  const over = imageIds.filter((id) => !busy.has(id))
  if (over.length === 0) return
  await deleteBlobs(storage, await takeEarlierPresets(db, engineEpoch, over))
}
