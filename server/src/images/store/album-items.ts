import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type ImageRecord, type ImageRow, imageColumns, imageOf, imagesWithVersion } from './rows.ts'

/** Where an item stands in its album. */
export interface ItemPlace {
  position: number
  imageId: string
}

/** Positions of neighbours are so far from each other when they are new. */
export const step = 65_536

/**
 * Images of an album in its order, without those in the trash. `after` is where the last one seen stood; where it stands
 * now counts, if it is there still.
 */
export async function listItems(
  db: Queryable,
  albumId: string,
  { after, limit }: { after: ItemPlace | null; limit: number },
): Promise<{ image: ImageRecord; place: ItemPlace }[]> {
  const rows = await db.query<ImageRow & { position: number }>(
    `select ${imageColumns}, t.position from album_items t join ${imagesWithVersion} on i.id = t.image_id
     where t.album_id = $1 and i.trashed_at is null
       and ($2::uuid is null or (t.position, t.image_id) > (coalesce(
         (select position from album_items where album_id = $1 and image_id = $2), $3::bigint), $2::uuid))
     order by t.position, t.image_id limit $4`,
    [albumId, after?.imageId ?? null, after?.position ?? null, limit],
  )
  return rows.map((row) => ({ image: imageOf(row), place: { position: row.position, imageId: row.id } }))
}

export async function countItems(db: Queryable, albumId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from album_items where album_id = $1',
    [albumId],
  )
  return row?.count ?? 0
}

/** How many images are in the album, those in the trash too, and which of these. */
export async function tallyItems(
  db: Queryable,
  albumId: string,
  imageIds: readonly string[],
): Promise<{ count: number; there: ReadonlySet<string> }> {
  const [row] = await db.query<{ count: number; there: string[] }>(
    `select count(*)::int as count, coalesce(array_agg(image_id) filter (where image_id = any($2::uuid[])), '{}') as there
     from album_items where album_id = $1`,
    [albumId, imageIds],
    'albums.tally',
  )
  return { count: row?.count ?? 0, there: new Set(row?.there) }
}

/** Those of the images that are in the album. */
export async function itemsAmong(
  db: Queryable,
  albumId: string,
  imageIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ image_id: string }>(
    'select image_id from album_items where album_id = $1 and image_id = any($2::uuid[])',
    [albumId, imageIds],
  )
  return new Set(rows.map(({ image_id }) => image_id))
}

/**
 * Puts images into the album, or moves those that are in it, in this order in front of another, or at the end. Hold the
 * album; `before` must be in it and not among them.
 */
export async function placeItems(
  tx: Transaction,
  albumId: string,
  imageIds: readonly string[],
  before: string | null,
): Promise<void> {
  const [first, gap] = (await roomBefore(tx, albumId, imageIds, before)) ??
    (await renumbered(tx, albumId, imageIds, before)) ?? [0, step]
  await tx.query(
    `insert into album_items (album_id, image_id, position)
     select $1, image_id, $3::bigint + (n - 1) * $4::bigint
     from unnest($2::uuid[]) with ordinality as given(image_id, n)
     on conflict (album_id, image_id) do update set position = excluded.position`,
    [albumId, imageIds, first, gap],
  )
}

/** The first position and the gap for so many in front of `before`; null where there is no room between the neighbours. */
async function roomBefore(
  tx: Transaction,
  albumId: string,
  imageIds: readonly string[],
  before: string | null,
): Promise<[first: number, gap: number] | null> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    `with goal as (select position from album_items where album_id = $1 and image_id = $2)
     select (select position from goal) as high,
       (select max(position) from album_items where album_id = $1 and image_id <> all($3::uuid[])
        and ($2::uuid is null or position < (select position from goal))) as low`,
    [albumId, before, imageIds],
  )
  const { low = null, high = null } = row ?? {}
  if (high === null) return [(low ?? 0) + step, step]
  const from = low ?? high - step * (imageIds.length + 1)
  const gap = Math.floor((high - from) / (imageIds.length + 1))
  return gap < 1 ? null : [from + gap, gap]
}

/** Spreads the whole album out so that there is room, and gives it. */
async function renumbered(
  tx: Transaction,
  albumId: string,
  imageIds: readonly string[],
  before: string | null,
): Promise<[first: number, gap: number] | null> {
  await tx.query(
    `update album_items t set position = r.n * $2::bigint
     from (select image_id, row_number() over (order by position, image_id) as n
           from album_items where album_id = $1) r
     where t.album_id = $1 and t.image_id = r.image_id`,
    // As many as may come between two neighbours at once have room there.
    [albumId, step],
  )
  return roomBefore(tx, albumId, imageIds, before)
}

/** Gives those that were there. */
export async function removeItems(
  tx: Transaction,
  albumId: string,
  imageIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ image_id: string }>(
    'delete from album_items where album_id = $1 and image_id = any($2::uuid[]) returning image_id',
    [albumId, imageIds],
  )
  return rows.map(({ image_id }) => image_id)
}
