import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type MadePicture, type MadePictureRow, madePictureOf } from './rows.ts'

/** A picture that a job made and that is kept for its time. */
export interface ResultFacts extends MadePicture {
  expiresAt: Date
}

/** Which result. */
export type ResultName = Pick<ResultFacts, 'imageId' | 'key'>

interface ResultRow extends MadePictureRow {
  [column: string]: unknown
  expires_at: Date
}

const columns = 'image_id, key, format, content_type, width, height, size, etag, expires_at'

const factsOf = (row: ResultRow): ResultFacts => ({ ...madePictureOf(row), expiresAt: row.expires_at })

/** Those of these images under any of these keys whose time is not over. */
export async function findResults(
  db: Queryable,
  imageIds: readonly string[],
  keys: readonly string[],
): Promise<ResultFacts[]> {
  if (keys.length === 0) return []
  const rows = await db.query<ResultRow>(
    `select ${columns} from results
     where image_id = any($1::uuid[]) and key = any($2::text[]) and expires_at > now()`,
    [imageIds, keys],
  )
  return rows.map(factsOf)
}

/**
 * Writes results, or keeps those that are there for longer, and keeps their images from being deleted for this transaction.
 * False when one of those is gone.
 */
export async function recordResults(tx: Transaction, results: readonly ResultFacts[]): Promise<boolean> {
  if (results.length === 0) return true
  // One statement writes a row once.
  const latest = new Map<string, ResultFacts>()
  for (const result of results) {
    const name = `${result.imageId}/${result.key}`
    const other = latest.get(name)
    if (other === undefined || other.expiresAt <= result.expiresAt) latest.set(name, result)
  }
  const rows = [...latest.values()].map((result) => ({
    image_id: result.imageId,
    key: result.key,
    format: result.format,
    content_type: result.contentType,
    width: result.width,
    height: result.height,
    size: result.size,
    etag: result.etag,
    expires_at: result.expiresAt,
  }))
  const imageIds = [...new Set(rows.map(({ image_id }) => image_id))]
  // Sorted, so that two transactions take them in one order, images first.
  const [held] = await tx.query<{ images: number }>(
    `with held as (
       select id from images where id = any($2::uuid[]) order by id for key share
     ), recorded as (
       insert into results as r (${columns})
       select ${columns} from held join jsonb_to_recordset($1::jsonb) as made(image_id uuid, key text, format text,
         content_type text, width integer, height integer, size bigint, etag text, expires_at timestamptz) on image_id = id
       order by image_id, key
       on conflict (image_id, key) do update set size = excluded.size, etag = excluded.etag,
         expires_at = greatest(r.expires_at, excluded.expires_at)
     )
     select count(*)::int as images from held`,
    [JSON.stringify(rows), imageIds],
    'results.record',
  )
  return held?.images === imageIds.length
}

/** Takes away all results of an image; gives what their bytes are found by, and how many those are. */
export async function takeResults(
  tx: Transaction,
  imageId: string,
): Promise<(ResultName & { size: number })[]> {
  const rows = await tx.query<Pick<ResultRow, 'image_id' | 'key' | 'size'>>(
    'delete from results where image_id = $1 returning image_id, key, size',
    [imageId],
  )
  return rows.map(({ image_id, key, size }) => ({ imageId: image_id, key, size }))
}

/** Removes the rows of results whose time is over; the cache has let go of their bytes by itself. */
export async function deleteExpiredResults(db: Queryable): Promise<void> {
  await db.query('delete from results where expires_at <= now()')
}
