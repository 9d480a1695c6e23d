import {
  isFailure,
  type JobsChange,
  jobsChangedAtOnce,
  type ManyJobsChanged,
  type Priority,
} from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { readJobs } from '../store/oversight.ts'
import type { JobRecord } from '../types.ts'
import { type ChangeDeps, changeHeld, type HeldJob, tellCancelled } from './change-job.ts'
import { ofEachOwner } from './of-each-owner.ts'

interface ManyToChange {
  change: JobsChange
  /** Which they are, for the audit. */
  which: Record<string, unknown>
  /** Their ids, newest first, so many at most. */
  list(tx: Transaction, limit: number): Promise<string[]>
}

/** Changes the next of the jobs that are meant, as many as one call does. */
export async function changeNext(
  deps: ChangeDeps,
  principal: Principal,
  { change, which, list }: ManyToChange,
): Promise<ManyJobsChanged> {
  const { done, refused, nextCursor } = await deps.db.transaction(async (tx) => {
    const ids = await list(tx, jobsChangedAtOnce + 1)
    const some = ids.slice(0, jobsChangedAtOnce)
    const jobs = await changeJobs(deps, tx, some, change)
    await noteMany(deps, tx, principal, { action: 'job.change', jobs, details: { ...change, ...which } })
    return {
      done: jobs,
      refused: some.length - jobs.length,
      nextCursor: ids.length > some.length ? (some.at(-1) ?? null) : null,
    }
  })
  if ('status' in change && change.status === 'cancelled') await tellCancelled(deps, done)
  return { changed: done.length, refused, nextCursor }
}

/** One line in the audit for each owner of some of the jobs, which are as they were before. */
export async function noteMany(
  { deeds }: Pick<ChangeDeps, 'deeds'>,
  tx: Transaction,
  principal: Principal,
  {
    action,
    jobs,
    details,
  }: {
    action: 'job.change' | 'job.delete'
    jobs: readonly JobRecord[]
    details: Record<string, unknown>
  },
): Promise<void> {
  for (const those of ofEachOwner(jobs)) {
    const [{ ownerId }] = those
    const of = { ...details, jobs: those.length, before: countOf(those), ids: idsOf(those) }
    await deeds.record(tx, principal, { action, targetId: null, ownerId, details: of })
  }
}

/** Into a lane come jobs of the other one: what is there already would be passed over a hundred at a time. */
export function laneBefore(change: JobsChange): Priority | null {
  if (!('priority' in change)) return null
  return change.priority === 'bulk' ? 'interactive' : 'bulk'
}

/** Changes those of these jobs whose state allows it, and gives them as they were; the others are passed over. */
async function changeJobs(
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
function countOf(jobs: readonly { status: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of jobs) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
