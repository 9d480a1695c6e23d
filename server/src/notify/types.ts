import type { EventType } from '@rendition/contract'

/** An endpoint an account wants its events sent to. */
export interface Webhook {
  id: string
  ownerId: string
  url: string
  description: string | null
  /** null: every type. */
  types: EventType[] | null
  secret: string
  previousSecret: string | null
  previousSecretExpiresAt: Date | null
  enabled: boolean
  disabledReason: string | null
  failingSince: Date | null
  createdAt: Date
}

/** One event on its way to one address. */
export interface WebhookDelivery {
  id: string
  ownerId: string
  /** null for the address given with one upload or job. */
  webhookId: string | null
  url: string
  eventId: string
  eventType: string
  /** The exact text that is signed and sent, the same on every attempt. */
  body: string
  status: 'pending' | 'delivered' | 'failed'
  attempts: number
  nextAttemptAt: Date
  responseStatus: number | null
  error: string | null
  createdAt: Date
  finishedAt: Date | null
  /** Of the last attempt: the beginning of what it was answered, how long it took and when it ended. */
  answer: string | null
  durationMs: number | null
  attemptedAt: Date | null
}

export type NewWebhookDelivery = Pick<
  WebhookDelivery,
  'ownerId' | 'webhookId' | 'url' | 'eventId' | 'eventType' | 'body'
>
