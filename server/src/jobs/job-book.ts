import type { Job, JobType } from '@rendition/contract'
import type { HoldOwner, Queryable, Transaction } from '../platform/database/port.ts'
import type { JobsConfig } from './config.ts'
import { backoffMs, outageMs } from './running/backoff.ts'
import { type Enqueued, enqueue } from './store/enqueue.ts'
import { cancelUnfinished, findJob, imagesWithUnfinished } from './store/jobs.ts'
import * as leases from './store/leases.ts'
import { emit as writeEvents } from './store/outbox.ts'
import { type Pace, readPace } from './store/pace.ts'
import { announceWorker, forgetWorker } from './store/workers.ts'
import type { JobRecord, NewEvent, NewJob, StoredResult } from './types.ts'
import { jobEvent, type ResultSigner, viewOf } from './view.ts'

/** Job rows and events, written in the caller's transaction: what other rooms need to ask for work and to do it. */
export interface JobBook {
  /**
   * Writes jobs and tells of them. Equal work in flight and known idempotency keys give the job that is there;
   * a different request under a known key is a `conflict`.
   */
  enqueue(tx: Transaction, jobs: readonly NewJob[]): Promise<Enqueued[]>
  /** Cancels what is unfinished of an image; gives the ids, to be announced after the commit. */
  cancelImage(tx: Transaction, imageId: string): Promise<string[]>
  /** Cancels a job that is unfinished; whether it was. To be announced after the commit. */
  cancel(tx: Transaction, jobId: string): Promise<boolean>
  emit(tx: Transaction, events: readonly NewEvent[]): Promise<void>
  get(db: Queryable, jobId: string): Promise<JobRecord | null>
  /** As clients see it. */
  view(job: JobRecord): Job

  /** Takes those of these jobs that are pending and may start, for `holder`. */
  claim(tx: Transaction, jobIds: readonly string[], holder: string): Promise<JobRecord[]>
  /** Renews the lease and reports progress; false when the job is no longer this worker's. */
  extend(db: Queryable, job: JobRecord, progress: number): Promise<boolean>
  /** Tells watchers how far it is. Throttle this. */
  report(tx: Transaction, job: JobRecord, progress: number): Promise<boolean>
  /** Adds to its input how far it came, for a further attempt; false when the job is no longer this worker's: roll back. */
  remember(tx: Transaction, job: JobRecord, input: Readonly<Record<string, unknown>>): Promise<boolean>
  /** null when the job is no longer this worker's: roll back. */
  complete(
    tx: Transaction,
    job: JobRecord,
    result: StoredResult | null,
    imageId?: string,
  ): Promise<JobRecord | null>
  /** The same for several: gives those that are still this worker's. */
  completeAll(tx: Transaction, done: readonly leases.Done[]): Promise<JobRecord[]>
  /** Ends an attempt; `retry` puts it back with a pause while attempts are left. null as for `complete`. */
  fail(tx: Transaction, job: JobRecord, fault: leases.Fault, retry: boolean): Promise<JobRecord | null>
  release(tx: Transaction, job: JobRecord): Promise<void>
  /** Says that a worker is alive and how many jobs it takes at once. */
  announceWorker(db: Queryable, holder: string, slots: number): Promise<void>
  forgetWorker(db: Queryable, holder: string): Promise<void>
  /** Those of the images that a job waits for or works on. */
  unfinishedOf(db: Queryable, imageIds: readonly string[]): Promise<ReadonlySet<string>>
  /** How long finished jobs of a type took lately, and how many the workers of now do at once. */
  paceOf(db: Queryable, type: JobType): Promise<Pace>
  readonly leaseMs: number
}

export interface JobBookOptions {
  config: JobsConfig
  signer: ResultSigner
  /** Work is written for living accounts only; everything new of an image comes with a job, so it holds for that too. */
  holdOwner: HoldOwner
  /** Told of every event, in the transaction that writes it. */
  tell?: ((tx: Transaction, events: readonly NewEvent[]) => Promise<void>) | undefined
}

export function createJobBook({ config, signer, holdOwner, tell }: JobBookOptions): JobBook {
  const { leaseMs, maxAttempts, maxLosses } = config
  const emit: JobBook['emit'] = async (tx, events) => {
    await writeEvents(tx, events)
    await tell?.(tx, events)
  }
  const cancelled = async (tx: Transaction, which: Parameters<typeof cancelUnfinished>[1]) => {
    const jobs = await cancelUnfinished(tx, which)
    await emit(
      tx,
      jobs.map((job) => jobEvent('job.cancelled', job, signer)),
    )
    return jobs
  }
  const completeAll: JobBook['completeAll'] = async (tx, done) => {
    const jobs = await leases.complete(tx, done)
    await emit(
      tx,
      jobs.map((job) => jobEvent('job.complete', job, signer)),
    )
    return jobs
  }
  return {
    leaseMs,
    emit,
    view: (job) => viewOf(job, signer),
    async enqueue(tx, jobs) {
      for (const ownerId of new Set(jobs.map((job) => job.ownerId))) await holdOwner(tx, ownerId)
      const enqueued = await enqueue(tx, jobs, maxAttempts)
      const fresh = enqueued.filter(({ created }) => created).map(({ job }) => job)
      await emit(
        tx,
        fresh.map((job) => jobEvent(job.status === 'complete' ? 'job.complete' : 'job.pending', job, signer)),
      )
      return enqueued
    },
    async cancelImage(tx, imageId) {
      const jobs = await cancelled(tx, { imageId })
      return jobs.map(({ id }) => id)
    },
    cancel: async (tx, jobId) => (await cancelled(tx, { jobId })).length > 0,
    unfinishedOf: imagesWithUnfinished,
    paceOf: readPace,
    get: (db, jobId) => findJob(db, jobId),

    async claim(tx, jobIds, holder) {
      const jobs = await leases.claim(tx, jobIds, holder, { leaseMs, maxLosses })
      await emit(
        tx,
        jobs.map((job) => jobEvent('job.processing', job, signer)),
      )
      return jobs
    },
    extend: async (db, job, progress) => (await leases.extend(db, job, progress, leaseMs)) !== null,
    async report(tx, job, progress) {
      const now = await leases.extend(tx, job, progress, leaseMs)
      if (now !== null) await emit(tx, [jobEvent('job.progress', now, signer)])
      return now !== null
    },
    remember: leases.remember,
    complete: async (tx, job, result, imageId) => {
      const [done = null] = await completeAll(tx, [{ job, result, imageId }])
      return done
    },
    completeAll,
    async fail(tx, job, fault, retry) {
      const pause = fault.outage
        ? outageMs(Date.now() - job.createdAt.getTime(), config)
        : backoffMs(job.attempts, config)
      const ended = await leases.fail(tx, job, fault, retry ? pause : null)
      if (ended !== null) {
        await emit(tx, [jobEvent(ended.status === 'failed' ? 'job.failed' : 'job.pending', ended, signer)])
      }
      return ended
    },
    release: leases.release,
    announceWorker,
    forgetWorker,
  }
}
