import { Failure } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { storageKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { findJob } from '../store/jobs.ts'
import { isUnfinished, type JobRecord, type PassingResults, type StoredResult } from '../types.ts'
import type { JobWatch } from './job-watch.ts'
import { noSuchJob, ownJob } from './own-job.ts'

export type ResultAnswer =
  | { is: 'picture'; job: JobRecord; result: StoredResult; bytes: NodeJS.ReadableStream | Buffer }
  /** The result is told by the job itself. */
  | { is: 'told'; job: JobRecord }
  | { is: 'waiting'; job: JobRecord }

export interface ResultDeps {
  db: Database
  bus: Bus
  storage: Storage
  results: PassingResults
  watch: JobWatch
}

/**
 * The result of a job, waiting up to `waitMs` for it. Throws `job_not_ready` for a failed or cancelled one and
 * `result_expired` for one that was kept for its time only.
 */
export async function jobResult(
  deps: ResultDeps,
  principal: Principal,
  jobId: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<ResultAnswer> {
  let job = await ownJob(deps.db, principal, jobId)
  if (waitMs > 0 && isUnfinished(job)) {
    await deps.watch.finished(jobId, waitMs, signal)
    job = await ownJob(deps.db, principal, jobId)
  }
  return answerOf(deps, job, signal)
}

/** The same, for whoever has its signed URL. */
export async function signedResult(
  deps: ResultDeps,
  jobId: string,
  signal: AbortSignal,
): Promise<ResultAnswer> {
  const job = await findJob(deps.db, jobId)
  if (job === null) throw noSuchJob()
  return answerOf(deps, job, signal)
}

async function answerOf(deps: ResultDeps, job: JobRecord, signal: AbortSignal): Promise<ResultAnswer> {
  if (isUnfinished(job)) return { is: 'waiting', job }
  if (job.status !== 'complete') {
    throw new Failure(
      'job_not_ready',
      `The job is ${job.status}${job.errorMessage ? `: ${job.errorMessage}` : '.'}`,
    )
  }
  const { result } = job
  if (result === null) return { is: 'told', job }
  if (job.imageId !== null && !(await deps.results.mayShow(job.imageId))) {
    throw new Failure('result_expired', 'The image is in the trash.')
  }
  if (result.expiresAt !== null && Date.parse(result.expiresAt) <= Date.now())
    throw new Failure('result_expired')
  if (result.renditionKey !== undefined) {
    const bytes = job.imageId === null ? null : await deps.results.read(job.imageId, result.renditionKey)
    if (bytes !== null) return { is: 'picture', job, result, bytes }
    throw new Failure('result_expired', 'The result left the cache before its time, or was removed.')
  }
  if (result.storageKey === null) return { is: 'told', job }
  try {
    const bytes = await deps.storage.get(storageKey(result.storageKey), { signal })
    return { is: 'picture', job, result, bytes }
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_found') {
      // What a version looks like is made anew where it is gone: by its URL
      if (result.version !== null) return { is: 'told', job }
      throw new Failure('result_expired', 'The result was removed with its image or by a purge.', {
        cause: error,
      })
    }
    throw error
  }
}
