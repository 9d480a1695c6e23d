import { isId } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import type { StorageKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { removePrefix } from '../library/delete-image.ts'
import { deleteBlobs } from '../renditions/ledger.ts'
import { findOrphans, listRemovals } from '../store/blobs.ts'
import { takeExpired } from '../store/removals.ts'
import { deleteExpiredResults } from '../store/results.ts'

export interface SweepDeps {
  db: Database
  storage: Storage
  /** Milliseconds: younger blobs may belong to an upload that has no row yet. */
  orphanGraceMs: number
}

/** Finishes interrupted deletions and removes results whose time is over. */
export async function sweepExpired({ db, storage }: SweepDeps): Promise<void> {
  for (const prefix of await listRemovals(db, 100)) await removePrefix({ db, storage }, prefix)
  await deleteExpiredResults(db)
  for (;;) {
    const expired = await takeExpired(db, 500)
    await deleteBlobs(storage, expired)
    if (expired.length < 500) return
  }
}

/**
 * Removes blobs below `images/` that no row speaks of: what crashes between storing and recording left behind.
 * Gives the keys. Reads the listing once, image by image, so memory stays bounded.
 */
export async function sweepOrphans(deps: SweepDeps): Promise<StorageKey[]> {
  const before = Date.now() - deps.orphanGraceMs
  const removed: StorageKey[] = []
  let batch: { key: StorageKey; imageId: string | null }[] = []
  const flush = async (): Promise<void> => {
    const orphans = await findOrphans(deps.db, batch)
    batch = []
    if (orphans.length === 0) return
    await deps.storage.delete(orphans)
    removed.push(...orphans)
  }
  for await (const { key, modifiedAt } of deps.storage.list('images/')) {
    if (modifiedAt.getTime() > before) continue
    batch.push({ key, imageId: imageIdOf(key) })
    if (batch.length >= 1000) await flush()
  }
  await flush()
  return removed
}

/** The image that a key belongs to; null for a key that is not of our making. */
function imageIdOf(key: StorageKey): string | null {
  const [, id = ''] = key.split('/')
  return isId(id) ? id : null
}
