import type { NewEvent } from '../../jobs/index.ts'
import { theService } from '../../platform/audit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Deeds, Transaction } from '../../platform/database/port.ts'
import type { Outbound } from '../../platform/http/outbound.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { newSecret } from '../secret.ts'
import {
  finishAttempt,
  leaseDeliveries,
  nextDueMs,
  type Outcome,
  pruneDeliveries,
  type Underway,
} from '../store/deliveries.ts'
import { accountSecret, disableWebhook, findWebhook, noteOutcome } from '../store/webhooks.ts'
import type { Webhook, WebhookDelivery } from '../types.ts'
import { type FanOutDeps, fanOut } from './fan-out.ts'
import { type Attempt, send } from './send.ts'

export interface SenderOptions extends FanOutDeps {
  db: Database
  outbound: Outbound
  clock: Clock
  log: Logger
  /** Writes an event into the outbox of a transaction. */
  appendEvent: (tx: Transaction, event: NewEvent) => Promise<void>
  deeds: Deeds
  random: () => number
  /** Days of nothing but failures after which an endpoint is turned off. */
  disableAfterDays: number
  /** Whether the beginning of what endpoints answer is kept for their owners. */
  keepAnswers: boolean
}

export interface Sender {
  /** Begins to work. */
  start(): void
  /** Looks for work soon. */
  wake(): void
  close(): Promise<void>
}

const concurrency = 16
/** So that one slow endpoint, or one account with many, cannot take every place. */
const perEndpoint = 4
const perOwner = 8
/** Longer than an attempt may take. */
const leaseMs = 60_000
const idleMs = 5_000
const pruneEveryMs = 3_600_000
const keepDays = 30

/** Fans events out and sends what is due, for as long as the process runs; the database is its only memory. */
export function createSender(options: SenderOptions): Sender {
  const { db, clock, log } = options
  const stopping = new AbortController()
  const running = new Map<Promise<void>, WebhookDelivery>()
  let prunedAt = 0
  let loop: Loop | null = null
  const wake = (): void => loop?.wake()

  const underway = (): Underway => {
    const endpoints: Record<string, number> = {}
    const owners: Record<string, number> = {}
    for (const { webhookId, ownerId } of running.values()) {
      const endpoint = webhookId ?? ownerId
      endpoints[endpoint] = (endpoints[endpoint] ?? 0) + 1
      owners[ownerId] = (owners[ownerId] ?? 0) + 1
    }
    return { endpoints, owners }
  }

  /** Begins what is due; gives the milliseconds until there may be more. */
  async function sendDue(): Promise<number> {
    while ((await fanOut(options)) > 0);
    const free = concurrency - running.size
    const shares = { underway: underway(), perEndpoint, perOwner }
    const due = free > 0 ? await leaseDeliveries(db, { limit: free, leaseMs, ...shares }) : []
    for (const delivery of due) {
      const attempt = deliver(delivery)
        .catch((error: unknown) =>
          log.warn({ err: error, deliveryId: delivery.id }, 'a webhook attempt broke off'),
        )
        .finally(() => {
          running.delete(attempt)
          wake()
        })
      running.set(attempt, delivery)
    }
    if (clock.now().getTime() - prunedAt > pruneEveryMs) {
      prunedAt = clock.now().getTime()
      while ((await pruneDeliveries(db, keepDays)) && !stopping.signal.aborted);
    }
    const next = running.size < concurrency ? await nextDueMs(db) : null
    // What is due and was not taken waits for a place, and whoever leaves one wakes this.
    const held = next !== null && next <= 0 && due.length === 0 && running.size > 0
    return held ? idleMs : Math.min(idleMs, Math.max(50, next ?? idleMs))
  }

  async function deliver(delivery: WebhookDelivery): Promise<void> {
    const webhook = delivery.webhookId === null ? null : await findWebhook(db, delivery.webhookId)
    // The endpoint was removed, and its deliveries with it, after this one was taken.
    if (delivery.webhookId !== null && webhook === null) return
    if (webhook?.enabled === false) return finishAttempt(db, delivery.id, unsent(webhook))
    const secrets =
      webhook === null
        ? [await accountSecret(db, delivery.ownerId, newSecret())]
        : validSecrets(webhook, clock.now())
    // To where the endpoint is now: its owner may have mended the address.
    const url = webhook?.url ?? delivery.url
    const attempt = await send({ ...delivery, url }, secrets, { ...options, signal: stopping.signal })
    // An attempt cut off by our own stop is neither's fault: another process sends it at once.
    if (stopping.signal.aborted && attempt.status !== 'delivered')
      return finishAttempt(db, delivery.id, handedOver)
    await db.transaction(async (tx) => {
      const now = webhook === null ? null : await findWebhook(tx, webhook.id, true)
      await finishAttempt(tx, delivery.id, attempt)
      if (now !== null && !attempt.ours) await judgeEndpoint(tx, now, attempt)
    })
  }

  async function judgeEndpoint(tx: Transaction, webhook: Webhook, attempt: Attempt): Promise<void> {
    const failingSince = await noteOutcome(tx, webhook.id, attempt.status === 'delivered')
    const days = failingSince === null ? 0 : (clock.now().getTime() - failingSince.getTime()) / 86_400_000
    const reason = attempt.gone
      ? 'The endpoint answered 410 Gone.'
      : days >= options.disableAfterDays
        ? `Every attempt failed for ${options.disableAfterDays} days.`
        : null
    if (reason === null || !(await disableWebhook(tx, webhook.id, reason))) return
    await options.deeds.record(tx, theService, {
      action: 'webhook.change',
      targetId: webhook.id,
      ownerId: webhook.ownerId,
      details: { enabled: { from: true, to: false }, reason },
    })
    const data = { id: webhook.id, url: webhook.url, disabledReason: reason }
    await options.appendEvent(tx, { type: 'webhook.disabled', ownerId: webhook.ownerId, imageId: null, data })
  }

  return {
    start() {
      loop = startLoop({ name: 'webhooks', everyMs: idleMs, pass: sendDue, log })
    },
    wake,
    async close() {
      stopping.abort()
      await loop?.stop()
      await Promise.all(running.keys())
    },
  }
}

/** As if it had not been taken. */
const handedOver: Outcome = {
  status: 'pending',
  responseStatus: null,
  error: null,
  pauseMs: 0,
  ours: true,
  durationMs: null,
  answer: null,
}

/** Of a delivery that was taken for an endpoint that is off. */
const unsent = ({ disabledReason }: Webhook): Outcome => ({
  status: 'failed',
  responseStatus: null,
  error: disabledReason ?? 'The endpoint is turned off.',
  pauseMs: null,
  ours: false,
  durationMs: null,
  answer: null,
})

/** After a rotation the old secret signs too, until it expires. */
function validSecrets(webhook: Webhook, now: Date): string[] {
  const { secret, previousSecret, previousSecretExpiresAt } = webhook
  const both = previousSecret !== null && previousSecretExpiresAt !== null && previousSecretExpiresAt > now
  return both ? [secret, previousSecret] : [secret]
}
