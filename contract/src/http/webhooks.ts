import { z } from 'zod'
import { listOf } from '../bounds.ts'
import { eventTypeSchema } from '../messages.ts'
import { idSchema, pageQuerySchema, textSchema, timeSchema, webhookUrlSchema } from './fields.ts'

const chosenTypes = listOf(eventTypeSchema, eventTypeSchema.options.length, 'types', 1).nullable()

export const webhookSchema = z
  .object({
    id: idSchema,
    url: z.string(),
    description: z.string().nullable(),
    types: z.array(eventTypeSchema).nullable().describe('null: every type.'),
    enabled: z.boolean(),
    disabledReason: z.string().nullable(),
    failingSince: timeSchema.nullable(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Webhook' })
export type WebhookView = z.infer<typeof webhookSchema>

export const createdWebhookSchema = webhookSchema
  .extend({ secret: z.string().describe('`whsec_…`, shown once.') })
  .meta({ id: 'CreatedWebhook' })
export type CreatedWebhook = z.infer<typeof createdWebhookSchema>

export const webhookRequestSchema = z.strictObject({
  url: webhookUrlSchema,
  types: chosenTypes.default(null),
  description: textSchema.max(200).nullable().default(null),
})

export type WebhookRequest = z.input<typeof webhookRequestSchema>

export const webhookChangeSchema = z.strictObject({
  url: webhookUrlSchema.optional(),
  types: chosenTypes.optional(),
  description: textSchema.max(200).nullable().optional(),
  enabled: z.boolean().optional(),
  rotateSecret: z
    .literal(true)
    .optional()
    .describe('Answers a new secret; the old one signs as well for a day.'),
})

export type WebhookChange = z.input<typeof webhookChangeSchema>

export const changedWebhookSchema = webhookSchema
  .extend({ secret: z.string().optional().describe('Only after a rotation, shown once.') })
  .meta({ id: 'ChangedWebhook' })
export type ChangedWebhook = z.infer<typeof changedWebhookSchema>

export const webhookSecretSchema = z.object({ secret: z.string().describe('`whsec_…`, shown once.') })
export type WebhookSecret = z.infer<typeof webhookSecretSchema>

export const webhookDeliverySchema = z
  .object({
    id: idSchema,
    eventId: z.string().describe('The `webhook-id` header, the same on every attempt.'),
    eventType: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.number().int(),
    nextAttemptAt: timeSchema.nullable(),
    responseStatus: z.number().int().nullable(),
    error: z.string().nullable(),
    createdAt: timeSchema,
    finishedAt: timeSchema.nullable(),
    attemptedAt: timeSchema.nullable().describe('When the last attempt ended.'),
    durationMs: z.number().int().nullable().describe('How long the last attempt took.'),
  })
  .meta({ id: 'WebhookDelivery' })
export type WebhookDeliveryView = z.infer<typeof webhookDeliverySchema>

/** One delivery with what was sent and answered. */
export const webhookDeliveryDetailsSchema = webhookDeliverySchema
  .extend({
    request: z
      .object({ url: z.string(), body: z.string() })
      .describe(
        'What is sent, the same on every attempt; `webhook-timestamp` and the signature are of each.',
      ),
    answer: z
      .string()
      .nullable()
      .describe(
        'The first 1024 bytes of what the last attempt was answered; null for nothing, or where answers are not kept.',
      ),
    plan: z.array(timeSchema).describe('When the attempts come that are left, if each of them fails.'),
  })
  .meta({ id: 'WebhookDeliveryDetails' })
export type WebhookDeliveryDetails = z.infer<typeof webhookDeliveryDetailsSchema>

export const webhookReplaySchema = z
  .object({
    queued: z.number().int().describe('Deliveries that are sent again.'),
    more: z.boolean().describe('There may be more: ask again.'),
  })
  .meta({ id: 'WebhookReplay' })
export type WebhookReplay = z.infer<typeof webhookReplaySchema>

export const webhookDeliveryListQuerySchema = pageQuerySchema.extend({
  status: webhookDeliverySchema.shape.status.optional(),
})
