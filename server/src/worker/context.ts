import { Failure } from '@rendition/contract'
import type { Images } from '../images/index.ts'
import type { JobBook, JobRecord } from '../jobs/index.ts'
import type { Database } from '../platform/database/port.ts'
import type { Outbound } from '../platform/http/outbound.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Rendering } from '../rendering/port.ts'
import type { WorkerConfig } from './config.ts'

/** What doing a job needs. */
export interface WorkContext {
  db: Database
  storage: Storage
  rendering: Rendering
  book: JobBook
  images: Pick<Images, 'work' | 'intake'>
  outbound: Outbound
  config: WorkerConfig
  resultTtlMs: number
  /** Told at each step on the way of a job; a test kills the process there. */
  onStep?: ((step: string) => void) | undefined
}

/** One attempt at a job. */
export interface Attempt {
  job: JobRecord
  /** Aborts when the job is cancelled, its lease is lost, or the worker stops. */
  signal: AbortSignal
  /** 0 to 1; told to watchers now and then. */
  progress(value: number): void
}

/**
 * What a job is about was deleted. Its jobs are cancelled in the same transaction, so this one is ours no longer, or
 * it was written at the very moment of the deletion and must not wait for anything.
 */
export const goneFailure = (): Failure => new Failure('not_found', 'The image of this job is gone.')

/** The job is no longer this worker's: what it made counts for nothing. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}
