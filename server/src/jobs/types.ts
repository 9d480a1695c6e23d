import type { EventType, JobStatus, JobType, Priority } from '@rendition/contract'
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
  /** ISO 8601; null when the result stays. */
  expiresAt: string | null
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
  priority: Priority
  webhookUrl?: string | null | undefined
}

/** What happens to a job outside a worker's own transaction; the room that owns the image joins in it. */
export interface JobOwner {
  /** Locks the image's row; false when it is gone. Always before the job's row: two orders would be a deadlock. */
  hold(tx: Transaction, imageId: string): Promise<boolean>
  /** Failed or cancelled by somebody other than the worker running it. */
  ended(tx: Transaction, job: JobRecord): Promise<void>
  /** A failed one was put back to pending. */
  revived(tx: Transaction, job: JobRecord): Promise<void>
  /**
   * Judges a request and gives one job for each image. Throws `not_found` for an image that is not the caller's,
   * `invalid_recipe`, `invalid_request`.
   */
  plan(tx: Transaction, principal: Principal, request: JobRequest): Promise<NewJob[]>
}
