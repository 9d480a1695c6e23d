import { rejectedFileSchema } from '@rendition/contract'
import { z } from 'zod'
import type { Queryable } from '../../platform/database/port.ts'

/** How far an archive is unpacked. */
const unpackedSchema = z.object({
  /** Files that are through, in the order of the archive. */
  at: z.int().min(0),
  made: z.int().min(0),
  refused: z.int().min(0),
  /** The first of those that were refused. */
  rejected: z.array(rejectedFileSchema),
})
export type Unpacked = z.output<typeof unpackedSchema>

/** null when there is no such archive any more. */
export async function readUnpacked(db: Queryable, id: string): Promise<Unpacked | null> {
  const [row] = await db.query<{ unpacked: unknown }>('select unpacked from uploads where id = $1', [id])
  if (row === undefined) return null
  return row.unpacked === null
    ? { at: 0, made: 0, refused: 0, rejected: [] }
    : unpackedSchema.parse(row.unpacked)
}

/** Goes on by one file; false where somebody else has, or the archive is gone. */
export async function saveUnpacked(db: Queryable, id: string, next: Unpacked): Promise<boolean> {
  const rows = await db.query(
    `update uploads set unpacked = $2, touched_at = now()
     where id = $1 and coalesce((unpacked->>'at')::int, 0) = $3 returning 1 as saved`,
    [id, JSON.stringify(next), Math.max(0, next.at - 1)],
  )
  return rows.length > 0
}
