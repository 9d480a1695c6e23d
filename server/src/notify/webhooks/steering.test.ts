import type { LookupFunction } from 'node:net'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import {
  openTarget,
  openWebhooks,
  principalOf,
  type Received,
  type Target,
  verify,
  type WebhooksSetup,
} from '../testing/webhooks-setup.ts'

let database: TestDatabase
let setup: WebhooksSetup
const targets: Target[] = []
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  setup = await openWebhooks(database)
})
afterEach(async () => {
  for (const target of [setup.target, ...targets]) for (const response of target.held) response.destroy()
  await setup.close()
  for (const target of targets.splice(0)) await target.close()
})

async function anotherTarget(): Promise<Target> {
  const target = await openTarget()
  targets.push(target)
  return target
}
const change = async (id: string, changes: Parameters<typeof setup.endpoints.change>[2]) =>
  setup.endpoints.change(setup.principal, id, changes)
const signatures = (received: Received | undefined): string[] =>
  String(received?.headers['webhook-signature']).split(' ')
describe('an endpoint that changes', () => {
  it('gets nothing more once its owner turned it off, not even what waits for another attempt', async () => {
    setup.target.answer.status = 500
    const webhook = await setup.create()
    setup.happen('image.complete')
    await vi.waitFor(async () => expect((await setup.deliveries(webhook.id))[0]?.error).toContain('500'))
    await change(webhook.id, { enabled: false })
    expect((await setup.deliveries(webhook.id))[0]).toMatchObject({
      status: 'failed',
      error: 'Turned off by its owner.',
    })
    const unheard = setup.happen('image.complete')
    setup.target.answer.status = 200
    await setup.skipPauses()
    await vi.waitFor(async () =>
      expect(await database.db.query('select position from webhook_cursor')).toEqual([
        { position: unheard.position },
      ]),
    )
    await change(webhook.id, { enabled: true })
    const last = setup.happen('image.updated')
    await vi.waitFor(() => expect(setup.target.got).toHaveLength(2))
    expect(setup.target.got[1]?.headers['webhook-id']).toBe(last.id)
  })

  it('gets what waits at the address its owner mended', async () => {
    setup.target.answer.status = 404
    const mended = await anotherTarget()
    const webhook = await setup.create()
    const event = setup.happen('image.complete')
    await vi.waitFor(async () => expect((await setup.deliveries(webhook.id))[0]?.error).toContain('404'))
    await change(webhook.id, { url: mended.url })
    await setup.skipPauses()
    await vi.waitFor(() => expect(mended.got).toHaveLength(1))
    expect(mended.got[0]?.headers['webhook-id']).toBe(event.id)
    expect(setup.target.got).toHaveLength(1)
  })

  it('gets nothing once it is removed', async () => {
    setup.target.answer.status = 500
    const webhook = await setup.create()
    setup.happen('image.complete')
    await vi.waitFor(() => expect(setup.target.got).toHaveLength(1))
    await setup.endpoints.remove(setup.principal, webhook.id)
    setup.target.answer.status = 200
    await setup.skipPauses()
    const another = await setup.create()
    const last = setup.happen('image.updated')
    await vi.waitFor(async () => expect((await setup.deliveries(another.id))[0]?.status).toBe('delivered'))
    expect(setup.target.got.slice(1).map(({ headers }) => headers['webhook-id'])).toEqual([last.id])
  })

  it('is rotated twice at once and loses neither secret', async () => {
    const webhook = await setup.create()
    const rotated = await Promise.all([1, 2].map(() => change(webhook.id, { rotateSecret: true })))
    setup.happen('image.complete')
    await vi.waitFor(() => expect(setup.target.got).toHaveLength(1))
    const [received] = setup.target.got as [Received]
    for (const { secret } of rotated) expect(verify(String(secret), received)).toBeTruthy()
  })

  it('is signed for by two secrets for a day after a rotation, then by one', async () => {
    const webhook = await setup.create()
    const { secret } = await change(webhook.id, { rotateSecret: true })
    setup.happen('image.complete')
    await vi.waitFor(() => expect(setup.target.got).toHaveLength(1))
    expect(signatures(setup.target.got[0])).toHaveLength(2)
    const [row] = await database.db.query<{ hours: number }>(
      'select extract(epoch from previous_secret_expires_at - now())::float8 / 3600 as hours from webhooks',
    )
    expect(row?.hours).toBeGreaterThan(23)
    await database.db.query('update webhooks set previous_secret_expires_at = now()')
    setup.happen('image.complete')
    await vi.waitFor(() => expect(setup.target.got).toHaveLength(2))
    const later = setup.target.got[1] as Received
    expect(signatures(later)).toHaveLength(1)
    expect(verify(String(secret), later)).toBeTruthy()
    expect(() => verify(webhook.secret, later)).toThrow()
  })
})

describe('a delivery that waits', () => {
  it('is sent at once when its owner asks, as the same delivery', async () => {
    setup.target.answer.status = 500
    const webhook = await setup.create()
    setup.happen('image.complete')
    await vi.waitFor(async () => expect((await setup.deliveries(webhook.id))[0]?.error).toContain('500'))
    const [waiting] = await setup.deliveries(webhook.id)
    setup.target.answer.status = 204
    await setup.endpoints.replay(setup.principal, webhook.id, String(waiting?.id))
    // Its next attempt would be five seconds away.
    await vi.waitFor(async () =>
      expect(await setup.deliveries(webhook.id)).toMatchObject([
        { id: waiting?.id, status: 'delivered', attempts: 2 },
      ]),
    )
  })

  it('for an answer while the process stops is sent by the next one at once, as if not tried', async () => {
    setup.target.answer.status = 0
    const webhook = await setup.create()
    setup.happen('image.complete')
    await vi.waitFor(() => expect(setup.target.held.size).toBe(1))
    setup.target.answer.status = 204
    await setup.restart()
    // The lease of the first would have held it for a minute.
    await vi.waitFor(async () =>
      expect(await setup.deliveries(webhook.id)).toMatchObject([{ status: 'delivered', attempts: 1 }]),
    )
    expect(setup.target.got).toHaveLength(2)
  })
})

describe('where requests go', () => {
  it('is never where a redirect points', async () => {
    const inside = await anotherTarget()
    setup.target.answer.status = 307
    setup.target.answer.headers = { location: inside.url }
    const webhook = await setup.create()
    setup.happen('image.complete')
    await vi.waitFor(async () => expect((await setup.deliveries(webhook.id))[0]?.error).toContain('307'))
    expect(inside.got).toEqual([])
  })

  it('is judged at every attempt: a name that moves inside is not followed', async () => {
    // The resolver says a reachable address once, then one of the operator's own network.
    let asked = 0
    const rebinding: LookupFunction = (_hostname, _options, callback) => {
      asked += 1
      callback(null, [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }])
    }
    await setup.restart({ allow: ['127.0.0.1/32'], lookup: rebinding })
    setup.target.answer.status = 500
    const webhook = await setup.create(null, `http://rebind.test:${setup.target.port}/hook`)
    setup.happen('image.complete')
    await vi.waitFor(async () => expect((await setup.deliveries(webhook.id))[0]?.error).toContain('500'))
    setup.target.answer.status = 200
    await setup.skipPauses()
    await vi.waitFor(async () =>
      expect((await setup.deliveries(webhook.id))[0]).toMatchObject({
        status: 'pending',
        attempts: 2,
        responseStatus: null,
        error: expect.stringContaining('OUTBOUND_ALLOW'),
      }),
    )
    expect(setup.target.got).toHaveLength(1)
  })
})

describe('one that is slow', () => {
  it('takes its share of the places, and others are told meanwhile', async () => {
    const slow = await anotherTarget()
    slow.answer.status = 0
    for (let n = 0; n < 5; n += 1) await setup.create(null, slow.url)
    const bob = uuidv7()
    const bobs = await setup.endpoints.create(principalOf(bob), {
      url: setup.target.url,
      types: null,
      description: null,
    })
    for (let n = 0; n < 30; n += 1) setup.happen('image.complete')
    // Eight of ann's: half of all places, over five endpoints.
    await vi.waitFor(() => expect(slow.held.size).toBe(8))
    const told = setup.happen('image.complete', { ownerId: bob })
    await vi.waitFor(() => expect(setup.target.got).toHaveLength(1))
    expect(setup.target.got[0]?.headers['webhook-id']).toBe(told.id)
    expect(slow.held.size).toBe(8)
    const { items } = await setup.endpoints.deliveries(principalOf(bob), bobs.id, { limit: 10 })
    expect(items).toHaveLength(1)
  })

  it('gets four at a time', async () => {
    setup.target.answer.status = 0
    await setup.create()
    for (let n = 0; n < 10; n += 1) setup.happen('image.complete')
    await vi.waitFor(() => expect(setup.target.held.size).toBe(4))
    setup.target.answer.status = 204
    const held = [...setup.target.held]
    expect(held).toHaveLength(4)
    for (const response of held) response.writeHead(204).end()
    await vi.waitFor(() => expect(setup.target.got).toHaveLength(10))
  })
})

it('the address of an upload that answers 410 is not tried again', async () => {
  setup.target.answer.status = 410
  setup.happen('image.complete', { webhookUrl: setup.target.url })
  await vi.waitFor(async () =>
    expect(await database.db.query('select status, attempts from webhook_deliveries')).toEqual([
      { status: 'failed', attempts: 1 },
    ]),
  )
  expect(setup.target.got).toHaveLength(1)
})
