import type { EventType, Failure, JobStatus, JobType, Priority, RejectedFile } from '@rendition/contract'
import type { Transaction } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'

/** A row of the jobs table, the truth about a piece of work. */
export interface JobRecord {
  id: string
  ownerId: string
  type: JobType
  imageId: string | null
  batchId: string | null
  status: JobStatus
  priority: Priority
  /** 0 to 1. */
  progress: number
  /** How often it was started. */
  attempts: number
  maxAttempts: number
  /** How often its worker vanished while running it. */
  losses: number
  errorCode: string | null
  errorMessage: string | null
  /** What to do, written by the room that asked and read by the worker. */
  input: Record<string, unknown>
  result: StoredResult | null
  webhookUrl: string | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  fence: number
}

export const isUnfinished = ({ status }: Pick<JobRecord, 'status'>): boolean =>
  status === 'pending' || status === 'processing'

/** The result as stored; URLs are made when it is shown, because signatures expire. */
export interface StoredResult {
  /** The version whose picture or preset this is; null for a result kept for its time only. */
  version: number | null
  /** The preset that stands for the result, null for the version's own picture. */
  preset: string | null
  width: number | null
  height: number | null
  size: number | null
  format: string | null
  contentType: string | null
  /** Where the bytes of `/result` lie; null when the job made no picture of its own. */
  storageKey: string | null
  etag: string | null
  /** By which the room that owns the image finds the bytes of one that is kept for its time only; absent otherwise. */
  renditionKey?: string
  /** ISO 8601; null when the result stays. */
  expiresAt: string | null
  /** Images, of a change of many; absent otherwise. */
  counts?: { changed: number; refused: number }
  /** Of an archive, files that were refused; absent otherwise. */
  rejected?: readonly RejectedFile[]
  /** What was left out or could not be made; absent in results of earlier versions. */
  notes?: readonly string[]
}

export interface NewJob {
  ownerId: string
  type: JobType
  imageId: string | null
  batchId?: string | null
  priority: Priority
  input: Record<string, unknown>
  webhookUrl?: string | null
  /** Unique per owner while the job exists: the same key gives the job it gave before. */
  idempotencyKey?: string | null
  /** Digest of the request behind the idempotency key: a different one with the same key is a `conflict`. */
  requestDigest?: string | null
  /** Equal work in flight is joined: at most one unfinished job per owner and key. */
  workKey?: string | null
  /** Runs after every earlier ordered job of the same image has ended. */
  ordered?: boolean
  /** The service asks for it itself: its owner's list leaves it out, until somebody asks for the same work. */
  housekeeping?: boolean
  /** Finished before it began: the result was already there. */
  result?: StoredResult
}

/** One thing that happened, written in the transaction that made it so. */
export interface NewEvent {
  type: EventType
  ownerId: string
  imageId: string | null
  data: Record<string, unknown>
  /** A one-off webhook of the upload or job that caused it. */
  webhookUrl?: string | null
}

/** An event in the log. `id` is stable; `position` rises without gaps in the order readers see. */
export interface LoggedEvent extends NewEvent {
  id: string
  position: number
  createdAt: Date
}

/** Reading the log: what WebSocket, SSE and webhooks are fed from. */
export interface EventLog {
  /** Events after `position`, oldest first; of one owner where given. */
  after(position: number, options: { ownerId?: string; limit: number }): Promise<LoggedEvent[]>
  /** The position of an event id, null when it is unknown or was pruned. */
  positionOf(eventId: string): Promise<number | null>
  /** The newest position, 0 for an empty log. */
  head(): Promise<number>
}

/** Bus topic; the payload is `{ position }`, the newest one. A hint to read the log, nothing more. */
export const eventsAppendedTopic = 'events.appended'
/** Bus topic; the payload is `{ jobId }`. A running worker stops when it hears it. */
export const jobCancelledTopic = 'job.cancelled'

/** What a caller asks for by `POST /api/jobs`, checked by the schema only. */
export interface JobRequest {
  imageIds: readonly string[]
  type: 'renditions' | 'transform'
  presets?: readonly string[] | undefined
  /** `steps` or parameters, beside the output's; empty for renditions. */
  transform: Readonly<Record<string, unknown>>
  saveImage: boolean
  /** What the transformation of one image is put on; the current version unless said. */
  version?: number | undefined
  priority: Priority
  webhookUrl?: string | null | undefined
}

/** One attempt at a job, as a worker hands it to what does the job. */
export interface Attempt {
  job: JobRecord
  /** Aborts when the job is cancelled, its lease is lost, or the worker stops. */
  signal: AbortSignal
  /** 0 to 1; told to watchers now and then. */
  progress(value: number): void
  /** Whether a job that ends with this failure gets another attempt. */
  mayRetry(failure: Failure): boolean
}

/**
 * Does one job. It records its work and completes the job (`JobBook.complete`) in one transaction; what it throws ends
 * the attempt.
 */
export type JobHandler = (attempt: Attempt) => Promise<void>
export type JobHandlers = Readonly<Record<JobType, JobHandler>>

/** Where the bytes of results lie that are kept for their time. */
export interface PassingResults {
  /** null for what is over, was removed, or was lost before its time. Throws `unavailable`. */
  read(imageId: string, renditionKey: string): Promise<Buffer | null>
  /** false for an image in the trash: nobody is given a picture of it. */
  mayShow(imageId: string): Promise<boolean>
}

/** The job is no longer this worker's: what it made counts for nothing. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** What happens to a job outside its own work; the room that owns the image joins in the transaction. */
export interface JobOwner {
  /** A worker took it. */
  begun(tx: Transaction, job: JobRecord): Promise<void>
  /** Locks the image's row; false when it is gone. Always before the job's row: two orders would be a deadlock. */
  hold(tx: Transaction, imageId: string): Promise<boolean>
  /** Failed or cancelled. */
  ended(tx: Transaction, job: JobRecord): Promise<void>
  /** A failed one was put back to pending. */
  revived(tx: Transaction, job: JobRecord): Promise<void>
  /**
   * Judges a request and gives one job for each image. Throws `not_found` for an image that is not the caller's,
   * `invalid_recipe`, `invalid_request`.
   */
  plan(tx: Transaction, principal: Principal, request: JobRequest): Promise<NewJob[]>
}
