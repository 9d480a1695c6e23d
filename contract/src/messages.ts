import { z } from 'zod'
import { idSchema, timeSchema } from './http/fields.ts'

/** What a broker carries: the jobs table is the truth, the message only says where to look. */
export const jobMessageSchema = z.object({ v: z.literal(1), jobId: idSchema })
export type JobMessage = z.infer<typeof jobMessageSchema>

export const eventTypeSchema = z.enum([
  'image.created',
  'image.updated',
  'image.complete',
  'image.failed',
  'image.deleted',
  'image.trashed',
  'image.restored',
  'image.version.created',
  'album.created',
  'album.updated',
  'album.deleted',
  'share.created',
  'share.updated',
  'share.revoked',
  'export.created',
  'export.ready',
  'export.failed',
  'export.deleted',
  'rendition.ready',
  'job.pending',
  'job.processing',
  'job.progress',
  'job.complete',
  'job.failed',
  'job.cancelled',
  'upload.complete',
  'webhook.disabled',
  'webhook.test',
])
export type EventType = z.infer<typeof eventTypeSchema>

/** What WebSocket, SSE and webhooks deliver. `data` is the Image, Album, Share, Export or Job view the type speaks of. */
export const eventSchema = z
  .object({
    id: z.string(),
    type: eventTypeSchema,
    timestamp: timeSchema,
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' })
export type Event = z.infer<typeof eventSchema>
