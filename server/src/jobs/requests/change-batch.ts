import { type BatchChange, jobsChangedAtOnce, type ManyJobsChanged, statesFor } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf } from '../../platform/page.ts'
import { listBatchIds } from '../store/batches.ts'
import { deleteJobs } from '../store/jobs.ts'
import { isUnfinished } from '../types.ts'
import { batchProgress, whoseBatch } from './batch-progress.ts'
import { type ChangeDeps, cancelHeld, tellCancelled } from './change-job.ts'
import { changeNext, holdMany, idsOf, laneBefore, noteMany } from './change-many.ts'

/** Changes the next jobs of a batch of the caller's that a change is for. */
export async function changeBatch(
  deps: ChangeDeps,
  principal: Principal,
  batchId: string,
  { change, cursor }: BatchChange,
): Promise<ManyJobsChanged> {
  await batchProgress(deps.db, principal, batchId)
  const wanted = {
    ownerId: whoseBatch(principal),
    batchId,
    statuses: statesFor(change),
    priority: laneBefore(change),
    before: cursorOf({ cursor }),
  }
  return changeNext(deps, principal, {
    change,
    which: { batchId },
    list: (tx, limit) => listBatchIds(tx, wanted, limit),
  })
}

/** Removes every job of a batch of the caller's; those that wait or run are cancelled first. What they made stays. */
export async function deleteBatch(deps: ChangeDeps, principal: Principal, batchId: string): Promise<void> {
  await batchProgress(deps.db, principal, batchId)
  const all = { ownerId: whoseBatch(principal), batchId, statuses: null, priority: null, before: null }
  const deleteSome = async (): Promise<boolean> => {
    const { found, cancelled } = await deps.db.transaction(async (tx) => {
      const found = await listBatchIds(tx, all, jobsChangedAtOnce)
      const jobs = (await holdMany(deps, tx, found)).map(({ job }) => job)
      const cancelled = jobs.filter(isUnfinished)
      for (const job of cancelled) await cancelHeld(deps, tx, job)
      await deleteJobs(tx, idsOf(jobs))
      await noteMany(deps, tx, principal, { action: 'job.delete', jobs, details: { batchId } })
      return { found, cancelled }
    })
    await tellCancelled(deps, cancelled)
    return found.length > 0
  }
  // Also where another call removed those that were found: whoever is answered may count on it that none is left.
  for (let left = true; left; ) left = await deleteSome()
}
