import { isId } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

const free = '(lease_holder is null or leased_until < now())'

/** Those that were tried go behind those that wait for longer, so that what fails again and again keeps nobody waiting. */
const waiting = 'order by coalesce(tried_at, touched_at), id'

/** The sweep begins with it. */
export async function markTried(db: Queryable, id: string): Promise<void> {
  await db.query('update uploads set tried_at = now() where id = $1', [id])
}

/** Nobody touched them for so long, or the share is gone that their guests had. */
export async function listExpired(db: Queryable, expiryMs: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from uploads
     where (touched_at < now() - $1 * interval '1 ms'
         or share_id is not null and image_id is null and not exists (select 1 from shares s where s.id = share_id))
       and ${free} ${waiting} limit $2`,
    [expiryMs, limit],
  )
  return rows.map(({ id }) => id)
}

/** Images by now, whose bytes were not removed yet. */
export async function listSpent(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from uploads where image_id is not null and growth is not null and ${free} ${waiting} limit $1`,
    [limit],
  )
  return rows.map(({ id }) => id)
}

/** All their bytes are there for so long, and they are no images. */
export async function listComplete(db: Queryable, sinceMs: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from uploads
     where image_id is null and job_id is null and kind <> 'partial' and size = length and ${free}
       and touched_at < now() - $1 * interval '1 ms' ${waiting} limit $2`,
    [sinceMs, limit],
  )
  return rows.map(({ id }) => id)
}

/** Those of the names that no row speaks of. */
export async function findUnknown(db: Queryable, names: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from uploads where id = any($1::uuid[])', [
    names.filter(isId),
  ])
  const known = new Set(rows.map(({ id }) => id))
  return names.filter((name) => !known.has(name))
}
