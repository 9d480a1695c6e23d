import type { Queryable } from '../../platform/database/port.ts'
import { type ImageRecord, type ImageRow, imageColumns, imageOf, imagesWithVersion } from './rows.ts'

/** The oldest of an owner's images whose current version has this original, whatever was made of it; none in the trash. */
export async function findSameBytes(
  db: Queryable,
  ownerId: string,
  sha256: string,
): Promise<ImageRecord | null> {
  const [row] = await db.query<ImageRow>(
    `select ${imageColumns} from ${imagesWithVersion}
     where v.sha256 = $1 and i.owner_id = $2 and i.trashed_at is null order by i.id limit 1`,
    [sha256, ownerId],
  )
  return row === undefined ? null : imageOf(row)
}
