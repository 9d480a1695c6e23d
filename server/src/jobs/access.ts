import { Failure } from '@rendition/contract'
import type { Queryable } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'
import type { JobRecord } from './types.ts'

/** The job when it is the caller's, or the caller is an admin; else `not_found`, as for a missing one. */
export async function ownJob(
  db: Queryable,
  principal: Principal,
  jobId: string,
  lock = false,
): Promise<JobRecord> {
  const [row] = await db.query<JobRow>(
    `select ${jobColumns} from jobs where id = $1${lock ? ' for update' : ''}`,
    [jobId],
  )
  if (row === undefined || (row.owner_id !== principal.userId && principal.role !== 'admin')) {
    throw new Failure('not_found', 'There is no such job.')
  }
  return jobOf(row)
}
