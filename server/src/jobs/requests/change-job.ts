import { Failure, type JobChange, type Priority } from '@rendition/contract'
import { changesOf } from '../../platform/audit.ts'
import type { Database, Deeds, Transaction } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { beginAnew, cancelUnfinished, deleteJobs, putInLane } from '../store/jobs.ts'
import { emit, wakeRelay } from '../store/outbox.ts'
import { isUnfinished, type JobOwner, type JobRecord, jobCancelledTopic } from '../types.ts'
import { jobEvent, type ResultSigner } from '../view.ts'
import { ownJob } from './own-job.ts'

export interface ChangeDeps {
  db: Database
  bus: Bus
  owner: JobOwner
  signer: ResultSigner
  deeds: Deeds
}

type EndDeps = Pick<ChangeDeps, 'owner' | 'signer'>

/** Cancels, retries or re-lanes a job. What its state does not allow is a `conflict`. */
export async function changeJob(
  deps: ChangeDeps,
  principal: Principal,
  jobId: string,
  change: JobChange,
): Promise<JobRecord> {
  const job = await deps.db.transaction(async (tx) => {
    const held = await holdJob(deps, tx, principal, jobId)
    const after = await changeHeld(deps, tx, held, change)
    const details = changesOf(held.job, after, ['status', 'priority'])
    if (Object.keys(details).length > 0) {
      const { ownerId } = after
      await deps.deeds.record(tx, principal, { action: 'job.change', targetId: jobId, ownerId, details })
    }
    return after
  })
  if (change.status === 'cancelled') await tellCancelled(deps, [job])
  return job
}

/** Removes a job from the list; a running one is cancelled first. What it made stays with the image. */
export async function deleteJob(deps: ChangeDeps, principal: Principal, jobId: string): Promise<void> {
  const before = await deps.db.transaction(async (tx) => {
    const { job } = await holdJob(deps, tx, principal, jobId)
    if (isUnfinished(job)) await cancelHeld(deps, tx, job)
    await deleteJobs(tx, [jobId])
    const { ownerId, type, status, imageId } = job
    const details = { type, status, imageId }
    await deps.deeds.record(tx, principal, { action: 'job.delete', targetId: jobId, ownerId, details })
    return job
  })
  if (isUnfinished(before)) await tellCancelled(deps, [before])
}

/** Workers that run them stop; after the commit. */
export async function tellCancelled(
  { bus }: Pick<ChangeDeps, 'bus'>,
  jobs: readonly Pick<JobRecord, 'id'>[],
): Promise<void> {
  await Promise.all(jobs.map(({ id: jobId }) => bus.publish(jobCancelledTopic, { jobId })))
}

/** A job under its lock; an orphan is one whose image is gone. */
export interface HeldJob {
  job: JobRecord
  orphan: boolean
}

/** Changes a job that is held. Throws `conflict` where its state does not allow it. */
export async function changeHeld(
  deps: EndDeps,
  tx: Transaction,
  { job, orphan }: HeldJob,
  change: JobChange,
): Promise<JobRecord> {
  if (change.status === 'cancelled') return cancelHeld(deps, tx, job)
  if (change.status === 'pending') {
    if (orphan) throw new Failure('conflict', 'The image of this job was deleted.')
    return retry(deps, tx, job)
  }
  return changeLane(tx, job, change.priority ?? job.priority)
}

/** Locks image, then job. */
async function holdJob(
  { owner }: ChangeDeps,
  tx: Transaction,
  principal: Principal,
  jobId: string,
): Promise<HeldJob> {
  const { imageId } = await ownJob(tx, principal, jobId)
  const orphan = imageId !== null && !(await owner.hold(tx, imageId))
  return { job: await ownJob(tx, principal, jobId, true), orphan }
}

/** Cancels a job that is held. Throws `conflict` for one that has ended. */
export async function cancelHeld(deps: EndDeps, tx: Transaction, before: JobRecord): Promise<JobRecord> {
  if (!isUnfinished(before)) {
    throw new Failure('conflict', `A job that is ${before.status} cannot be cancelled.`)
  }
  const [job = before] = await cancelUnfinished(tx, { jobId: before.id })
  await deps.owner.ended(tx, job)
  await emit(tx, [jobEvent('job.cancelled', job, deps.signer)])
  return job
}

async function retry(deps: EndDeps, tx: Transaction, before: JobRecord): Promise<JobRecord> {
  if (before.status !== 'failed') {
    throw new Failure('conflict', `Only a failed job can be retried; this one is ${before.status}.`)
  }
  const job = await beginAnew(tx, before.id)
  if (job === null) throw new Failure('conflict', 'The same work is already being done by another job.')
  await deps.owner.revived(tx, job)
  await emit(tx, [jobEvent('job.pending', job, deps.signer)])
  return job
}

/** Only a waiting job has a lane to change; a dispatched one is dispatched again, and the old message finds nothing. */
async function changeLane(tx: Transaction, before: JobRecord, priority: Priority): Promise<JobRecord> {
  if (before.status !== 'pending') {
    throw new Failure('conflict', `The priority of a job that is ${before.status} cannot be changed.`)
  }
  if (before.priority === priority) return before
  const job = await putInLane(tx, before.id, priority)
  await wakeRelay(tx)
  return job ?? before
}
