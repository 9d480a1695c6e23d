import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type ImageRecord, type ImageRow, imageColumns, imageOf, imagesWithVersion } from './rows.ts'

/** What the share of an image or a selection opens, in this order. Hold the images. */
export async function insertShareItems(
  tx: Transaction,
  shareId: string,
  imageIds: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into share_items (share_id, image_id, position)
     select $1, image_id, n from unnest($2::uuid[]) with ordinality as given(image_id, n)`,
    [shareId, imageIds],
  )
}

/** In their order, without those in the trash, after a position. */
export async function listShareItems(
  db: Queryable,
  shareId: string,
  { after, limit }: { after: number; limit: number },
): Promise<{ image: ImageRecord; position: number }[]> {
  const rows = await db.query<ImageRow & { position: number }>(
    `select ${imageColumns}, t.position from share_items t join ${imagesWithVersion} on i.id = t.image_id
     where t.share_id = $1 and i.trashed_at is null and t.position > $2 order by t.position limit $3`,
    [shareId, after, limit],
  )
  return rows.map((row) => ({ image: imageOf(row), position: row.position }))
}

/** How many images guests are shown, and what the album is called, by share. */
export async function readShareFaces(
  db: Queryable,
  shareIds: readonly string[],
): Promise<ReadonlyMap<string, { count: number; albumName: string | null }>> {
  if (shareIds.length === 0) return new Map()
  const rows = await db.query<{ id: string; count: number; name: string | null }>(
    `select s.id, a.name,
       case when s.album_id is null
         then (select count(*)::int from share_items t join images i on i.id = t.image_id
               where t.share_id = s.id and i.trashed_at is null)
         else (select count(*)::int from album_items t join images i on i.id = t.image_id
               where t.album_id = s.album_id and i.trashed_at is null) end as count
     from shares s left join albums a on a.id = s.album_id where s.id = any($1::uuid[])`,
    [shareIds],
  )
  return new Map(rows.map(({ id, count, name }) => [id, { count, albumName: name }]))
}
