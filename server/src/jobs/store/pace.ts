import type { JobType } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

/** What is recorded of the time that jobs take. */
export interface Pace {
  /** The mean of a job; null where none is recorded. */
  seconds: number | null
  /** Jobs that it was taken from. */
  jobs: number
  /** Jobs that the workers of now do at once. */
  slots: number
}

/** Of the jobs that ended last. */
const looked = 2_000

export async function readPace(db: Queryable, type: JobType): Promise<Pace> {
  const [row] = await db.query<Pace & Record<string, unknown>>(
    `select avg(extract(epoch from finished_at - started_at))::float8 as seconds, count(*)::int as jobs,
       (select coalesce(sum(slots), 0)::int from job_workers where seen_at > now() - interval '1 minute') as slots
     from (select type, status, started_at, finished_at from jobs where finished_at is not null
       order by finished_at desc limit $2) ended
     where type = $1 and status = 'complete' and started_at is not null`,
    [type, looked],
  )
  return row ?? { seconds: null, jobs: 0, slots: 0 }
}
