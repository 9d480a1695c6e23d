import type { ImageMetadata } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type StorageKey, storageKey } from '../../platform/storage/key.ts'
import { holdImage } from './locks.ts'
import { paletteColumns } from './palette-columns.ts'

/** An original of which nobody has read what it says. */
export interface Unread {
  imageId: string
  key: StorageKey
  thumbhash: string | null
}

interface UnreadRow {
  [column: string]: unknown
  image_id: string
  original_key: string
  thumbhash: string | null
}

/**
 * Takes some originals that were not read by these rules, the newest images first. What somebody took is left to them for
 * ten minutes: longer than reading takes, and what fails does not come back at once.
 */
export async function takeUnread(db: Queryable, rules: number, limit: number): Promise<Unread[]> {
  const rows = await db.query<UnreadRow>(
    `update versions set metadata_tried_at = now() where (image_id, version) in (
       select image_id, version from versions
       where metadata_rules < 2 and metadata_rules < $1
         and (metadata_tried_at is null or metadata_tried_at < now() - interval '10 minutes')
       order by image_id desc limit $2 for update skip locked)
     returning image_id, original_key, thumbhash`,
    [rules, limit],
  )
  return rows.map((row) => ({
    imageId: row.image_id,
    key: storageKey(row.original_key),
    thumbhash: row.thumbhash,
  }))
}

/**
 * Keeps what an original says for every version that starts from it. Where it could not be read, null, what earlier rules read of it stays:
 * a file that is away for a while takes nothing along.
 */
export async function keepRead(
  tx: Transaction,
  { imageId, key }: Unread,
  read: { metadata: ImageMetadata | null; rules: number },
): Promise<void> {
  // What is told of an image is indexed with it: its row before theirs.
  if (!(await holdImage(tx, imageId))) return
  await tx.query(
    `update versions set metadata = coalesce($3::jsonb, metadata), metadata_rules = $4 where image_id = $1 and original_key = $2`,
    [imageId, key, read.metadata === null ? null : JSON.stringify(read.metadata), read.rules],
  )
}

/** Takes images that were there before searches knew them into the index; gives how many. */
export async function indexBefore(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(
    `update images set indexed = 1 where id in (
       select id from images where indexed = 0 order by id desc limit $1 for update skip locked)
     returning 1 as found`,
    [limit],
  )
  return rows.length
}

/** A palette for the versions that show this placeholder and have none. */
export async function keepPalette(
  tx: Transaction,
  imageId: string,
  thumbhash: string,
  taken: readonly string[],
): Promise<void> {
  const { palette, colours } = paletteColumns({ palette: taken })
  if (!(await holdImage(tx, imageId))) return
  await tx.query(
    'update versions set palette = $3, colours = $4 where image_id = $1 and thumbhash = $2 and palette is null',
    [imageId, thumbhash, palette, colours],
  )
}
