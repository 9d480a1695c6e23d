import { type EventType, Failure, type Page } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Queryable } from '../../platform/database/port.ts'
import { httpUrl } from '../../platform/http/outbound.ts'
import { type Principal, requireScope } from '../../platform/http/principal.ts'
import { findDelivery, insertDeliveries, listDeliveries } from './delivery-store.ts'
import { newSecret } from './secret.ts'
import {
  countWebhooks,
  deleteWebhook,
  findWebhook,
  giveUpDeliveries,
  insertWebhook,
  listWebhooks,
  setAccountSecret,
  updateWebhook,
} from './store.ts'
import type { Delivery, NewDelivery, Webhook } from './types.ts'

/** The old secret signs beside the new one for this long after a rotation. */
const rotationMs = 24 * 3_600_000
const endpointsPerAccount = 50

export interface EndpointChange {
  url?: string | undefined
  types?: EventType[] | null | undefined
  description?: string | null | undefined
  enabled?: boolean | undefined
  rotateSecret?: true | undefined
}

export type WebhookEndpoints = ReturnType<typeof createEndpoints>

/** What an account does with its endpoints. Another account's endpoint does not exist. */
export function createEndpoints(deps: { db: Database; clock: Clock; wake: () => void }) {
  const { db, clock, wake } = deps

  const own = (principal: Principal, id: string): Promise<Webhook> => ownIn(db, principal, id)

  async function ownIn(
    queryable: Queryable,
    principal: Principal,
    id: string,
    lock = false,
  ): Promise<Webhook> {
    requireScope(principal, 'webhooks:manage')
    const webhook = await findWebhook(queryable, id, lock)
    if (webhook === null || webhook.ownerId !== principal.userId) {
      throw new Failure('not_found', 'There is no such webhook.')
    }
    return webhook
  }

  async function queue(delivery: NewDelivery): Promise<Delivery> {
    const [stored] = await insertDeliveries(db, [delivery])
    if (stored === undefined) throw new Failure('internal')
    wake()
    return stored
  }

  return {
    async create(
      principal: Principal,
      request: { url: string; types: EventType[] | null; description: string | null },
    ): Promise<Webhook> {
      requireScope(principal, 'webhooks:manage')
      if ((await countWebhooks(db, principal.userId)) >= endpointsPerAccount) {
        throw new Failure('quota_exceeded', `An account may have ${endpointsPerAccount} webhooks.`)
      }
      httpUrl(request.url)
      return insertWebhook(db, { ...request, ownerId: principal.userId, secret: newSecret() })
    },

    async list(
      principal: Principal,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Webhook>> {
      requireScope(principal, 'webhooks:manage')
      const before = cursorOf(query.cursor)
      return pageOf(await listWebhooks(db, principal.userId, { before, limit: query.limit + 1 }), query.limit)
    },

    get: own,

    /** Gives the new secret as well when one was asked for. Turning an endpoint on forgets its failures. */
    async change(
      principal: Principal,
      id: string,
      change: EndpointChange,
    ): Promise<{ webhook: Webhook; secret: string | null }> {
      if (change.url !== undefined) httpUrl(change.url)
      const secret = change.rotateSecret === true ? newSecret() : null
      const webhook = await db.transaction(async (tx) => {
        const before = await ownIn(tx, principal, id, true)
        const changed = changedWebhook(before, change, secret, clock.now())
        await updateWebhook(tx, changed)
        if (change.enabled === false) await giveUpDeliveries(tx, id, turnedOff)
        return changed
      })
      return { webhook, secret }
    },

    async remove(principal: Principal, id: string): Promise<void> {
      await deleteWebhook(db, (await own(principal, id)).id)
    },

    async deliveries(
      principal: Principal,
      id: string,
      query: { limit: number; cursor?: string | undefined; status?: string | undefined },
    ): Promise<Page<Delivery>> {
      const webhook = await own(principal, id)
      const page = { before: cursorOf(query.cursor), limit: query.limit + 1, status: query.status ?? null }
      return pageOf(await listDeliveries(db, webhook.id, page), query.limit)
    },

    /** Sends the same message again, under the same `webhook-id`, to where the endpoint is now. */
    async replay(principal: Principal, id: string, deliveryId: string): Promise<Delivery> {
      const webhook = await own(principal, id)
      const past = await findDelivery(db, webhook.id, deliveryId)
      if (past === null) throw new Failure('not_found', 'There is no such delivery.')
      if (past.status === 'pending') throw new Failure('conflict', 'This delivery is still being attempted.')
      refuseDisabled(webhook)
      const { ownerId, eventId, eventType, body } = past
      return queue({ ownerId, webhookId: webhook.id, url: webhook.url, eventId, eventType, body })
    },

    /** Sends a `webhook.test` message. */
    async test(principal: Principal, id: string): Promise<Delivery> {
      const webhook = await own(principal, id)
      refuseDisabled(webhook)
      const type = 'webhook.test'
      const timestamp = clock.now().toISOString()
      return queue({
        ownerId: webhook.ownerId,
        webhookId: webhook.id,
        url: webhook.url,
        eventId: uuidv7(),
        eventType: type,
        body: JSON.stringify({ type, timestamp, data: { webhookId: webhook.id } }),
      })
    },

    /** A new secret for the addresses given with uploads and jobs; the one before stops signing at once. */
    async rotateAccountSecret(principal: Principal): Promise<string> {
      requireScope(principal, 'webhooks:manage')
      const secret = newSecret()
      await setAccountSecret(db, principal.userId, secret)
      return secret
    },
  }
}

const turnedOff = 'Turned off by its owner.'

function changedWebhook(before: Webhook, change: EndpointChange, secret: string | null, now: Date): Webhook {
  return {
    ...before,
    url: change.url ?? before.url,
    types: change.types === undefined ? before.types : change.types,
    description: change.description === undefined ? before.description : change.description,
    ...(secret === null
      ? {}
      : {
          secret,
          previousSecret: before.secret,
          previousSecretExpiresAt: new Date(now.getTime() + rotationMs),
        }),
    ...(change.enabled === undefined
      ? {}
      : {
          enabled: change.enabled,
          disabledReason: change.enabled ? null : turnedOff,
          failingSince: change.enabled ? null : before.failingSince,
        }),
  }
}

function refuseDisabled(webhook: Webhook): void {
  if (!webhook.enabled) throw new Failure('conflict', 'The webhook is disabled; enable it first.')
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Ids rise with time, so the last id of a page is its cursor. */
function cursorOf(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  if (uuidPattern.test(cursor)) return cursor
  throw new Failure('invalid_request', 'cursor: is not one of ours.', {
    errors: [{ path: 'cursor', message: 'is not one of ours' }],
  })
}

function pageOf<T extends { id: string }>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit)
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}
