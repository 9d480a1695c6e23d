import type { Database } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import { jobCancelledTopic } from './types.ts'

/** Removes every job of an account that is erased; those that run are stopped, and write nothing any more. */
export async function deleteJobsOf({ db, bus }: { db: Database; bus: Bus }, ownerId: string): Promise<void> {
  const rows = await db.query<{ id: string; status: string }>(
    'delete from jobs where owner_id = $1 returning id, status',
    [ownerId],
  )
  const running = rows.filter(({ status }) => status === 'processing')
  await Promise.all(running.map(({ id }) => bus.publish(jobCancelledTopic, { jobId: id })))
}
