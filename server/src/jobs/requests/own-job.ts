import { Failure } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { findJob } from '../store/jobs.ts'
import type { JobRecord } from '../types.ts'

export const noSuchJob = (): Failure => new Failure('not_found', 'There is no such job.')

/** The job when it is the caller's, or the caller is an admin; else `not_found`, as for a missing one. */
export async function ownJob(
  db: Queryable,
  principal: Principal,
  jobId: string,
  lock = false,
): Promise<JobRecord> {
  const job = await findJob(db, jobId, lock)
  if (job === null || (job.ownerId !== principal.userId && principal.role !== 'admin')) {
    throw noSuchJob()
  }
  return job
}
