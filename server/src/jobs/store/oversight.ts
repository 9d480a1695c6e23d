import { type JobStatus, type JobType, jobTypeSchema, type Priority } from '@rendition/contract'
import type { Queryable, Transaction, Value } from '../../platform/database/port.ts'
import type { JobRecord } from '../types.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'

export interface AllJobsFilter {
  /** Any of these; of every state where there is none. */
  statuses: readonly JobStatus[] | null
  type: JobType | null
  priority: Priority | null
  ownerId: string | null
  /** Only older ones than this. */
  before: string | null
}

const allStatuses: readonly JobStatus[] = ['pending', 'processing', 'complete', 'failed', 'cancelled']
const allLanes: readonly Priority[] = ['interactive', 'bulk']
const allTypes: readonly JobType[] = jobTypeSchema.options

/** Ids of jobs of all accounts that the filter lets through, newest first, so many at most. */
export async function listAllIds(db: Queryable, filter: AllJobsFilter, limit: number): Promise<string[]> {
  const { statuses, type, priority, ownerId, before } = filter
  const wanted: Value[] = [statuses ?? allStatuses, priority ?? allLanes, type ?? allTypes].map((value) =>
    [value].flat(),
  )
  const ids = async (text: string, values: readonly Value[]): Promise<string[]> =>
    (await db.query<{ id: string }>(text, values)).map(({ id }) => id)
  if (ownerId !== null) {
    // Not `=`, as for the owner's own list: it keeps the owner's index in use.
    return ids(
      `select id from jobs where owner_id = any($1::uuid[]) and ($2::uuid is null or id < $2)
         and status = any($3) and priority = any($4) and type = any($5)
       order by owner_id desc, id desc limit $6`,
      [[ownerId], before, ...wanted, limit],
    )
  }
  if (statuses === null && type === null && priority === null) {
    return ids('select id from jobs where ($1::uuid is null or id < $1) order by id desc limit $2', [
      before,
      limit,
    ])
  }
  // The newest of each combination by `jobs_states`, and of these the newest.
  return ids(
    `select n.id from unnest($2::text[]) s(status), unnest($3::text[]) p(priority), unnest($4::text[]) t(type)
       cross join lateral (
         select id from jobs j where j.status = s.status and j.priority = p.priority and j.type = t.type
           and j.id < coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
         order by j.status desc, j.priority desc, j.type desc, j.id desc limit $5) n
     order by n.id desc limit $5`,
    [before, ...wanted, limit],
  )
}

/** These jobs, newest first. With `lock` their rows are held, in the order of their ids. */
export async function readJobs(db: Queryable, ids: readonly string[], lock = false): Promise<JobRecord[]> {
  const rows = await db.query<JobRow>(
    `select ${jobColumns} from jobs where id = any($1::uuid[]) order by id${lock ? ' for update' : ''}`,
    [ids],
  )
  return rows.map(jobOf).reverse()
}

/** A job that runs, and the process that holds it. */
export interface HeldBy {
  holder: string
  job: JobRecord
}

/** Jobs that run now, by who holds them; those whose lease ends last first. */
export async function listRunning(db: Queryable, limit: number): Promise<HeldBy[]> {
  const rows = await db.query<JobRow & { holder: string }>(
    `select holder, ${jobColumns} from jobs where status = 'processing' and lease_until is not null
     order by lease_until desc limit $1`,
    [limit],
  )
  return rows.map((row) => ({ holder: row.holder, job: jobOf(row) }))
}

export interface LaneState {
  lane: Priority
  waiting: number
  running: number
  oldestAt: Date | null
  pausedSince: Date | null
}

/** How both lanes are. Counts by one index; what waits longest is the first of each type. */
export async function readLanes(db: Queryable): Promise<LaneState[]> {
  return db.query<LaneState & Record<string, unknown>>(
    `select l.lane,
       (select count(*)::int from jobs where status = 'pending' and priority = l.lane) as waiting,
       (select count(*)::int from jobs where status = 'processing' and priority = l.lane) as running,
       (select min(o.created_at) from unnest($2::text[]) t(type) cross join lateral (
          select created_at from jobs j where j.status = 'pending' and j.priority = l.lane and j.type = t.type
          order by j.id limit 1) o) as "oldestAt",
       (select since from lane_pauses p where p.lane = l.lane) as "pausedSince"
     from unnest($1::text[]) with ordinality l(lane, place) order by l.place`,
    [allLanes, allTypes],
  )
}

/** Jobs that ended in the last so many seconds. */
export async function countEnded(
  db: Queryable,
  seconds: number,
): Promise<{ lane: Priority; status: JobStatus; jobs: number }[]> {
  return db.query(
    `select priority as lane, status, count(*)::int as jobs from jobs
     where finished_at > now() - $1 * interval '1 second' group by priority, status`,
    [seconds],
  )
}

/** Pauses a lane, or lets it go on; since when it was paused before, null where it was not. */
export async function setPause(tx: Transaction, lane: Priority, paused: boolean): Promise<Date | null> {
  const [before] = await tx.query<{ since: Date }>(
    'select since from lane_pauses where lane = $1 for update',
    [lane],
  )
  await tx.query(
    paused
      ? 'insert into lane_pauses (lane) values ($1) on conflict do nothing'
      : 'delete from lane_pauses where lane = $1',
    [lane],
  )
  return before?.since ?? null
}
