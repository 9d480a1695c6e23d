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

/** Writes a result, or keeps one that is there for longer. Hold or share the image. */
export async function recordResult(tx: Transaction, result: ResultFacts): Promise<void> {
  await tx.query(
    `insert into results as r (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (image_id, key) do update set size = excluded.size, etag = excluded.etag,
       expires_at = greatest(r.expires_at, excluded.expires_at)`,
    [
      result.imageId,
      result.key,
      result.format,
      result.contentType,
      result.width,
      result.height,
      result.size,
      result.etag,
      result.expiresAt,
    ],
    'results.record',
  )
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
