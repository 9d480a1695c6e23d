import { isFailure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import {
  openWebhooks,
  principalOf,
  type Received,
  verify,
  type WebhooksSetup,
} from '../testing/webhooks-setup.ts'

describe('webhooks', () => {
  let database: TestDatabase
  let setup: WebhooksSetup
  let target: WebhooksSetup['target']
  let create: WebhooksSetup['create']
  let happen: WebhooksSetup['happen']
  let deliveries: WebhooksSetup['deliveries']
  let skipPauses: WebhooksSetup['skipPauses']

  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    setup = await openWebhooks(database)
    ;({ target, create, happen, deliveries, skipPauses } = setup)
  })
  afterEach(() => setup.close())

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
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.error).toContain('500'))
    target.answer.status = 200
    await setup.restart()
    await skipPauses()
    await vi.waitFor(async () => expect((await deliveries(webhook.id))[0]?.status).toBe('delivered'))
  })

  it('turns an endpoint off that answers 410, and says so by an event', async () => {
    target.answer.status = 410
    const webhook = await create()
    happen('image.complete')
    await vi.waitFor(async () =>
      expect(await setup.endpoints.get(setup.principal, webhook.id)).toMatchObject({ enabled: false }),
    )
    expect(setup.emitted).toEqual([expect.objectContaining({ type: 'webhook.disabled', ownerId: setup.ann })])
    await expect(setup.endpoints.test(setup.principal, webhook.id)).rejects.toSatisfy((e) =>
      isFailure(e, 'conflict'),
    )
  })

  it('turns an endpoint off after days of nothing but failures; enabling it forgets them', async () => {
    target.answer.status = 500
    const webhook = await create()
    await database.db.query(`update webhooks set failing_since = now() - interval '6 days'`)
    happen('image.complete')
    await vi.waitFor(async () =>
      expect((await setup.endpoints.get(setup.principal, webhook.id)).disabledReason).toContain('5 days'),
    )
    expect(setup.emitted).toEqual([
      expect.objectContaining({
        type: 'webhook.disabled',
        ownerId: setup.ann,
        data: expect.objectContaining({ id: webhook.id, url: target.url }),
      }),
    ])
    const { webhook: enabled } = await setup.endpoints.change(setup.principal, webhook.id, { enabled: true })
    expect(enabled).toMatchObject({ enabled: true, failingSince: null, disabledReason: null })
  })

  it('signs with both secrets during a rotation', async () => {
    const webhook = await create()
    const { secret } = await setup.endpoints.change(setup.principal, webhook.id, { rotateSecret: true })
    happen('image.complete')
    await vi.waitFor(() => expect(target.got).toHaveLength(1))
    const [received] = target.got as [Received]
    expect(verify(webhook.secret, received)).toBeTruthy()
    expect(verify(String(secret), received)).toBeTruthy()
  })

  it('tells the address given with an upload of its end, signed with the account’s secret', async () => {
    const secret = await setup.endpoints.rotateAccountSecret(setup.principal)
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
    await setup.endpoints.replay(setup.principal, webhook.id, String(past?.id))
    await setup.endpoints.test(setup.principal, webhook.id)
    await vi.waitFor(() => expect(target.got).toHaveLength(3))
    expect(target.got.filter(({ headers }) => headers['webhook-id'] === event.id)).toHaveLength(2)
    expect(target.got.map(({ body }) => JSON.parse(body).type)).toContain('webhook.test')
  })

  it('never reaches a private address that is not allowed', async () => {
    await setup.restart({ allow: [] })
    const webhook = await create()
    happen('image.complete')
    await vi.waitFor(async () =>
      expect((await deliveries(webhook.id))[0]?.error).toContain('public addresses'),
    )
    expect(target.got).toEqual([])
  })

  it('does not know another account’s endpoint', async () => {
    const webhook = await create()
    const other = principalOf(uuidv7())
    await expect(setup.endpoints.get(other, webhook.id)).rejects.toSatisfy((e) => isFailure(e, 'not_found'))
    expect((await setup.endpoints.list(other, { limit: 10 })).items).toEqual([])
  })
})
