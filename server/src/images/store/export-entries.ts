import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type StorageKey, storageKey } from '../../platform/storage/key.ts'

/** A file of an archive and where its bytes lie. */
export interface ExportEntry {
  name: string
  /** Bytes. */
  size: number
  crc: number
  startsAt: number
  /** Where its line begins in the directory. */
  listedAt: number
  modifiedAt: Date
  storageKey: StorageKey
  /** Whose picture it is; null for what tells of images. */
  imageId: string | null
}

interface EntryRow {
  [column: string]: unknown
  name: string
  size: number
  crc: number
  starts_at: number
  listed_at: number
  modified_at: Date
  storage_key: string
  image_id: string | null
  gone: boolean
}

export async function insertEntries(
  tx: Transaction,
  exportId: string,
  entries: readonly ExportEntry[],
): Promise<void> {
  if (entries.length === 0) return
  await tx.query(
    `insert into export_entries (export_id, starts_at, listed_at, name, size, crc, storage_key, image_id, modified_at)
     select $1, * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::uuid[],
       $9::timestamptz[])`,
    [
      exportId,
      entries.map(({ startsAt }) => startsAt),
      entries.map(({ listedAt }) => listedAt),
      entries.map(({ name }) => name),
      entries.map(({ size }) => size),
      entries.map(({ crc }) => crc),
      entries.map((entry) => entry.storageKey),
      entries.map(({ imageId }) => imageId),
      entries.map(({ modifiedAt }) => modifiedAt),
    ],
  )
}

const orders = {
  files: 'starts_at',
  directory: 'listed_at',
} as const

/**
 * Entries of an archive from the one that holds a place, among its files or in its directory. `gone` of one whose image is not
 * there any more, or in the trash.
 */
export async function readEntries(
  db: Queryable,
  exportId: string,
  order: keyof typeof orders,
  place: number,
  limit: number,
): Promise<(ExportEntry & { gone: boolean })[]> {
  const column = orders[order]
  // The page first: else whether an image is there is asked by reading all images, page for page.
  const rows = await db.query<EntryRow>(
    `with page as materialized (
       select e.* from export_entries e
       where e.export_id = $1 and e.${column} >= (
         select f.${column} from export_entries f where f.export_id = $1 and f.${column} <= $2 order by f.${column} desc limit 1)
       order by e.${column} limit $3)
     select p.name, p.size, p.crc, p.starts_at, p.listed_at, p.modified_at, p.storage_key, p.image_id,
       p.image_id is not null and i.id is null as gone
     from page p left join lateral (
       select i.id from images i where i.id = p.image_id and i.trashed_at is null offset 0) i on true
     order by p.${column}`,
    [exportId, place, limit],
  )
  return rows.map((row) => ({
    name: row.name,
    size: row.size,
    crc: row.crc,
    startsAt: row.starts_at,
    listedAt: row.listed_at,
    modifiedAt: row.modified_at,
    storageKey: storageKey(row.storage_key),
    imageId: row.image_id,
    gone: row.gone,
  }))
}

/** Whether some of its images, from this place on, are not there any more or in the trash. */
export async function lacksImages(db: Queryable, exportId: string, from: number): Promise<boolean> {
  const rows = await db.query(
    `select 1 as lacking from export_entries e left join images i on i.id = e.image_id
     where e.export_id = $1 and e.starts_at >= $2 and e.image_id is not null and (i.id is null or i.trashed_at is not null)
     limit 1`,
    [exportId, from],
  )
  return rows.length > 0
}

/** An album as an export carries it. */
export interface ExportedAlbum {
  id: string
  name: string
  description: string | null
  coverId: string | null
  createdAt: Date
  updatedAt: Date
}

interface AlbumRow {
  [column: string]: unknown
  id: string
  name: string
  description: string | null
  cover_id: string | null
  created_at: Date
  updated_at: Date
}

/** Albums of the owner that hold an exported image, after one of them; with `all`, the others too. */
export async function exportedAlbums(
  db: Queryable,
  { id, ownerId }: { id: string; ownerId: string },
  { after, all, limit }: { after: string | null; all: boolean; limit: number },
): Promise<ExportedAlbum[]> {
  const rows = await db.query<AlbumRow>(
    `select a.id, a.name, a.description, a.cover_id, a.created_at, a.updated_at from albums a
     where a.owner_id = $2 and ($3::uuid is null or a.id > $3) and ($4 or exists (
       select 1 from album_items t join export_entries e on e.export_id = $1 and e.image_id = t.image_id where t.album_id = a.id))
     order by a.id limit $5`,
    [id, ownerId, after, all, limit],
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    coverId: row.cover_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}

/** Exported images of an album, in its order. */
export async function exportedItems(db: Queryable, exportId: string, albumId: string): Promise<string[]> {
  const rows = await db.query<{ image_id: string }>(
    `select t.image_id from album_items t
     where t.album_id = $2 and exists (select 1 from export_entries e where e.export_id = $1 and e.image_id = t.image_id)
     order by t.position, t.image_id`,
    [exportId, albumId],
  )
  return rows.map(({ image_id }) => image_id)
}
