import { z } from 'zod'
import { integer } from '../platform/config/fields.ts'

export const notifyConfigSchema = z.object({
  streamsPerUser: integer(1, 10_000).default(20).meta({
    env: 'EVENT_STREAMS_PER_USER',
    description: 'Open WebSocket and SSE connections of one account, per process.',
  }),
  webhookDisableDays: integer(1, 365).default(5).meta({
    env: 'WEBHOOK_DISABLE_DAYS',
    description: 'Days of nothing but failures after which a webhook is turned off.',
  }),
})
export type NotifyConfig = z.output<typeof notifyConfigSchema>
