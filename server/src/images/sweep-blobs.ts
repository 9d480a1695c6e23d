import type { Database } from '../platform/database/port.ts'
import type { StorageKey } from '../platform/storage/key.ts'
import type { Storage, StoredObject } from '../platform/storage/port.ts'
import { removePrefix } from './delete-image.ts'
import { deleteBlobs, takeExpired } from './ledger.ts'

export interface SweepDeps {
  db: Database
  storage: Storage
  /** Milliseconds: younger blobs may belong to an upload that has no row yet. */
  orphanGraceMs: number
}

/** Finishes interrupted deletions and removes results whose time is over. */
export async function sweepExpired({ db, storage }: SweepDeps): Promise<void> {
  const removals = await db.query<{ prefix: string }>(
    'select prefix from blob_removals order by requested_at limit 100',
  )
  for (const { prefix } of removals) await removePrefix({ db, storage }, prefix)
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
  let batch: StoredObject[] = []
  const flush = async (): Promise<void> => {
    const orphans = await orphansAmong(deps.db, batch)
    batch = []
    if (orphans.length === 0) return
    await deps.storage.delete(orphans)
    removed.push(...orphans)
  }
  for await (const object of deps.storage.list('images/')) {
    if (object.modifiedAt.getTime() > before) continue
    batch.push(object)
    if (batch.length >= 1000) await flush()
  }
  await flush()
  return removed
}

/** Those of the objects that no row speaks of. */
async function orphansAmong(db: Database, objects: readonly StoredObject[]): Promise<StorageKey[]> {
  if (objects.length === 0) return []
  const keys = objects.map(({ key }) => key)
  const rows = await db.query<{ key: StorageKey }>(
    `select o.key from unnest($1::text[], $2::uuid[]) as o(key, image_id)
     where not exists (select 1 from versions v where v.image_id = o.image_id and v.original_key = o.key)
       and not exists (select 1 from renditions r where r.image_id = o.image_id and r.storage_key = o.key)
       and not exists (
         select 1 from versions v, jsonb_array_elements(v.assets) a
         where v.image_id = o.image_id and a ->> 'storageKey' = o.key)`,
    [keys, keys.map(imageIdOf)],
  )
  return rows.map(({ key }) => key)
}

const uuid = /^images\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//

/** null for a key that is not of our making: it belongs to no image. */
function imageIdOf(key: string): string | null {
  return uuid.exec(key)?.[1] ?? null
}
