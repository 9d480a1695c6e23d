import { rejectedFileSchema } from '@rendition/contract'
import { z } from 'zod'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

/**
 * How far an archive is unpacked. Beside it the row says `ended` where its job failed or was cancelled: its bytes count
 * against the quota then, and nothing goes on until a job begins anew.
 */
const unpackedSchema = z.object({
  /** Files that are through, in the order of the archive. */
  at: z.int().min(0),
  made: z.int().min(0),
  refused: z.int().min(0),
  /** The first of those that were refused. */
  rejected: z.array(rejectedFileSchema),
})
export type Unpacked = z.output<typeof unpackedSchema>

const nothing: Unpacked = { at: 0, made: 0, refused: 0, rejected: [] }

/** Says that a job unpacks it, and gives how far it is; null when there is no such archive any more, or its job was cancelled. */
export async function beginUnpacking(db: Queryable, id: string): Promise<Unpacked | null> {
  const [row] = await db.query<{ unpacked: unknown }>(
    `update uploads set unpacked = coalesce(unpacked, $2::jsonb) - 'ended', touched_at = now()
     where id = $1 and unpacked->>'ended' is distinct from 'cancelled' returning unpacked`,
    [id, JSON.stringify(nothing)],
  )
  return row === undefined ? null : unpackedSchema.parse(row.unpacked)
}

/** Its job ended without it: failed, and may be asked for again, or cancelled, and the next sweep removes it. */
export async function endUnpacking(tx: Transaction, id: string, why: 'failed' | 'cancelled'): Promise<void> {
  await tx.query(
    `update uploads set unpacked = coalesce(unpacked, $2::jsonb) || jsonb_build_object('ended', $3::text),
       touched_at = case when $3 = 'cancelled' then 'epoch' else touched_at end
     where id = $1 and growth is not null`,
    [id, JSON.stringify(nothing), why],
  )
}

/** Goes on by one file; false where somebody else has, its job has ended, or the archive is gone. */
export async function saveUnpacked(db: Queryable, id: string, next: Unpacked): Promise<boolean> {
  const rows = await db.query(
    `update uploads set unpacked = $2, touched_at = now()
     where id = $1 and coalesce((unpacked->>'at')::int, 0) = $3 and not coalesce(unpacked ? 'ended', false)
     returning 1 as saved`,
    [id, JSON.stringify(next), Math.max(0, next.at - 1)],
  )
  return rows.length > 0
}
