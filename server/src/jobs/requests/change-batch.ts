import {
  type BatchChange,
  Failure,
  jobsChangedAtOnce,
  type ManyJobsChanged,
  type Priority,
  statesFor,
} from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf } from '../../platform/page.ts'
import { listBatchIds } from '../store/batches.ts'
import { cancelUnfinished, countBatch, deleteJobs } from '../store/jobs.ts'
import { emit } from '../store/outbox.ts'
import { isUnfinished, type JobRecord, jobCancelledTopic } from '../types.ts'
import { jobEvent } from '../view.ts'
import type { ChangeDeps } from './change-job.ts'
import { changeJobs, countOf, holdMany, idsOf } from './change-many.ts'

const noSuchBatch = (): Failure => new Failure('not_found', 'There is no such batch.')

/** Changes the next jobs of the caller's own batch that a change is for, and writes one line into the audit. */
export async function changeBatch(
  deps: ChangeDeps,
  principal: Principal,
  batchId: string,
  { change, cursor }: BatchChange,
): Promise<ManyJobsChanged> {
  const { userId: ownerId } = principal
  if ((await countBatch(deps.db, ownerId, batchId)) === null) throw noSuchBatch()
  // Into a lane come those of the other one: what is there already would be passed over a hundred at a time.
  const into = 'priority' in change ? change.priority : null
  const priority: Priority | null = into === null ? null : into === 'bulk' ? 'interactive' : 'bulk'
  const wanted = { statuses: statesFor(change), priority, before: cursorOf({ cursor }) }
  const { done, some, nextCursor } = await deps.db.transaction(async (tx) => {
    const ids = await listBatchIds(tx, { ownerId, batchId, ...wanted }, jobsChangedAtOnce + 1)
    const some = ids.slice(0, jobsChangedAtOnce)
    const done = await changeJobs(deps, tx, some, change)
    if (done.length > 0) {
      const details = { ...change, batchId, jobs: done.length, before: countOf(done), ids: idsOf(done) }
      await deps.deeds.record(tx, principal, { action: 'job.change', targetId: null, ownerId, details })
    }
    return { done, some, nextCursor: ids.length > some.length ? (some.at(-1) ?? null) : null }
  })
  if ('status' in change && change.status === 'cancelled') await tellCancelled(deps, done)
  return { changed: done.length, refused: some.length - done.length, nextCursor }
}

/** Removes every job of the caller's own batch; those that wait or run are cancelled first. What they made stays. */
export async function deleteBatch(deps: ChangeDeps, principal: Principal, batchId: string): Promise<void> {
  const { userId: ownerId } = principal
  if ((await countBatch(deps.db, ownerId, batchId)) === null) throw noSuchBatch()
  const all = { ownerId, batchId, statuses: null, priority: null, before: null }
  for (let left = true; left; ) {
    const gone = await deps.db.transaction(async (tx): Promise<JobRecord[]> => {
      const held = await holdMany(deps, tx, await listBatchIds(tx, all, jobsChangedAtOnce))
      if (held.length === 0) return []
      for (const { job } of held) {
        if (!isUnfinished(job)) continue
        const [ended = job] = await cancelUnfinished(tx, { jobId: job.id })
        await deps.owner.ended(tx, ended)
        await emit(tx, [jobEvent('job.cancelled', ended, deps.signer)])
      }
      const before = held.map(({ job }) => job)
      await deleteJobs(tx, idsOf(before))
      const details = { batchId, jobs: before.length, before: countOf(before), ids: idsOf(before) }
      await deps.deeds.record(tx, principal, { action: 'job.delete', targetId: null, ownerId, details })
      return before
    })
    left = gone.length > 0
    await tellCancelled(deps, gone.filter(isUnfinished))
  }
}

const tellCancelled = async (
  { bus }: Pick<ChangeDeps, 'bus'>,
  jobs: readonly Pick<JobRecord, 'id'>[],
): Promise<void> => {
  await Promise.all(jobs.map(({ id: jobId }) => bus.publish(jobCancelledTopic, { jobId })))
}
