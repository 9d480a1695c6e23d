import type { FocalPoint, PublicOriginal, Visibility } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'

/** An image as it was in another installation. */
export interface RestoredImage {
  id: string
  ownerId: string
  name: string
  visibility: Visibility
  publicOriginal: PublicOriginal | null
  tags: readonly string[]
  altText: string | null
  focalPoint: FocalPoint | null
  favourite: boolean
  rating: number
  archived: boolean
  version: number
  lastVersion: number
  redo: readonly number[]
  /** Of the current version's original. */
  size: number
  createdAt: Date
}

/** Writes its row; its versions follow. */
export async function insertRestored(tx: Transaction, image: RestoredImage): Promise<void> {
  await tx.query(
    `insert into images (id, owner_id, original_name, visibility, public_original, tags, alt_text, focal_x, focal_y,
       favourite, rating, archived, version, last_version, redo, size, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      image.id,
      image.ownerId,
      image.name,
      image.visibility,
      image.publicOriginal,
      image.tags,
      image.altText,
      image.focalPoint?.x ?? null,
      image.focalPoint?.y ?? null,
      image.favourite,
      image.rating,
      image.archived,
      image.version,
      image.lastVersion,
      image.redo,
      image.size,
      image.createdAt,
    ],
  )
}

/** An album as it was; gives false where there is one with its id already. */
export async function insertRestoredAlbum(
  tx: Transaction,
  album: {
    id: string
    ownerId: string
    name: string
    description: string | null
    coverImageId: string | null
    createdAt: Date
    updatedAt: Date
  },
): Promise<boolean> {
  const rows = await tx.query(
    `insert into albums (id, owner_id, name, description, cover_id, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1 as made`,
    [
      album.id,
      album.ownerId,
      album.name,
      album.description,
      album.coverImageId,
      album.createdAt,
      album.updatedAt,
    ],
  )
  return rows.length > 0
}

/** Those of the images that are the account's and may be in albums. */
export async function ownImagesAmong(
  tx: Transaction,
  ownerId: string,
  imageIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    `select id from images where id = any($1::uuid[]) and owner_id = $2 and trashed_at is null order by id for key share`,
    [imageIds, ownerId],
  )
  return new Set(rows.map(({ id }) => id))
}
