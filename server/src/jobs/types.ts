import type { EventType, JobResult, JobStatus, JobType, Priority } from '@rendition/contract'
import type { Transaction } from '../platform/database/port.ts'

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
}

/** The result as stored: what the API shows, and where the bytes lie. */
export interface StoredResult extends JobResult {
  /** Storage key of the picture `/result` answers; null when the job made no single picture. */
  storageKey: string | null
  contentType: string | null
  etag: string | null
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
  /** Equal work in flight is joined: at most one unfinished job per owner and key. */
  workKey?: string | null
  /** Finished before it began: the result was already there. */
  result?: StoredResult
}

/** One thing that happened, written in the transaction that made it so. */
export interface NewEvent {
  type: EventType
  ownerId: string
  imageId: string | null
  data: Record<string, unknown>
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

/** What happens to a job outside a worker's own transaction; the room that owns the image joins in it. */
export interface JobListener {
  /** Failed or cancelled by somebody other than the worker running it. */
  ended(tx: Transaction, job: JobRecord): Promise<void>
  /** A failed one was put back to pending. */
  revived(tx: Transaction, job: JobRecord): Promise<void>
}
