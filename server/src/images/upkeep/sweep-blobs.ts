import { isId } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import type { StorageKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { removePrefix } from '../library/delete-image.ts'
import { deleteBlobs } from '../renditions/ledger.ts'
import { findOrphans, listRemovals } from '../store/blobs.ts'
import { exportsAmong } from '../store/exports.ts'
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
  removed.push(...(await sweepExports(deps, before)))
  for await (const { key, modifiedAt } of deps.storage.list('images/')) {
    if (modifiedAt.getTime() > before) continue
    batch.push({ key, imageId: idOf(key) })
    if (batch.length >= 1000) await flush()
  }
  await flush()
  return removed
}

/** What was written for exports that are gone. */
async function sweepExports({ db, storage }: SweepDeps, before: number): Promise<StorageKey[]> {
  const removed: StorageKey[] = []
  let batch: { key: StorageKey; id: string | null }[] = []
  const flush = async (): Promise<void> => {
    const known = await exportsAmong(
      db,
      batch.flatMap(({ id }) => id ?? []),
    )
    const orphans = batch.flatMap(({ key, id }) => (id !== null && known.has(id) ? [] : [key]))
    batch = []
    if (orphans.length === 0) return
    await storage.delete(orphans)
    removed.push(...orphans)
  }
  for await (const { key, modifiedAt } of storage.list('exports/')) {
    if (modifiedAt.getTime() > before) continue
    batch.push({ key, id: idOf(key) })
    if (batch.length >= 1000) await flush()
  }
  await flush()
  return removed
}

/** The image or export that a key belongs to; null for a key that is not of our making. */
function idOf(key: StorageKey): string | null {
  const [, id = ''] = key.split('/')
  return isId(id) ? id : null
}
