import type { Page } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { type JobFilter, readJobsOf } from '../store/jobs.ts'
import type { JobRecord } from '../types.ts'

export interface JobListRequest extends Omit<JobFilter, 'before'> {
  limit: number
  cursor?: string | undefined
}

/** The caller's own jobs, newest first. */
export async function listJobs(
  db: Queryable,
  principal: Principal,
  { limit, cursor, ...filter }: JobListRequest,
): Promise<Page<JobRecord>> {
  const before = cursorOf({ cursor })
  const jobs = await readJobsOf(db, principal.userId, { ...filter, before }, limit + 1)
  return pageOf(jobs, limit, (job) => job)
}
