import { Failure } from '@rendition/contract'
import type { Database } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { storageKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import { ownJob } from './access.ts'
import type { JobWatch } from './job-watch.ts'
import type { JobRecord, StoredResult } from './types.ts'

export type ResultAnswer =
  /** The picture lies in storage. */
  | {
      is: 'picture'
      job: JobRecord
      result: StoredResult & { storageKey: string }
      bytes: NodeJS.ReadableStream
    }
  /** The result is told by the job itself. */
  | { is: 'told'; job: JobRecord }
  | { is: 'waiting'; job: JobRecord }

export interface ResultDeps {
  db: Database
  bus: Bus
  storage: Storage
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
  if (waitMs > 0 && unfinished(job)) {
    await deps.watch.finished(jobId, waitMs, signal)
    job = await ownJob(deps.db, principal, jobId)
  }
  if (unfinished(job)) return { is: 'waiting', job }
  if (job.status !== 'complete') {
    throw new Failure(
      'job_not_ready',
      `The job is ${job.status}${job.errorMessage ? `: ${job.errorMessage}` : '.'}`,
    )
  }
  const { result } = job
  if (result === null || result.storageKey === null) return { is: 'told', job }
  if (result.expiresAt !== null && Date.parse(result.expiresAt) <= Date.now())
    throw new Failure('result_expired')
  try {
    const bytes = await deps.storage.get(storageKey(result.storageKey), { signal })
    return { is: 'picture', job, result: { ...result, storageKey: result.storageKey }, bytes }
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_found') {
      throw new Failure('result_expired', 'The result was removed with its image or by a purge.', {
        cause: error,
      })
    }
    throw error
  }
}

export const unfinished = (job: JobRecord): boolean => job.status === 'pending' || job.status === 'processing'
