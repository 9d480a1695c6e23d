import type { JobStatus, Priority } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

interface BatchFilter {
  /** null for every owner of some: an administrator asks for work on images of several accounts at once. */
  ownerId: string | null
  batchId: string
  /** Any of these; of every state where there is none. */
  statuses: readonly JobStatus[] | null
  priority: Priority | null
  /** Only older ones than this. */
  before: string | null
}

/** Ids of jobs of a batch, newest first, so many at most. By the index of batches. */
export async function listBatchIds(
  db: Queryable,
  { ownerId, batchId, statuses, priority, before }: BatchFilter,
  limit: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from jobs where batch_id = $1 and ($2::uuid is null or owner_id = $2) and not housekeeping
       and ($3::text[] is null or status = any($3)) and ($4::text is null or priority = $4)
       and ($5::uuid is null or id < $5)
     order by id desc limit $6`,
    [batchId, ownerId, statuses === null ? null : [...statuses], priority, before, limit],
  )
  return rows.map(({ id }) => id)
}

/** How many jobs of a batch stand where, of one account or of all; null when there are none. */
export async function countBatch(
  db: Queryable,
  ownerId: string | null,
  batchId: string,
): Promise<Partial<Record<JobStatus, number>> | null> {
  const rows = await db.query<{ status: JobStatus; jobs: number }>(
    `select status, count(*)::int as jobs from jobs
     where batch_id = $1 and ($2::uuid is null or owner_id = $2) and not housekeeping group by status`,
    [batchId, ownerId],
  )
  return rows.length === 0 ? null : Object.fromEntries(rows.map(({ status, jobs }) => [status, jobs]))
}
