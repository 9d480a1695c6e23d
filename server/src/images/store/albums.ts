import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { step } from './album-items.ts'

export interface AlbumRecord {
  id: string
  ownerId: string
  name: string
  description: string | null
  /** As chosen; it may have left the album since. */
  coverId: string | null
  createdAt: Date
  updatedAt: Date
}

interface AlbumRow {
  [column: string]: unknown
  id: string
  owner_id: string
  name: string
  description: string | null
  cover_id: string | null
  created_at: Date
  updated_at: Date
}

const columns = 'id, owner_id, name, description, cover_id, created_at, updated_at'
const albumOf = (row: AlbumRow): AlbumRecord => ({
  id: row.id,
  ownerId: row.owner_id,
  name: row.name,
  description: row.description,
  coverId: row.cover_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function readAlbum(db: Queryable, id: string): Promise<AlbumRecord | null> {
  const [row] = await db.query<AlbumRow>(`select ${columns} from albums where id = $1`, [id])
  return row === undefined ? null : albumOf(row)
}

/** Locks the album for this transaction: whatever changes it or its order goes one at a time. Images are locked before it. */
export async function lockAlbum(tx: Transaction, id: string): Promise<AlbumRecord | null> {
  const [row] = await tx.query<AlbumRow>(`select ${columns} from albums where id = $1 for update`, [id])
  return row === undefined ? null : albumOf(row)
}

/** Newest first. */
export async function listAlbumsOf(
  db: Queryable,
  ownerId: string,
  page: { before: string | null; limit: number; imageId: string | null },
): Promise<AlbumRecord[]> {
  const rows = await db.query<AlbumRow>(
    `select ${columns} from albums a where owner_id = $1 and ($2::uuid is null or id < $2)
       and ($4::uuid is null or exists (select 1 from album_items where album_id = a.id and image_id = $4))
     order by id desc limit $3`,
    [ownerId, page.before, page.limit, page.imageId],
  )
  return rows.map(albumOf)
}

/** The id of the oldest of this name. */
export async function findAlbumNamed(db: Queryable, ownerId: string, name: string): Promise<string | null> {
  const [row] = await db.query<{ id: string }>(
    'select id from albums where owner_id = $1 and name = $2 order by id limit 1',
    [ownerId, name],
  )
  return row?.id ?? null
}

export async function countAlbums(db: Queryable, ownerId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from albums where owner_id = $1',
    [ownerId],
  )
  return row?.count ?? 0
}

export async function insertAlbum(
  tx: Transaction,
  album: Pick<AlbumRecord, 'id' | 'ownerId' | 'name' | 'description'>,
): Promise<void> {
  await tx.query('insert into albums (id, owner_id, name, description) values ($1, $2, $3, $4)', [
    album.id,
    album.ownerId,
    album.name,
    album.description,
  ])
}

export async function updateAlbum(
  tx: Transaction,
  album: Pick<AlbumRecord, 'id' | 'name' | 'description' | 'coverId'>,
): Promise<void> {
  await tx.query(
    'update albums set name = $2, description = $3, cover_id = $4, updated_at = now() where id = $1',
    [album.id, album.name, album.description, album.coverId],
  )
}

/** Says that what it holds changed; gives it. */
export async function stampAlbum(tx: Transaction, id: string): Promise<AlbumRecord | null> {
  const [row] = await tx.query<AlbumRow>(
    `update albums set updated_at = now() where id = $1 returning ${columns}`,
    [id],
    'albums.stamp',
  )
  return row === undefined ? null : albumOf(row)
}

/**
 * Puts an image that is new, and so in no album, at the end of one that is held, and says that it changed: by one statement, since
 * whatever else comes into the album waits. null where that has `mostItems` already.
 */
export async function appendToAlbum(
  tx: Transaction,
  albumId: string,
  imageId: string,
  mostItems: number,
): Promise<AlbumRecord | null> {
  const [row] = await tx.query<AlbumRow>(
    `with held as (select count(*) as count, max(position) as last from album_items where album_id = $1),
       placed as (insert into album_items (album_id, image_id, position)
         select $1, $2, coalesce(last, 0) + $4::bigint from held where count < $3 returning album_id)
     update albums set updated_at = now() where id in (select album_id from placed) returning ${columns}`,
    [albumId, imageId, mostItems, step],
    'albums.append',
  )
  return row === undefined ? null : albumOf(row)
}

export async function deleteAlbum(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from albums where id = $1', [id])
}

/** All of an account that ends. */
export async function deleteAlbumsOf(db: Queryable, ownerId: string): Promise<void> {
  await db.query('delete from albums where owner_id = $1', [ownerId])
}

/** What is shown of albums besides their rows: how many images, and which stands for it. */
export async function readAlbumFaces(
  db: Queryable,
  albumIds: readonly string[],
): Promise<ReadonlyMap<string, { count: number; coverId: string | null }>> {
  if (albumIds.length === 0) return new Map()
  const rows = await db.query<{ id: string; count: number; cover_id: string | null }>(
    `select a.id,
       -- Without those in the trash, which are few: to look at each image of a large album takes ten times as long.
       ((select count(*) from album_items t where t.album_id = a.id)
        - (select count(*) from images i join album_items t on t.album_id = a.id and t.image_id = i.id
           where i.owner_id = a.owner_id and i.trashed_at is not null))::int as count,
       coalesce(
         (select t.image_id from album_items t join images i on i.id = t.image_id
          where t.album_id = a.id and t.image_id = a.cover_id and i.trashed_at is null),
         (select t.image_id from album_items t join images i on i.id = t.image_id
          where t.album_id = a.id and i.trashed_at is null order by t.position, t.image_id limit 1)) as cover_id
     from albums a where a.id = any($1::uuid[])`,
    [albumIds],
  )
  return new Map(rows.map(({ id, count, cover_id }) => [id, { count, coverId: cover_id }]))
}
