import {
  changedWebhookSchema,
  createdWebhookSchema,
  idSchema,
  pageQuerySchema,
  pageSchema,
  type WebhookDeliveryDetails,
  type WebhookDeliveryView,
  type WebhookView,
  webhookChangeSchema,
  webhookDeliveryDetailsSchema,
  webhookDeliveryListQuerySchema,
  webhookDeliverySchema,
  webhookReplaySchema,
  webhookRequestSchema,
  webhookSchema,
  webhookSecretSchema,
} from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { needs, needsWith } from '../../platform/http/rights.ts'
import type { Webhook, WebhookDelivery } from '../types.ts'
import type { WebhookEndpoints } from './endpoints.ts'
import { plannedAttempts } from './schedule.ts'

const idParams = z.object({ id: idSchema })
const tags = ['webhooks']
/** What is sent holds signed URLs: who says where it goes must be one who may see the pictures. */
const sending = { url: 'images:read' } as const
const rights = needs('webhooks:manage')

const viewOf = (webhook: Webhook): WebhookView => ({
  id: webhook.id,
  url: webhook.url,
  description: webhook.description,
  types: webhook.types,
  enabled: webhook.enabled,
  disabledReason: webhook.disabledReason,
  failingSince: webhook.failingSince?.toISOString() ?? null,
  createdAt: webhook.createdAt.toISOString(),
})

const deliveryViewOf = (delivery: WebhookDelivery): WebhookDeliveryView => ({
  id: delivery.id,
  eventId: delivery.eventId,
  eventType: delivery.eventType,
  status: delivery.status,
  attempts: delivery.attempts,
  nextAttemptAt: delivery.status === 'pending' ? delivery.nextAttemptAt.toISOString() : null,
  responseStatus: delivery.responseStatus,
  error: delivery.error,
  createdAt: delivery.createdAt.toISOString(),
  finishedAt: delivery.finishedAt?.toISOString() ?? null,
  attemptedAt: delivery.attemptedAt?.toISOString() ?? null,
  durationMs: delivery.durationMs,
})

const detailsOf = (delivery: WebhookDelivery): WebhookDeliveryDetails => ({
  ...deliveryViewOf(delivery),
  request: { url: delivery.url, body: delivery.body },
  answer: delivery.answer,
  plan:
    delivery.status === 'pending'
      ? plannedAttempts(delivery.attempts, delivery.nextAttemptAt).map((time) => time.toISOString())
      : [],
})

/** `/api/webhooks`: endpoints, their delivery log, replay and test. */
export function registerWebhooks(app: App, endpoints: WebhookEndpoints): void {
  app.get(
    '/api/webhooks',
    {
      config: { limit: 'requests', rights },
      schema: {
        tags,
        operationId: 'listWebhooks',
        summary: 'Your webhooks',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(webhookSchema) },
      },
    },
    async (request) => {
      const page = await endpoints.list(await request.principal(), request.query)
      return { items: page.items.map(viewOf), nextCursor: page.nextCursor }
    },
  )
  app.post(
    '/api/webhooks',
    {
      config: {
        limit: 'requests',
        rights: needs('webhooks:manage', 'images:read'),
        refusals: ['quota_exceeded'],
      },
      schema: {
        tags,
        operationId: 'createWebhook',
        summary: 'Add a webhook (Standard Webhooks 1.0)',
        body: webhookRequestSchema,
        response: { 201: createdWebhookSchema },
      },
    },
    async (request, reply) => {
      const webhook = await endpoints.create(await request.principal(), request.body)
      reply.header('location', `/api/webhooks/${webhook.id}`)
      return reply.code(201).send({ ...viewOf(webhook), secret: webhook.secret })
    },
  )
  app.post(
    '/api/webhooks/account-secret',
    {
      config: { limit: 'requests', rights },
      schema: {
        tags,
        operationId: 'rotateAccountSecret',
        summary: 'New secret for the `webhookUrl` of uploads and jobs',
        response: { 201: webhookSecretSchema },
      },
    },
    async (request, reply) => {
      const secret = await endpoints.rotateAccountSecret(await request.principal())
      return reply.code(201).send({ secret })
    },
  )
  app.get(
    '/api/webhooks/:id',
    {
      config: { limit: 'requests', rights },
      schema: {
        tags,
        operationId: 'getWebhook',
        summary: 'One webhook',
        params: idParams,
        response: { 200: webhookSchema },
      },
    },
    async (request) => viewOf(await endpoints.get(await request.principal(), request.params.id)),
  )
  app.patch(
    '/api/webhooks/:id',
    {
      config: { limit: 'requests', rights: needsWith(sending, 'webhooks:manage') },
      schema: {
        tags,
        operationId: 'changeWebhook',
        summary: 'Change, disable or enable a webhook, or rotate its secret',
        params: idParams,
        body: webhookChangeSchema,
        response: { 200: changedWebhookSchema },
      },
    },
    async (request) => {
      const changed = await endpoints.change(await request.principal(), request.params.id, request.body)
      return { ...viewOf(changed.webhook), ...(changed.secret === null ? {} : { secret: changed.secret }) }
    },
  )
  app.delete(
    '/api/webhooks/:id',
    {
      config: { limit: 'requests', rights },
      schema: {
        tags,
        operationId: 'deleteWebhook',
        summary: 'Remove a webhook',
        params: idParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await endpoints.remove(await request.principal(), request.params.id)
      return reply.code(204).send(null)
    },
  )
  registerDeliveries(app, endpoints)
}

function registerDeliveries(app: App, endpoints: WebhookEndpoints): void {
  app.get(
    '/api/webhooks/:id/deliveries',
    {
      config: { limit: 'requests', rights },
      schema: {
        tags,
        operationId: 'listWebhookDeliveries',
        summary: 'What was sent to a webhook',
        params: idParams,
        querystring: webhookDeliveryListQuerySchema,
        response: { 200: pageSchema(webhookDeliverySchema) },
      },
    },
    async (request) => {
      const page = await endpoints.deliveries(await request.principal(), request.params.id, request.query)
      return { items: page.items.map(deliveryViewOf), nextCursor: page.nextCursor }
    },
  )
  app.get(
    '/api/webhooks/:id/deliveries/:deliveryId',
    {
      // What was sent holds signed URLs.
      config: { limit: 'requests', rights: needs('webhooks:manage', 'images:read') },
      schema: {
        tags,
        operationId: 'getWebhookDelivery',
        summary: 'What was sent, what was answered, and when it is tried again',
        params: idParams.extend({ deliveryId: idSchema }),
        response: { 200: webhookDeliveryDetailsSchema },
      },
    },
    async (request) => {
      const { id, deliveryId } = request.params
      return detailsOf(await endpoints.delivery(await request.principal(), id, deliveryId))
    },
  )
  app.post(
    '/api/webhooks/:id/replay-failed',
    {
      config: { limit: 'requests', rights, refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'replayFailedWebhookDeliveries',
        summary: 'Send again everything that a webhook never got',
        description: 'Once each, under its own id, the newest 500 in one go.',
        params: idParams,
        response: { 202: webhookReplaySchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      return reply.code(202).send(await endpoints.replayFailed(await request.principal(), id))
    },
  )
  app.post(
    '/api/webhooks/:id/deliveries/:deliveryId/replay',
    {
      config: { limit: 'requests', rights, refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'replayWebhookDelivery',
        summary: 'Send a past delivery again, under its own id',
        params: idParams.extend({ deliveryId: idSchema }),
        response: { 202: webhookDeliverySchema },
      },
    },
    async (request, reply) => {
      const { id, deliveryId } = request.params
      const delivery = await endpoints.replay(await request.principal(), id, deliveryId)
      return reply.code(202).send(deliveryViewOf(delivery))
    },
  )
  app.post(
    '/api/webhooks/:id/test',
    {
      config: { limit: 'requests', rights, refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'testWebhook',
        summary: 'Send a test message',
        params: idParams,
        response: { 202: webhookDeliverySchema },
      },
    },
    async (request, reply) => {
      const delivery = await endpoints.test(await request.principal(), request.params.id)
      return reply.code(202).send(deliveryViewOf(delivery))
    },
  )
}
