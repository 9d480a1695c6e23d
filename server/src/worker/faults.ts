import { type ErrorCode, Failure } from '@rendition/contract'
import type { JobRecord } from '../jobs/index.ts'

/** Faults that may be gone at the next attempt. Every other code of ours is final: the same input fails again. */
const transient: ReadonlySet<ErrorCode> = new Set([
  'unavailable',
  'overloaded',
  'storage_full',
  // The crash may have been a neighbour's memory; attempts are counted.
  'render_crashed',
  'render_timeout',
  'render_too_large',
  // The history moved while a version was rendered: the next attempt starts from the new one.
  'conflict',
  'fetch_failed',
  'request_timeout',
])

/** A part of ours is away: the job waits for it and loses no attempt. */
const outages: ReadonlySet<ErrorCode> = new Set(['unavailable', 'overloaded', 'storage_full'])

/** A decoder that crashes or hangs does so again: fewer attempts than for a part that is away. */
const fewAttempts: Partial<Record<ErrorCode, number>> = {
  render_crashed: 3,
  render_timeout: 2,
  render_too_large: 2,
  fetch_failed: 3,
  request_timeout: 3,
}

export interface JobFault {
  code: string
  message: string
  retry: boolean
  outage: boolean
}

/** Whether the job gets another attempt for this failure. */
export function isTriedAgain(failure: Failure, job: Pick<JobRecord, 'attempts' | 'maxAttempts'>): boolean {
  return job.attempts < job.maxAttempts && faultOf(failure, job.attempts).retry
}

/** What a failed attempt tells the owner, and whether another one makes sense. */
export function faultOf(error: unknown, attempts: number): JobFault {
  // What nobody foresaw may be a part's hiccup; an `internal` that imaging gave is the picture's, and comes again.
  const foreseen = error instanceof Failure
  const failure = foreseen ? error : new Failure('internal', undefined, { cause: error })
  const most = fewAttempts[failure.code] ?? Number.POSITIVE_INFINITY
  return {
    code: failure.code,
    message: failure.detail,
    retry: (!foreseen || transient.has(failure.code)) && attempts < most,
    outage: outages.has(failure.code),
  }
}
