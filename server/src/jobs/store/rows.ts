import type { JobStatus, JobType, Priority } from '@rendition/contract'
import type { JobRecord, LoggedEvent, StoredResult } from '../types.ts'

/** The columns every statement that gives jobs returns. */
export const jobColumns = `id, owner_id, type, image_id, batch_id, status, priority, progress, attempts, max_attempts,
  losses, error_code, error_message, input, result, webhook_url, fence, created_at, started_at, finished_at`

export interface JobRow {
  [column: string]: unknown
  id: string
  owner_id: string
  type: JobType
  image_id: string | null
  batch_id: string | null
  status: JobStatus
  priority: Priority
  progress: number
  attempts: number
  max_attempts: number
  losses: number
  error_code: string | null
  error_message: string | null
  input: Record<string, unknown>
  result: StoredResult | null
  webhook_url: string | null
  fence: number
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
}

export function jobOf(row: JobRow): JobRecord {
  return {
    id: row.id,
    ownerId: row.owner_id,
    type: row.type,
    imageId: row.image_id,
    batchId: row.batch_id,
    status: row.status,
    priority: row.priority,
    progress: row.progress,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    losses: row.losses,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    input: row.input,
    result: row.result,
    webhookUrl: row.webhook_url,
    fence: row.fence,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}

export interface EventRow {
  [column: string]: unknown
  position: number
  id: string
  type: LoggedEvent['type']
  owner_id: string
  image_id: string | null
  data: Record<string, unknown>
  webhook_url: string | null
  created_at: Date
}

export function eventOf(row: EventRow): LoggedEvent {
  return {
    position: row.position,
    id: row.id,
    type: row.type,
    ownerId: row.owner_id,
    imageId: row.image_id,
    data: row.data,
    webhookUrl: row.webhook_url,
    createdAt: row.created_at,
  }
}
