import { type EventType, Failure, type Page } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Deeds, HoldOwner, Queryable, Transaction } from '../../platform/database/port.ts'
import { httpUrl } from '../../platform/http/outbound.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { newSecret } from '../secret.ts'
import {
  findDelivery,
  hastenWaiting,
  insertDeliveries,
  listDeliveries,
  listNeverDelivered,
} from '../store/deliveries.ts'
import {
  countWebhooks,
  deleteWebhook,
  findWebhook,
  giveUpDeliveries,
  insertWebhook,
  listWebhooks,
  setAccountSecret,
  updateWebhook,
} from '../store/webhooks.ts'
import type { NewWebhookDelivery, Webhook, WebhookDelivery } from '../types.ts'
import { changeDeed, goneDeed, madeDeed, replayDeed } from './webhook-deed.ts'

/** The old secret signs beside the new one for this long after a rotation. */
const rotationMs = 24 * 3_600_000
const endpointsPerAccount = 50
/** Sent again in one go; whoever has more asks again. */
const replayedAtOnce = 500

export interface EndpointChange {
  url?: string | undefined
  types?: EventType[] | null | undefined
  description?: string | null | undefined
  enabled?: boolean | undefined
  rotateSecret?: true | undefined
}

export type WebhookEndpoints = ReturnType<typeof createEndpoints>

/** What an account does with its endpoints. Another account's endpoint does not exist. */
export function createEndpoints(deps: {
  db: Database
  clock: Clock
  wake: () => void
  holdOwner: HoldOwner
  deeds: Deeds
}) {
  const { db, clock, wake, holdOwner, deeds } = deps

  const own = (principal: Principal, id: string): Promise<Webhook> => ownIn(db, principal, id)

  async function ownIn(
    queryable: Queryable,
    principal: Principal,
    id: string,
    lock = false,
  ): Promise<Webhook> {
    const webhook = await findWebhook(queryable, id, lock)
    if (webhook === null || webhook.ownerId !== principal.userId) {
      throw new Failure('not_found', 'There is no such webhook.')
    }
    return webhook
  }

  async function queue(
    delivery: NewWebhookDelivery,
    note: (tx: Transaction, stored: WebhookDelivery) => Promise<unknown>,
  ): Promise<WebhookDelivery> {
    const [stored] = await db.transaction(async (tx) => {
      await holdOwner(tx, delivery.ownerId)
      const made = await insertDeliveries(tx, [delivery])
      for (const one of made) await note(tx, one)
      return made
    })
    if (stored === undefined) throw new Failure('internal')
    wake()
    return stored
  }

  return {
    async create(
      principal: Principal,
      request: { url: string; types: EventType[] | null; description: string | null },
    ): Promise<Webhook> {
      httpUrl(request.url)
      const ownerId = principal.userId
      return db.transaction(async (tx) => {
        await holdOwner(tx, ownerId)
        if ((await countWebhooks(tx, ownerId)) >= endpointsPerAccount) {
          throw new Failure('quota_exceeded', `An account may have ${endpointsPerAccount} webhooks.`)
        }
        const made = await insertWebhook(tx, { ...request, ownerId, secret: newSecret() })
        await deeds.record(tx, principal, madeDeed(made))
        return made
      })
    },

    async list(
      principal: Principal,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Webhook>> {
      const page = { before: cursorOf(query), limit: query.limit + 1 }
      return pageOf(await listWebhooks(db, principal.userId, page), query.limit, (webhook) => webhook)
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
        const deed = changeDeed(before, changed)
        if (deed !== null) await deeds.record(tx, principal, deed)
        return changed
      })
      return { webhook, secret }
    },

    async remove(principal: Principal, id: string): Promise<void> {
      await db.transaction(async (tx) => {
        const webhook = await ownIn(tx, principal, id, true)
        await deleteWebhook(tx, webhook.id)
        await deeds.record(tx, principal, goneDeed(webhook))
      })
    },

    async deliveries(
      principal: Principal,
      id: string,
      query: { limit: number; cursor?: string | undefined; status?: string | undefined },
    ): Promise<Page<WebhookDelivery>> {
      const webhook = await own(principal, id)
      const page = { before: cursorOf(query), limit: query.limit + 1, status: query.status ?? null }
      return pageOf(await listDeliveries(db, webhook.id, page), query.limit, (delivery) => delivery)
    },

    /**
     * Sends the same message again, under the same `webhook-id`, to where the endpoint is now. One that waits for its
     * next attempt is attempted now, and not put beside itself: however often it is asked for, it waits once.
     */
    async replay(principal: Principal, id: string, deliveryId: string): Promise<WebhookDelivery> {
      const delivery = await db.transaction(async (tx) => {
        await holdOwner(tx, principal.userId)
        const webhook = await ownIn(tx, principal, id, true)
        const past = await findDelivery(tx, webhook.id, deliveryId)
        if (past === null) throw new Failure('not_found', 'There is no such delivery.')
        refuseDisabled(webhook)
        const { ownerId, eventId, eventType, body } = past
        const again = { ownerId, webhookId: webhook.id, url: webhook.url, eventId, eventType, body }
        const waiting = await hastenWaiting(tx, webhook.id, eventId)
        const stored = waiting ?? (await insertDeliveries(tx, [again]))[0]
        if (stored === undefined) throw new Failure('internal')
        await deeds.record(tx, principal, replayDeed(webhook, [past]))
        return stored
      })
      wake()
      return delivery
    },

    async delivery(principal: Principal, id: string, deliveryId: string): Promise<WebhookDelivery> {
      const webhook = await own(principal, id)
      const delivery = await findDelivery(db, webhook.id, deliveryId)
      if (delivery === null) throw new Failure('not_found', 'There is no such delivery.')
      return delivery
    },

    /**
     * Sends again, once each, what the endpoint never got: the newest of the log, so many in one go. Asked for twice at once
     * it sends them once. Gives how many, and whether there may be more.
     */
    async replayFailed(principal: Principal, id: string): Promise<{ queued: number; more: boolean }> {
      const queued = await db.transaction(async (tx) => {
        await holdOwner(tx, principal.userId)
        const webhook = await ownIn(tx, principal, id, true)
        refuseDisabled(webhook)
        const failed = await listNeverDelivered(tx, webhook.id, replayedAtOnce)
        const again = failed.map(({ ownerId, eventId, eventType, body }) => {
          return { ownerId, webhookId: webhook.id, url: webhook.url, eventId, eventType, body }
        })
        const stored = await insertDeliveries(tx, again)
        if (stored.length > 0) await deeds.record(tx, principal, replayDeed(webhook, failed))
        return stored.length
      })
      if (queued > 0) wake()
      return { queued, more: queued === replayedAtOnce }
    },

    /** Sends a `webhook.test` message. */
    async test(principal: Principal, id: string): Promise<WebhookDelivery> {
      const webhook = await own(principal, id)
      refuseDisabled(webhook)
      const type = 'webhook.test'
      const timestamp = clock.now().toISOString()
      return queue(
        {
          ownerId: webhook.ownerId,
          webhookId: webhook.id,
          url: webhook.url,
          eventId: uuidv7(),
          eventType: type,
          body: JSON.stringify({ type, timestamp, data: { webhookId: webhook.id } }),
        },
        (tx, { id: deliveryId }) =>
          deeds.record(tx, principal, {
            action: 'webhook.test',
            targetId: webhook.id,
            details: { deliveryId },
          }),
      )
    },

    /** A new secret for the addresses given with uploads and jobs; the one before stops signing at once. */
    async rotateAccountSecret(principal: Principal): Promise<string> {
      const secret = newSecret()
      await db.transaction(async (tx) => {
        await holdOwner(tx, principal.userId)
        await setAccountSecret(tx, principal.userId, secret)
        const details = { secret: 'changed' }
        await deeds.record(tx, principal, { action: 'webhook.secret', targetId: principal.userId, details })
      })
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
