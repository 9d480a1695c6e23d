import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type StorageKey, storageKey } from '../../platform/storage/key.ts'

/** An entry of the ledger that is gone; its bytes go after the transaction. */
export interface Removed {
  storageKey: StorageKey
  /** Bytes. */
  size: number
}

interface RemovedRow {
  [column: string]: unknown
  storage_key: string
  size: number
}

/** Runs a statement that removes entries and returns `storage_key, size`. */
async function remove(db: Queryable, text: string, values: readonly (string | number | string[])[]) {
  const rows = await db.query<RemovedRow>(text, values)
  return rows.map(({ storage_key, size }): Removed => ({ storageKey: storageKey(storage_key), size }))
}

/** Bytes of what was made for URLs. Reads one index whole: some 30 ms for 250,000 entries. */
export async function deliveryBytes(db: Queryable): Promise<number> {
  const [row] = await db.query<{ bytes: number }>(
    `select coalesce(sum(size), 0)::bigint as bytes from renditions where kind = 'delivery'`,
  )
  return row?.bytes ?? 0
}

/** Removes the entries used longest ago that have at least so many bytes together, `limit` of them at most. */
export const takeOldest = (db: Queryable, bytes: number, limit: number): Promise<Removed[]> =>
  remove(
    db,
    `delete from renditions where (image_id, key) in (
       select image_id, key from (
         select image_id, key, sum(size) over (order by used_at, image_id, key) - size as before
         from (select image_id, key, size, used_at from renditions where kind = 'delivery' order by used_at limit $2) oldest
       ) ranked where before < $1) and kind = 'delivery'
     returning storage_key, size`,
    [bytes, limit],
  )

/**
 * Removes what a purge may: everything that a URL or a finished job can have made again. What waits to be recorded, in
 * whatever process, is refused from now on. Hold the image's lock.
 */
export async function takePassing(tx: Transaction, imageId: string): Promise<Removed[]> {
  await tx.query('update images set purges = purges + 1 where id = $1', [imageId])
  return remove(
    tx,
    `delete from renditions where image_id = $1 and kind <> 'preset' returning storage_key, size`,
    [imageId],
  )
}

/** Removes results whose time is over. */
export const takeExpired = (db: Queryable, limit: number): Promise<Removed[]> =>
  remove(
    db,
    `delete from renditions where (image_id, key) in (
       select image_id, key from renditions where expires_at <= now() limit $1) and expires_at <= now()
     returning storage_key, size`,
    [limit],
  )

/** Removes what URLs and jobs had an earlier epoch make. */
export const takeEarlierPassing = (db: Queryable, epoch: number, limit: number): Promise<Removed[]> =>
  remove(
    db,
    `delete from renditions where (image_id, key) in (
       select image_id, key from renditions where epoch < $1 and kind <> 'preset' limit $2
       for update skip locked)
       and epoch < $1 and kind <> 'preset'
     returning storage_key, size`,
    [epoch, limit],
  )

/** Removes the presets that an earlier epoch made of these images, of versions whose turn to be renewed is over. */
export const takeEarlierPresets = (db: Queryable, epoch: number, imageIds: string[]): Promise<Removed[]> =>
  remove(
    db,
    `delete from renditions where (image_id, key) in (
       select r.image_id, r.key from renditions r join versions v on v.image_id = r.image_id and v.version = r.version
       where r.image_id = any($2::uuid[]) and r.epoch < $1 and r.kind = 'preset' and v.renewed_for >= $1
       for update of r skip locked)
       and epoch < $1 and kind = 'preset'
     returning storage_key, size`,
    [epoch, imageIds],
  )
