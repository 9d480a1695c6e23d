import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isFailure } from '@rendition/contract'
import { Webhook as Verifier } from 'standardwebhooks'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { EventLog, LoggedEvent, NewEvent } from '../../jobs/index.ts'
import { createOutbound, type Outbound } from '../../platform/http/outbound.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { createWebhooks, type Webhooks } from './index.ts'

const ann = uuidv7()
const principal: Principal = {
  userId: ann,
  role: 'user',
  email: null,
  username: 'ann',
  scopes: new Set(['webhooks:manage']),
  sessionId: null,
  keyId: null,
  expiresAt: null,
}

interface Received {
  headers: IncomingHttpHeaders
  body: string
}

/** An endpoint that answers as told and keeps what it got. */
async function endpoint(): Promise<{ url: string; got: Received[]; answer: AnswerOf; server: Server }> {
  const got: Received[] = []
  const answer: AnswerOf = { status: 204, headers: {} }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      got.push({ headers: request.headers, body })
      response.writeHead(answer.status, answer.headers).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got, answer, server }
}
interface AnswerOf {
  status: number
  headers: Record<string, string>
}

const verify = (secret: string, { body, headers }: Received): unknown =>
  new Verifier(secret).verify(body, headers as Record<string, string>)

describe('webhooks', () => {
  let database: TestDatabase
  let target: Awaited<ReturnType<typeof endpoint>>
  let outbound: Outbound
  let webhooks: Webhooks
  let log: LoggedEvent[]
  let emitted: NewEvent[]

  const events: EventLog = {
    after: async (position, { limit }) => log.filter((event) => event.position > position).slice(0, limit),
    positionOf: async () => null,
    head: async () => log.length,
  }
  const happen = (type: LoggedEvent['type'], more: Partial<LoggedEvent> = {}): LoggedEvent => {
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
    webhooks.wake()
    return event
  }
  const start = (options: { allow?: string[]; disableAfterDays?: number } = {}): void => {
    outbound = createOutbound({ allow: options.allow ?? ['127.0.0.0/8'] })
    webhooks = createWebhooks({
      db: database.db,
      events,
      outbound,
      clock: { now: () => new Date() },
      logger: createLogger('silent'),
      appendEvent: async (_tx, event) => void emitted.push(event),
      random: () => 0.5,
      disableAfterDays: options.disableAfterDays ?? 5,
    })
    webhooks.start()
  }
  const create = (types: ('image.complete' | 'job.progress')[] | null = null) =>
    webhooks.endpoints.create(principal, { url: target.url, types, description: null })
  const deliveries = async (id: string) =>
    (await webhooks.endpoints.deliveries(principal, id, { limit: 50 })).items
  /** Pretends that every pause is over. */
  const skipPauses = async (): Promise<void> => {
    await database.db.query(`update webhook_deliveries set next_attempt_at = now() where status = 'pending'`)
    webhooks.wake()
  }

  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.db.query('truncate webhooks, webhook_deliveries, webhook_cursor, webhook_account_secrets')
    log = []
    emitted = []
    target = await endpoint()
    start()
    // The cursor starts at the head of the log it first sees.
    await vi.waitFor(async () =>
      expect(await database.db.query('select 1 from webhook_cursor')).toHaveLength(1),
    )
  })
  afterEach(async () => {
    await webhooks.close()
    await outbound.close()
    await new Promise((resolve) => target.server.close(resolve))
  })

  it('sends an event signed so that the public library verifies it, under the event’s id', async () => {
    const webhook = await create()
    const event = happen('image.complete', { data: { id: 'i1', status: 'complete' } })
    await vi.waitFor(() => expect(target.got).toHaveLength(1))
    const [received] = target.got as [Received]
    expect(verify(webhook.secret, received)).toEqual({
      type: 'image.complete',
      timestamp: event.createdAt.toISOString(),
      data: { id: 'i1', status: 'complete' },
    })
    expect(received.headers['webhook-id']).toBe(event.id)
    expect(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, received)).toThrow()
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.status).toBe('delivered'))
  })

  it('filters by type, keeps accounts apart, and leaves progress to those who ask for it', async () => {
    await create(['image.complete'])
    happen('image.created')
    happen('image.complete', { ownerId: uuidv7() })
    const mine = happen('image.complete')
    await vi.waitFor(() => expect(target.got).toHaveLength(1))
    expect(target.got[0]?.headers['webhook-id']).toBe(mine.id)

    await create()
    happen('job.progress')
    const last = happen('image.deleted')
    await vi.waitFor(() => expect(target.got.at(-1)?.headers['webhook-id']).toBe(last.id))
    expect(target.got).toHaveLength(2)
  })

  it('tries again under the same id after a failure, and honours a longer Retry-After', async () => {
    target.answer.status = 503
    target.answer.headers = { 'retry-after': '3600' }
    const webhook = await create()
    happen('image.complete')
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.error).toContain('503'))
    const [waiting] = await deliveries(webhook.id)
    const pause = (waiting?.nextAttemptAt.getTime() ?? 0) - Date.now()
    expect(pause).toBeGreaterThan(3_500_000)

    target.answer.status = 200
    await skipPauses()
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.status).toBe('delivered'))
    expect(new Set(target.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect((await deliveries(webhook.id))[0]?.attempts).toBe(2)
  })

  it('keeps what is due across a stop of the process', async () => {
    target.answer.status = 500
    const webhook = await create()
    happen('image.complete')
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.attempts).toBe(1))
    await webhooks.close()
    await outbound.close()
    target.answer.status = 200
    start()
    await skipPauses()
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.status).toBe('delivered'))
  })

  it('turns an endpoint off that answers 410, and says so by an event', async () => {
    target.answer.status = 410
    const webhook = await create()
    happen('image.complete')
    await vi.waitFor(async () =>
      expect(await webhooks.endpoints.get(principal, webhook.id)).toMatchObject({ enabled: false }),
    )
    expect(emitted).toEqual([expect.objectContaining({ type: 'webhook.disabled', ownerId: ann })])
    await expect(webhooks.endpoints.test(principal, webhook.id)).rejects.toSatisfy((e) =>
      isFailure(e, 'conflict'),
    )
  })

  it('turns an endpoint off after days of nothing but failures; enabling it forgets them', async () => {
    target.answer.status = 500
    const webhook = await create()
    await database.db.query(`update webhooks set failing_since = now() - interval '6 days'`)
    happen('image.complete')
    await vi.waitFor(async () =>
      expect((await webhooks.endpoints.get(principal, webhook.id)).disabledReason).toContain('5 days'),
    )
    const { webhook: enabled } = await webhooks.endpoints.change(principal, webhook.id, { enabled: true })
    expect(enabled).toMatchObject({ enabled: true, failingSince: null, disabledReason: null })
  })

  it('signs with both secrets during a rotation', async () => {
    const webhook = await create()
    const { secret } = await webhooks.endpoints.change(principal, webhook.id, { rotateSecret: true })
    happen('image.complete')
    await vi.waitFor(() => expect(target.got).toHaveLength(1))
    const [received] = target.got as [Received]
    expect(verify(webhook.secret, received)).toBeTruthy()
    expect(verify(String(secret), received)).toBeTruthy()
  })

  it('tells the address given with an upload of its end, signed with the account’s secret', async () => {
    const secret = await webhooks.endpoints.rotateAccountSecret(principal)
    happen('job.processing', { webhookUrl: target.url })
    const end = happen('image.complete', { webhookUrl: target.url })
    await vi.waitFor(() => expect(target.got).toHaveLength(1))
    expect(target.got[0]?.headers['webhook-id']).toBe(end.id)
    expect(verify(secret, target.got[0] as Received)).toMatchObject({ type: 'image.complete' })
  })

  it('replays a past delivery under its own id, and sends a test', async () => {
    const webhook = await create()
    const event = happen('image.complete')
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.status).toBe('delivered'))
    const [past] = await deliveries(webhook.id)
    await webhooks.endpoints.replay(principal, webhook.id, String(past?.id))
    await webhooks.endpoints.test(principal, webhook.id)
    await vi.waitFor(() => expect(target.got).toHaveLength(3))
    expect(target.got.filter(({ headers }) => headers['webhook-id'] === event.id)).toHaveLength(2)
    expect(target.got.map(({ body }) => JSON.parse(body).type)).toContain('webhook.test')
  })

  it('never reaches a private address that is not allowed, nor follows a redirect', async () => {
    await webhooks.close()
    await outbound.close()
    start({ allow: [] })
    const webhook = await create()
    happen('image.complete')
    await vi.waitFor(async () =>
      expect((await deliveries(webhook.id))[0]?.error).toContain('public addresses'),
    )
    expect(target.got).toEqual([])
  })

  it('does not know another account’s endpoint', async () => {
    const webhook = await create()
    const other = { ...principal, userId: uuidv7() }
    await expect(webhooks.endpoints.get(other, webhook.id)).rejects.toSatisfy((e) =>
      isFailure(e, 'not_found'),
    )
    expect((await webhooks.endpoints.list(other, { limit: 10 })).items).toEqual([])
  })
})
