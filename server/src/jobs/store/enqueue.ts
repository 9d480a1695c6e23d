import { Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Transaction } from '../../platform/database/port.ts'
import type { JobRecord, NewJob } from '../types.ts'
import { joinExisting, joinedBefore, type Pending } from './joins.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'
import { lastTurn } from './turns.ts'

/** A job that was asked for: new, or the one that already does (or did) the same. */
export interface Enqueued {
  job: JobRecord
  created: boolean
}

/**
 * Writes job rows in the caller's transaction, in the given order. Equal work in flight and known idempotency keys
 * give the job that is there. Fair between owners by start-time fair queueing (Goyal, Vin, Cheng 1996): a job's turn
 * is one after its owner's last waiting one, never before the lane's virtual time, so whoever queues 10,000 jobs
 * stands behind himself and not in front of the others.
 */
export async function enqueue(
  tx: Transaction,
  jobs: readonly NewJob[],
  maxAttempts: number,
): Promise<Enqueued[]> {
  const found = new Map<number, Enqueued>()
  let missing: Pending[] = jobs.map((job, index) => ({ id: uuidv7(), index, job }))
  const note = (joined: Map<number, JobRecord>): void => {
    for (const [index, job] of joined) found.set(index, { job, created: false })
    missing = missing.filter(({ index }) => !found.has(index))
  }
  note(await joinedBefore(tx, missing))
  // An equal job may end between the refused insert and the look at it; the second round then inserts.
  for (let round = 0; round < 3 && missing.length > 0; round += 1) {
    const inserted = await insert(tx, missing, maxAttempts)
    for (const { id, index } of missing) {
      const job = inserted.get(id)
      if (job !== undefined) found.set(index, { job, created: true })
    }
    missing = missing.filter(({ index }) => !found.has(index))
    note(await joinExisting(tx, missing))
    // Its equal ended, or tells another address: then it is a job of its own.
    missing = missing.map((one) => ({ ...one, job: { ...one.job, workKey: null } }))
  }
  if (missing.length > 0)
    throw new Failure('conflict', 'The same work was begun and ended meanwhile; try again.')
  return jobs.map((_, index) => found.get(index) as Enqueued)
}

async function insert(
  tx: Transaction,
  pending: readonly Pending[],
  maxAttempts: number,
): Promise<Map<string, JobRecord>> {
  const rows = pending.map(({ id, job }, n) => ({
    n,
    id,
    owner_id: job.ownerId,
    type: job.type,
    image_id: job.imageId,
    batch_id: job.batchId ?? null,
    priority: job.priority,
    input: job.input,
    webhook_url: job.webhookUrl ?? null,
    idempotency_key: job.idempotencyKey ?? null,
    request_digest: job.requestDigest ?? null,
    work_key: job.workKey ?? null,
    ordered: job.ordered ?? false,
    result: job.result ?? null,
    housekeeping: job.housekeeping ?? false,
  }))
  const written = await tx.query<JobRow>(
    `with wanted as (
       select w.*, row_number() over (partition by owner_id, priority order by n) as place
       from jsonb_to_recordset($1::jsonb) as w(
         n int, id uuid, owner_id uuid, type text, image_id uuid, batch_id uuid, priority text, input jsonb,
         webhook_url text, idempotency_key text, request_digest text, work_key text, ordered boolean, result jsonb,
         housekeeping boolean)
     ), starts as (
       select owner_id, priority, ${lastTurn('w.owner_id', 'w.priority')} as turn
       from (select distinct owner_id, priority from wanted) w
     )
     insert into jobs (id, owner_id, type, image_id, batch_id, priority, input, webhook_url, idempotency_key,
       request_digest, work_key, ordered, result, housekeeping, status, progress, finished_at, max_attempts, turn)
     select w.id, w.owner_id, w.type, w.image_id, w.batch_id, w.priority, w.input, w.webhook_url, w.idempotency_key,
       w.request_digest, w.work_key, w.ordered, nullif(w.result, 'null'::jsonb), w.housekeeping,
       case when nullif(w.result, 'null'::jsonb) is null then 'pending' else 'complete' end,
       case when nullif(w.result, 'null'::jsonb) is null then 0 else 1 end,
       case when nullif(w.result, 'null'::jsonb) is null then null else now() end,
       $2, s.turn + w.place
     from wanted w join starts s using (owner_id, priority)
     order by w.n
     on conflict do nothing
     returning ${jobColumns}`,
    [JSON.stringify(rows), maxAttempts],
    'jobs.enqueue',
  )
  return new Map(written.map((row) => [row.id, jobOf(row)]))
}
