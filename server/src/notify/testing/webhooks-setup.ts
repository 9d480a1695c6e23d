import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { Webhook as Verifier } from 'standardwebhooks'
import { uuidv7 } from 'uuidv7'
import { expect, vi } from 'vitest'
import type { TestDatabase } from '../../../test/database.ts'
import { type EventLog, eventsAppendedTopic, type LoggedEvent, type NewEvent } from '../../jobs/index.ts'
import { noDeeds } from '../../platform/database/port.ts'
import { openBus } from '../../platform/events/index.ts'
import { createOutbound, type Outbound } from '../../platform/http/outbound.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { createWebhooks, type Webhooks } from '../webhooks/index.ts'

export interface Received {
  headers: IncomingHttpHeaders
  body: string
}

export type Target = Awaited<ReturnType<typeof openTarget>>

/** An endpoint that answers as told and keeps what it got; with `answer.status` 0 it does not answer. */
export async function openTarget() {
  const got: Received[] = []
  const answer = { status: 204, headers: {} as Record<string, string>, body: '' }
  const held = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      got.push({ headers: request.headers, body })
      if (answer.status > 0) response.writeHead(answer.status, answer.headers).end(answer.body)
      else held.add(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    got,
    answer,
    held,
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As the receiver does it: with the public library. Throws when it is not from us. */
export const verify = (secret: string, { body, headers }: Received): unknown =>
  new Verifier(secret).verify(body, headers as Record<string, string>)

export const principalOf = (userId: string): Principal => ({
  userId,
  role: 'user',
  email: null,
  username: 'ann',
  scopes: new Set(['webhooks:manage']),
  sessionId: null,
  keyId: null,
  expiresAt: null,
})

export interface StartOptions {
  allow?: string[]
  lookup?: LookupFunction
}

export type WebhooksSetup = Awaited<ReturnType<typeof openWebhooks>>

/** Webhooks on a database of their own, a log in memory, and one target that ann's endpoints lead to. */
export async function openWebhooks(database: TestDatabase) {
  const { db } = database
  await db.query('truncate webhooks, webhook_deliveries, webhook_cursor, webhook_account_secrets')
  const ann = uuidv7()
  const principal = principalOf(ann)
  const log: LoggedEvent[] = []
  const emitted: NewEvent[] = []
  const target = await openTarget()
  const bus = await openBus({ url: 'memory:' })
  const events: EventLog = {
    after: async (position, { limit }) => log.filter((event) => event.position > position).slice(0, limit),
    positionOf: async () => null,
    head: async () => log.length,
  }
  let outbound: Outbound
  let webhooks: Webhooks
  const start = ({ allow = ['127.0.0.0/8'], lookup }: StartOptions = {}): void => {
    outbound = createOutbound({ allow, ...(lookup === undefined ? {} : { lookup }) })
    webhooks = createWebhooks({
      holdOwner: async () => {},
      db,
      bus,
      events,
      outbound,
      clock: { now: () => new Date() },
      log: createLogger('silent'),
      appendEvent: async (_tx, event) => void emitted.push(event),
      // Uneven, as the real ones: a pause is no whole number of milliseconds.
      deeds: noDeeds,
      random: () => 0.4321,
      disableAfterDays: 5,
      keepAnswers: true,
    })
    webhooks.start()
  }
  const stop = async (): Promise<void> => {
    await webhooks.close()
    await outbound.close()
  }
  start()
  // The cursor starts at the head of the log it first sees.
  await vi.waitFor(async () => expect(await db.query('select 1 from webhook_cursor')).toHaveLength(1))

  const setup = {
    ann,
    principal,
    target,
    emitted,
    /** Those of the sender that runs now. */
    get endpoints() {
      return webhooks.endpoints
    },
    happen(type: LoggedEvent['type'], more: Partial<LoggedEvent> = {}): LoggedEvent {
      const event: LoggedEvent = {
        id: uuidv7(),
        position: log.length + 1,
        type,
        ownerId: ann,
        imageId: null,
        data: { id: uuidv7() },
        createdAt: new Date(),
        ...more,
      }
      log.push(event)
      // As the relay tells of it; nothing else wakes the sender.
      void bus.publish(eventsAppendedTopic, {})
      return event
    },
    create: (types: ('image.complete' | 'job.progress')[] | null = null, url = target.url) =>
      webhooks.endpoints.create(principal, { url, types, description: null }),
    deliveries: async (id: string) =>
      (await webhooks.endpoints.deliveries(principal, id, { limit: 50 })).items,
    /** Pretends that every pause is over. */
    async skipPauses(): Promise<void> {
      await db.query(`update webhook_deliveries set next_attempt_at = now() where status = 'pending'`)
      webhooks.wake()
    },
    /** Ends the sender as the end of its process would, and starts another. */
    async restart(options: StartOptions = {}): Promise<void> {
      await stop()
      start(options)
    },
    async close(): Promise<void> {
      await stop()
      await bus.close()
      await target.close()
    },
  }
  return setup
}
