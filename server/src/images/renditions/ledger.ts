import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { holdEviction } from '../store/locks.ts'
import { deliveryBytes, type Removed, takeOldest } from '../store/removals.ts'
import { listRenditions, recordRendition, touchRenditions } from '../store/renditions.ts'
import type { Ledger } from '../types.ts'
import { createFinder } from './find-together.ts'

/** The ledger of this engine: what it records is of its epoch. */
export function createLedger(db: Database, storage: Storage, engineEpoch: number): Ledger {
  return {
    find: createFinder(db),
    list: (imageId) => listRenditions(db, imageId),
    record: (rendition, tx) => recordRendition(tx ?? db, rendition, engineEpoch),
    touch: (uses) => touchRenditions(db, uses),
    evict: (maxBytes, downTo = maxBytes) => evict(db, storage, maxBytes, downTo),
  }
}

/** Deletes the blobs of entries that are gone. A crash before leaves orphans, which the sweeper finds. */
export async function deleteBlobs(storage: Storage, removed: readonly Removed[]): Promise<void> {
  await storage.delete(removed.map(({ storageKey }) => storageKey))
}

/** What they had together. */
export const bytesOf = (removed: readonly Pick<Removed, 'size'>[]): number =>
  removed.reduce((sum, { size }) => sum + size, 0)

/** Entries taken in one transaction, their blobs after it. */
const evictionBatch = 2_000

async function evict(
  db: Database,
  storage: Storage,
  maxBytes: number,
  downTo: number,
): Promise<{ removed: number; bytes: number; kept: number }> {
  const total = { removed: 0, bytes: 0 }
  let goal = maxBytes
  for (;;) {
    const { taken, kept } = await db.transaction(async (tx) => {
      await holdEviction(tx)
      const bytes = await deliveryBytes(tx)
      const oldest = bytes > goal ? await takeOldest(tx, bytes - downTo, evictionBatch) : []
      return { taken: oldest, kept: bytes - bytesOf(oldest) }
    })
    await deleteBlobs(storage, taken)
    total.removed += taken.length
    total.bytes += bytesOf(taken)
    if (taken.length < evictionBatch) return { ...total, kept }
    goal = downTo
  }
}
