import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { StorageKey } from '../../platform/storage/key.ts'

/** Notes that everything below a prefix has to go. */
export async function noteRemoval(tx: Transaction, prefix: string): Promise<void> {
  await tx.query('insert into blob_removals (prefix) values ($1) on conflict do nothing', [prefix])
}

/** Whether what lies below a prefix is still to go. */
export async function isBeingRemoved(db: Queryable, prefix: string): Promise<boolean> {
  const rows = await db.query('select 1 as noted from blob_removals where prefix = $1', [prefix])
  return rows.length > 0
}

/** Prefixes that somebody began to remove, the oldest first. */
export async function listRemovals(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ prefix: string }>(
    'select prefix from blob_removals order by requested_at limit $1',
    [limit],
  )
  return rows.map(({ prefix }) => prefix)
}

/** Whether the removal of something that was asked for until then is unfinished. */
export async function removalsUntil(db: Queryable, until: Date): Promise<boolean> {
  const rows = await db.query('select 1 from blob_removals where requested_at <= $1 limit 1', [until])
  return rows.length > 0
}

export async function forgetRemoval(db: Queryable, prefix: string): Promise<void> {
  await db.query('delete from blob_removals where prefix = $1', [prefix])
}

/** Those of the keys that no row speaks of; `imageId` is null for one that is not of our making. */
export async function findOrphans(
  db: Queryable,
  blobs: readonly { key: StorageKey; imageId: string | null }[],
): Promise<StorageKey[]> {
  if (blobs.length === 0) return []
  const rows = await db.query<{ key: StorageKey }>(
    `select o.key from unnest($1::text[], $2::uuid[]) as o(key, image_id)
     where not exists (select 1 from versions v where v.image_id = o.image_id and v.original_key = o.key)
       and not exists (select 1 from renditions r where r.image_id = o.image_id and r.storage_key = o.key)
       and not exists (
         select 1 from versions v, jsonb_array_elements(v.assets) a
         where v.image_id = o.image_id and a ->> 'storageKey' = o.key)`,
    [blobs.map(({ key }) => key), blobs.map(({ imageId }) => imageId)],
  )
  return rows.map(({ key }) => key)
}
