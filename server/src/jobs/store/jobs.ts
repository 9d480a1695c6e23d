import type { JobStatus, JobType, Priority } from '@rendition/contract'
import {
  type Queryable,
  type Transaction,
  UniqueViolation,
  type Value,
} from '../../platform/database/port.ts'
import type { JobRecord } from '../types.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'
import { lastTurn } from './turns.ts'

/** Null when there is none. With `lock` its row is held until the transaction ends. */
export async function findJob(db: Queryable, jobId: string, lock = false): Promise<JobRecord | null> {
  const [row] = await db.query<JobRow>(
    `select ${jobColumns} from jobs where id = $1${lock ? ' for update' : ''}`,
    [jobId],
  )
  return row === undefined ? null : jobOf(row)
}

export interface JobFilter {
  status?: JobStatus | undefined
  type?: JobType | undefined
  imageId?: string | undefined
  batchId?: string | undefined
  /** Of each batch the newest that the filter lets through, alone. */
  grouped?: boolean | undefined
  /** Only older ones than this. */
  before: string | null
}

/** What one account asked for and the filter lets through, newest first, so many at most. */
export async function readJobsOf(
  db: Queryable,
  ownerId: string,
  filter: JobFilter,
  limit: number,
): Promise<JobRecord[]> {
  // Not `=`, as for images: it keeps the owner in the order, and with it the owner's own index in use.
  const values: Value[] = [[ownerId]]
  const where = ['owner_id = any($1::uuid[])', 'not housekeeping']
  const add = (condition: string, value: Value | undefined): void => {
    if (value === undefined || value === null) return
    values.push(value)
    where.push(`${condition} $${values.length}`)
  }
  add('status =', filter.status)
  add('type =', filter.type)
  add('image_id =', filter.imageId)
  add('batch_id =', filter.batchId)
  add('id <', filter.before)
  if (filter.grouped) {
    const { status, type, imageId } = filter
    const same = Object.entries({ status, type, image_id: imageId }).flatMap(([column, value]) =>
      value === undefined ? [] : [`and newer.${column} = $${values.push(value)}`],
    )
    // A probe of `jobs_batch` for each job that is passed over: some 65 ms for each batch of ten thousand on the page. A value and not
    // `exists`, and no `=` of the owner: planned as a join, or by another index, it compares each job of a batch with all others.
    where.push(`(batch_id is null or (
      select newer.id from jobs newer where newer.batch_id = jobs.batch_id and newer.id > jobs.id
        and coalesce(newer.owner_id = jobs.owner_id and not newer.housekeeping, false) ${same.join(' ')}
      order by newer.batch_id, newer.id limit 1) is null)`)
  }
  values.push(limit)
  const rows = await db.query<JobRow>(
    `select ${jobColumns} from jobs where ${where.join(' and ')} order by owner_id desc, id desc limit $${values.length}`,
    values,
  )
  return rows.map(jobOf)
}

/** Cancels one job, or all of an image, where they are unfinished; whatever their workers still write is refused. */
export async function cancelUnfinished(
  tx: Transaction,
  which: { jobId: string } | { imageId: string },
): Promise<JobRecord[]> {
  const [column, id] = 'jobId' in which ? ['id', which.jobId] : ['image_id', which.imageId]
  const rows = await tx.query<JobRow>(
    `update jobs set status = 'cancelled', finished_at = now(), lease_until = null, fence = fence + 1
     where ${column} = $1 and status in ('pending', 'processing') returning ${jobColumns}`,
    [id],
  )
  return rows.map(jobOf)
}

/** Puts a job back to the beginning, at the end of its owner's line; null while another does the same work. */
export async function beginAnew(tx: Transaction, jobId: string): Promise<JobRecord | null> {
  await tx.query('savepoint begin_anew')
  try {
    const job = await beginIfAlone(tx, jobId)
    await tx.query('release savepoint begin_anew')
    return job
  } catch (error) {
    // Of two that begin in the same moment neither sees the other, and the index refuses the second.
    if (!(error instanceof UniqueViolation)) throw error
    await tx.query('rollback to savepoint begin_anew')
    return null
  }
}

async function beginIfAlone(tx: Transaction, jobId: string): Promise<JobRecord | null> {
  const [row] = await tx.query<JobRow>(
    `update jobs j set status = 'pending', attempts = 0, losses = 0, progress = 0, error_code = null,
       error_message = null, started_at = null, finished_at = null, dispatched_at = null, available_at = now(),
       turn = 1 + ${lastTurn('j.owner_id', 'j.priority')}
     where id = $1 and not exists (
       select 1 from jobs e where e.owner_id = j.owner_id and e.work_key = j.work_key and e.id <> j.id
         and e.status in ('pending', 'processing'))
     returning ${jobColumns}`,
    [jobId],
  )
  return row === undefined ? null : jobOf(row)
}

/** Puts a job into a lane, at the end of its owner's line there; it is dispatched anew. Null when it is gone. */
export async function putInLane(
  tx: Transaction,
  jobId: string,
  priority: Priority,
): Promise<JobRecord | null> {
  const [row] = await tx.query<JobRow>(
    `update jobs j set priority = $2, dispatched_at = null, turn = 1 + ${lastTurn('j.owner_id', '$2')}
     where id = $1 returning ${jobColumns}`,
    [jobId, priority],
  )
  return row === undefined ? null : jobOf(row)
}

export async function deleteJobs(db: Queryable, jobIds: readonly string[]): Promise<void> {
  await db.query('delete from jobs where id = any($1::uuid[])', [jobIds])
}

/** Every job of an account; gives the ids of those that were running. */
export async function deleteJobsOf(db: Queryable, ownerId: string): Promise<string[]> {
  const rows = await db.query<{ id: string; status: JobStatus }>(
    'delete from jobs where owner_id = $1 returning id, status',
    [ownerId],
  )
  return rows.filter(({ status }) => status === 'processing').map(({ id }) => id)
}

/** Those of the jobs that have ended or are gone. */
export async function endedAmong(db: Queryable, jobIds: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select w.id::text from unnest($1::uuid[]) as w(id) left join jobs j on j.id = w.id
     where j.id is null or j.status not in ('pending', 'processing')`,
    [jobIds],
  )
  return rows.map(({ id }) => id)
}

/** Those of the images that a job waits for or works on. */
export async function imagesWithUnfinished(
  db: Queryable,
  imageIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (imageIds.length === 0) return new Set()
  const rows = await db.query<{ image_id: string }>(
    `select distinct image_id from jobs where image_id = any($1::uuid[]) and status in ('pending', 'processing')`,
    [imageIds],
  )
  return new Set(rows.map(({ image_id }) => image_id))
}

/** Jobs that wait or run, whatever the broker holds of them. Reads two partial indexes and no row. */
export async function countUnfinished(db: Queryable): Promise<number> {
  const [row] = await db.query<{ jobs: number }>(
    `select
       (select count(*) from jobs where status = 'pending' and dispatched_at is null) +
       (select count(*) from jobs where status in ('pending', 'processing') and dispatched_at is not null) as jobs`,
  )
  return row?.jobs ?? 0
}

/** Removes some of those that ended so long ago. */
export async function pruneJobs(db: Queryable, olderThanDays: number): Promise<void> {
  await db.query(
    `delete from jobs where id in (
       select id from jobs where finished_at < now() - $1 * interval '1 day' limit 1000)`,
    [olderThanDays],
  )
}

/** Owners of jobs and events, in the order of their ids, after one of them. */
export async function listJobOwners(db: Queryable, after: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select distinct owner_id as id from (
       (select distinct owner_id from jobs where owner_id > $1 order by owner_id limit $2)
       union all (select distinct owner_id from events where owner_id > $1 order by owner_id limit $2)
       union all (select distinct owner_id from outbox where owner_id > $1 order by owner_id limit $2)
     ) as owners order by id limit $2`,
    [after, limit],
  )
  return rows.map(({ id }) => id)
}
