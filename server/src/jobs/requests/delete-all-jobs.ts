import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import { deleteJobsOf } from '../store/jobs.ts'
import { jobCancelledTopic } from '../types.ts'

/** Removes every job of an account that is erased; those that run are stopped, and write nothing any more. */
export async function deleteAllJobs({ db, bus }: { db: Database; bus: Bus }, ownerId: string): Promise<void> {
  const running = await deleteJobsOf(db, ownerId)
  await Promise.all(running.map((jobId) => bus.publish(jobCancelledTopic, { jobId })))
}
