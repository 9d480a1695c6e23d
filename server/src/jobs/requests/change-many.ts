import { isFailure, type JobsChange } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import { readJobs } from '../store/oversight.ts'
import type { JobRecord } from '../types.ts'
import { type ChangeDeps, changeHeld, type HeldJob } from './change-job.ts'

/** Changes those of these jobs whose state allows it, and gives them as they were; the others are passed over. */
export async function changeJobs(
  deps: ChangeDeps,
  tx: Transaction,
  ids: readonly string[],
  change: JobsChange,
): Promise<JobRecord[]> {
  const changed: JobRecord[] = []
  for (const held of await holdMany(deps, tx, ids)) {
    // Another call moved it between the look and the lock.
    if ('priority' in change && held.job.priority === change.priority) continue
    try {
      await changeHeld(deps, tx, held, change)
      changed.push(held.job)
    } catch (error) {
      // Said before anything of this job was written: the others go on.
      if (!isFailure(error, 'conflict')) throw error
    }
  }
  return changed
}

/** Images first, in the order of their ids, then jobs in theirs: two such calls never wait for each other in a circle. */
export async function holdMany(
  { owner }: Pick<ChangeDeps, 'owner'>,
  tx: Transaction,
  ids: readonly string[],
): Promise<HeldJob[]> {
  const there = await readJobs(tx, ids)
  const imageIds = [...new Set(there.flatMap(({ imageId }) => (imageId === null ? [] : [imageId])))].sort()
  const gone = new Set<string>()
  for (const imageId of imageIds) if (!(await owner.hold(tx, imageId))) gone.add(imageId)
  const jobs = await readJobs(tx, ids, true)
  return jobs.map((job) => ({ job, orphan: job.imageId !== null && gone.has(job.imageId) }))
}

export const idsOf = (jobs: readonly { id: string }[]): string[] => jobs.map(({ id }) => id)

/** How many of them were in each state. */
export function countOf(jobs: readonly { status: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of jobs) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
