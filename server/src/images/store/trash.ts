import type { Queryable, Transaction } from '../../platform/database/port.ts'

export async function isTrashed(db: Queryable, imageId: string): Promise<boolean> {
  const rows = await db.query(
    'select 1 as found from images where id = $1 and trashed_at is not null',
    [imageId],
    'images.trashed',
  )
  return rows.length > 0
}

/** Moves an image into the trash or out of it. Hold its lock. */
export async function setTrashed(tx: Transaction, imageId: string, trashed: boolean): Promise<void> {
  await tx.query(
    'update images set trashed_at = case when $2 then now() end, updated_at = now() where id = $1',
    [imageId, trashed],
  )
}

/**
 * Locks those of an owner's images that lie in the trash since then, and gives their ids: not what was restored meanwhile,
 * nor what came there later.
 */
export async function lockTrashAmong(
  tx: Transaction,
  ownerId: string,
  imageIds: readonly string[],
  since: Date,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    // A Date has no fractions of milliseconds.
    `select id from images where id = any($1::uuid[]) and owner_id = $2
       and trashed_at < $3::timestamptz + interval '1 ms' order by id for update`,
    [imageIds, ownerId, since],
  )
  return rows.map(({ id }) => id)
}

/** Locks images that lie in the trash for so many days, those longest there first; never waits for one. */
export async function lockTrashDue(
  tx: Transaction,
  days: number,
  limit: number,
): Promise<{ id: string; ownerId: string }[]> {
  const rows = await tx.query<{ id: string; owner_id: string }>(
    `select id, owner_id from images where trashed_at <= now() - make_interval(days => $1)
     order by trashed_at limit $2 for update skip locked`,
    [days, limit],
  )
  return rows.map(({ id, owner_id }) => ({ id, ownerId: owner_id }))
}
