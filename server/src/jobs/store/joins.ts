import { Failure } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { JobRecord, NewJob } from '../types.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'

/** A job that is asked for and not yet written. */
export interface Pending {
  id: string
  index: number
  job: NewJob
}

const columnsOfJob = jobColumns
  .split(',')
  .map((column) => `j.${column.trim()}`)
  .join(', ')

/** What an earlier request with the same idempotency key joined, by index. */
export async function joinedBefore(
  tx: Transaction,
  pending: readonly Pending[],
): Promise<Map<number, JobRecord>> {
  const keyed = pending.filter(({ job }) => job.idempotencyKey != null)
  if (keyed.length === 0) return new Map()
  const rows = await tx.query<JobRow & { index: number; request_digest: string | null }>(
    `select w.index, k.request_digest, ${columnsOfJob}
     from jsonb_to_recordset($1::jsonb) as w(index int, owner_id uuid, idempotency_key text)
     join job_joins k using (owner_id, idempotency_key)
     join jobs j on j.id = k.job_id`,
    [JSON.stringify(keyed.map(wanted))],
  )
  refuseOtherRequest(rows, pending)
  return new Map(rows.map((row) => [row.index, jobOf(row)]))
}

/**
 * The jobs that made an insert impossible, by index: same idempotency key, or equal work in flight. An address to
 * tell goes with the job when it has none yet; with another one there is no joining, each must be told.
 */
export async function joinExisting(
  tx: Transaction,
  pending: readonly Pending[],
): Promise<Map<number, JobRecord>> {
  if (pending.length === 0) return new Map()
  const rows = await tx.query<JobRow & { index: number; same_key: boolean; request_digest: string | null }>(
    `select w.index, j.idempotency_key is not distinct from w.idempotency_key and w.idempotency_key is not null
       as same_key, j.request_digest, ${columnsOfJob}
     from jsonb_to_recordset($1::jsonb) as w(index int, owner_id uuid, idempotency_key text, work_key text)
     join jobs j on j.owner_id = w.owner_id
       and (j.idempotency_key = w.idempotency_key
         or (j.work_key = w.work_key and j.status in ('pending', 'processing')))
     order by same_key desc, j.id`,
    [JSON.stringify(pending.map(wanted))],
  )
  refuseOtherRequest(
    rows.filter((row) => row.same_key),
    pending,
  )
  const asked = new Map(pending.map(({ index, job }) => [index, job]))
  const found = new Map<number, JobRecord>()
  for (const row of rows) {
    const job = asked.get(row.index)
    // The key's own job comes first; what else does equal work is then not touched.
    if (job === undefined || found.has(row.index)) continue
    const joined = row.same_key ? jobOf(row) : await join(tx, job, jobOf(row))
    if (joined !== null) found.set(row.index, joined)
  }
  return found
}

/** Joins equal work that another request brought; null when it ended meanwhile or tells another address. */
async function join(tx: Transaction, job: NewJob, other: JobRecord): Promise<JobRecord | null> {
  let joined = other
  if (job.webhookUrl != null && job.webhookUrl !== other.webhookUrl) {
    const [row] = await tx.query<JobRow>(
      `update jobs set webhook_url = $2
       where id = $1 and webhook_url is null and status in ('pending', 'processing') returning ${jobColumns}`,
      [other.id, job.webhookUrl],
    )
    if (row === undefined) return null
    joined = jobOf(row)
  }
  if (!job.housekeeping) {
    await tx.query('update jobs set housekeeping = false where id = $1 and housekeeping', [other.id])
  }
  if (job.idempotencyKey != null) {
    await tx.query(
      `insert into job_joins (owner_id, idempotency_key, request_digest, job_id) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [job.ownerId, job.idempotencyKey, job.requestDigest ?? null, other.id],
    )
  }
  return joined
}

const wanted = ({ index, job }: Pending) => ({
  index,
  owner_id: job.ownerId,
  idempotency_key: job.idempotencyKey ?? null,
  work_key: job.workKey ?? null,
})

function refuseOtherRequest(
  rows: readonly { index: number; request_digest: string | null }[],
  pending: readonly Pending[],
): void {
  const digests = new Map(pending.map(({ index, job }) => [index, job.requestDigest ?? null]))
  if (rows.some((row) => row.request_digest !== digests.get(row.index))) {
    throw new Failure('conflict', 'This idempotency key was used for another request.')
  }
}
