import type { CachePurge } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { storageKey } from '../../platform/storage/key.ts'
import type { Removed } from './removals.ts'

export interface PurgeRecord {
  id: string
  jobId: string
  actorId: string
  what: CachePurge['what']
  value: string | null
  presets: boolean
  status: CachePurge['status']
  afterId: string | null
  seen: number
  images: number
  renditions: number
  bytes: number
  createdAt: Date
  finishedAt: Date | null
}

const columns = `id, job_id as "jobId", actor_id as "actorId", what, value, presets, status, after_id as "afterId", seen, images,
  renditions, bytes, created_at as "createdAt", finished_at as "finishedAt"`
type PurgeRow = PurgeRecord & Record<string, unknown>

export async function insertPurge(
  tx: Transaction,
  purge: Pick<PurgeRecord, 'id' | 'jobId' | 'actorId' | 'what' | 'value' | 'presets'>,
): Promise<PurgeRecord> {
  const [row] = await tx.query<PurgeRow>(
    `insert into purges (id, job_id, actor_id, what, value, presets, status)
     values ($1, $2, $3, $4, $5, $6, 'running') returning ${columns}`,
    [purge.id, purge.jobId, purge.actorId, purge.what, purge.value, purge.presets],
  )
  if (row === undefined) throw new Error('the purge was not written')
  return row
}

export async function findPurge(db: Queryable, id: string): Promise<PurgeRecord | null> {
  const [row] = await db.query<PurgeRow>(`select ${columns} from purges where id = $1`, [id])
  return row ?? null
}

/** The purge that a job does. */
export async function findPurgeOfJob(db: Queryable, jobId: string): Promise<PurgeRecord | null> {
  const [row] = await db.query<PurgeRow>(
    `select ${columns} from purges where job_id = $1 order by id desc limit 1`,
    [jobId],
  )
  return row ?? null
}

/** Newest first. */
export const listPurges = (db: Queryable, before: string | null, limit: number): Promise<PurgeRecord[]> =>
  db.query<PurgeRow>(
    `select ${columns} from purges where ($1::uuid is null or id < $1) order by id desc limit $2`,
    [before, limit],
  )

export async function countRunningPurges(db: Queryable): Promise<number> {
  const [row] = await db.query<{ purges: number }>(
    "select count(*)::int as purges from purges where finished_at is null and status = 'running'",
  )
  return row?.purges ?? 0
}

/** Notes how far a purge is, in the transaction that purges; never back. */
export async function advancePurge(
  tx: Transaction,
  id: string,
  step: { afterId: string; seen: number; images: number; renditions: number; bytes: number },
): Promise<void> {
  await tx.query(
    `update purges set after_id = $2, seen = seen + $3, images = images + $4, renditions = renditions + $5, bytes = bytes + $6
     where id = $1 and (after_id is null or after_id < $2)`,
    [id, step.afterId, step.seen, step.images, step.renditions, step.bytes],
  )
}

export async function settlePurge(tx: Transaction, id: string, status: PurgeRecord['status']): Promise<void> {
  await tx.query(
    `update purges set status = $2, finished_at = case when $2 = 'running' then null else now() end where id = $1`,
    [id, status],
  )
}

/** Those that an account asked for: their jobs go with it. */
export async function deletePurgesOf(db: Queryable, actorId: string): Promise<void> {
  await db.query('delete from purges where actor_id = $1', [actorId])
}

/** Removes those that ended so long ago. */
export async function prunePurges(db: Queryable, olderThanDays: number): Promise<void> {
  await db.query(
    `delete from purges where id in (
       select id from purges where finished_at < now() - $1 * interval '1 day' limit 1000)`,
    [olderThanDays],
  )
}

export interface Looked {
  id: string
  /** Whether the purge means it. */
  meant: boolean
}

const means: Record<PurgeRecord['what'], string> = {
  all: 'true',
  image: 'i.id = $4::uuid',
  tag: 'i.tags @> array[$4::text]',
  preset: `exists (select 1 from renditions r where r.image_id = i.id and r.kind = 'preset' and r.name = $4)`,
}

/**
 * The next images behind one, in the order of their ids, and which of them a purge means. None that came after it was asked
 * for: ids rise with time, and a purge must end.
 */
export async function lookAhead(
  db: Queryable,
  { id, what, value, afterId }: Pick<PurgeRecord, 'id' | 'what' | 'value' | 'afterId'>,
  limit: number,
): Promise<Looked[]> {
  if (what === 'image') {
    const rows = await db.query<{ id: string }>(
      'select id from images where id = $1::uuid and $2::uuid is null',
      [value, afterId],
    )
    return rows.map(({ id }) => ({ id, meant: true }))
  }
  return db.query<Looked & Record<string, unknown>>(
    `select i.id, ${means[what]} as meant from images i
     where i.id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') and i.id < $3 order by i.id limit $2`,
    what === 'all' ? [afterId, limit, id] : [afterId, limit, id, value],
  )
}

/** Removes what presets made of an image, of one or of all, and the pictures of its versions with all of them. */
export async function takePresets(
  tx: Transaction,
  imageId: string,
  name: string | null,
): Promise<(Removed & { version: number })[]> {
  const rows = await tx.query<{ storage_key: string; size: number; version: number }>(
    `delete from renditions where image_id = $1 and kind = 'preset' and ($2::text is null or name = $2)
     returning storage_key, size, version`,
    [imageId, name],
  )
  return rows.map((row) => ({
    storageKey: storageKey(row.storage_key),
    size: row.size,
    version: row.version,
  }))
}
