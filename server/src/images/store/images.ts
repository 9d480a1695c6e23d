import type { FocalPoint, PublicOriginal, Visibility } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { OriginalFacts } from '../types.ts'
import { type ImageRecord, type ImageRow, imageColumns, imageOf, imagesWithVersion } from './rows.ts'
import { insertVersion } from './versions.ts'

/** The image with its current version; null when there is none. */
export async function readImage(db: Queryable, imageId: string): Promise<ImageRecord | null> {
  const [row] = await db.query<ImageRow>(
    `select ${imageColumns} from ${imagesWithVersion} where i.id = $1`,
    [imageId],
    'images.read',
  )
  return row === undefined ? null : imageOf(row)
}

/** Several at once, in no order; missing ones are missing. */
export async function readImages(db: Queryable, imageIds: readonly string[]): Promise<ImageRecord[]> {
  if (imageIds.length === 0) return []
  const rows = await db.query<ImageRow>(
    `select ${imageColumns} from ${imagesWithVersion} where i.id = any($1::uuid[])`,
    [imageIds],
    'images.read-many',
  )
  return rows.map(imageOf)
}

export interface NewImage {
  id: string
  ownerId: string
  originalName: string
  visibility: Visibility
  tags: readonly string[]
  original: OriginalFacts
  /** Of one that was somewhere else before. */
  before?: { altText: string | null; uploadedAt: Date | null }
}

/** Writes an image; its first version has to follow (`insertFirstVersion`). */
export async function insertImage(tx: Transaction, image: NewImage): Promise<void> {
  await tx.query(
    `insert into images (id, owner_id, original_name, visibility, tags, version, last_version, size, alt_text,
       created_at)
     values ($1, $2, $3, $4, $5, 1, 1, $6, $7, coalesce($8, now()))`,
    [
      image.id,
      image.ownerId,
      image.originalName,
      image.visibility,
      image.tags,
      image.original.size,
      image.before?.altText ?? null,
      image.before?.uploadedAt ?? null,
    ],
    'images.insert',
  )
}

/** The original as it came; `jobId` makes its renditions. */
export async function insertFirstVersion(
  tx: Transaction,
  { id, original }: Pick<NewImage, 'id' | 'original'>,
  jobId: string,
): Promise<void> {
  await insertVersion(tx, {
    imageId: id,
    version: 1,
    parent: null,
    cause: 'upload',
    original,
    recipe: null,
    assets: [],
    width: original.width,
    height: original.height,
    status: 'pending',
    placeholder: null,
    jobId,
  })
}

/** What a user says of an image, whole. */
export interface Told {
  originalName: string
  tags: readonly string[]
  visibility: Visibility
  focalPoint: FocalPoint | null
  altText: string | null
  /** null: as the configuration says. */
  publicOriginal: PublicOriginal | null
  favourite: boolean
  /** 0 to 5. */
  rating: number
  archived: boolean
}

export async function updateTold(tx: Transaction, imageId: string, told: Told): Promise<void> {
  await tx.query(
    `update images set original_name = $2, tags = $3, visibility = $4, focal_x = $5, focal_y = $6, alt_text = $7,
       public_original = $8, favourite = $9, rating = $10, archived = $11,
       updated_at = now() where id = $1`,
    [
      imageId,
      told.originalName,
      told.tags,
      told.visibility,
      told.focalPoint?.x ?? null,
      told.focalPoint?.y ?? null,
      told.altText,
      told.publicOriginal,
      told.favourite,
      told.rating,
      told.archived,
    ],
  )
}

/** Moves the image to a version; `redo` replaces what can be redone. */
export async function moveTo(
  tx: Transaction,
  imageId: string,
  to: { version: number; lastVersion: number; redo: readonly number[]; size: number },
): Promise<void> {
  await tx.query(
    `update images set version = $2, last_version = $3, redo = $4, size = $5, updated_at = now() where id = $1`,
    [imageId, to.version, to.lastVersion, to.redo, to.size],
  )
}

/** Removes the row, and with it versions and renditions. */
export async function deleteRow(tx: Transaction, imageId: string): Promise<void> {
  await tx.query('delete from images where id = $1', [imageId])
}

/** How much there is: images, bytes of originals, renditions and their bytes. For administrators; reads whole tables. */
export async function countAll(db: Queryable): Promise<Record<string, number>> {
  const [row] = await db.query<Record<string, number>>(
    `select
       (select count(*) from images) as images,
       (select coalesce(sum(size), 0)::bigint from images) as "originalBytes",
       (select count(*) from renditions) as renditions,
       (select coalesce(sum(size), 0)::bigint from renditions) as "renditionBytes"`,
  )
  return row ?? {}
}

/** Owners of images, albums, shares, exports and unfinished uploads, in the order of their ids, after one of them. */
export async function listOwners(db: Queryable, after: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `(select distinct owner_id as id from images where owner_id > $1 order by id limit $2)
     union (select distinct owner_id as id from albums where owner_id > $1 order by id limit $2)
     union (select distinct owner_id as id from saved_searches where owner_id > $1 order by id limit $2)
     union (select distinct owner_id as id from shares where owner_id > $1 order by id limit $2)
     union (select distinct owner_id as id from exports where owner_id > $1 order by id limit $2)
     union (select distinct owner_id as id from uploads where owner_id > $1 order by id limit $2)
     order by id limit $2`,
    [after, limit],
  )
  return rows.map(({ id }) => id)
}
