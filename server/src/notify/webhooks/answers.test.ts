import { isFailure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { openWebhooks, principalOf, type WebhooksSetup } from '../testing/webhooks-setup.ts'
import { pauseAfter, plannedAttempts } from './schedule.ts'

let database: TestDatabase
let setup: WebhooksSetup
beforeAll(async () => {
  database = await testDatabase()
  setup = await openWebhooks(database)
})
afterAll(async () => {
  await setup?.close()
  await database?.close()
})
beforeEach(() => {
  Object.assign(setup.target.answer, { status: 204, headers: {}, body: '' })
  setup.target.got.length = 0
})

const settled = (id: string, status: string, count = 1) =>
  vi.waitFor(async () => {
    const all = (await setup.deliveries(id)).filter((delivery) => delivery.status === status)
    expect(all).toHaveLength(count)
    return all
  })

describe('what an endpoint answered', () => {
  it('is kept for its owner: the beginning of it, how long it took, and that of the last attempt', async () => {
    const { id } = await setup.create()
    Object.assign(setup.target.answer, { status: 500, body: `a\u0000${'ä'.repeat(2000)}` })
    const { id: first } = await setup.endpoints.test(setup.principal, id)
    const tried = await vi.waitFor(async () => {
      const delivery = await setup.endpoints.delivery(setup.principal, id, first)
      expect(delivery.responseStatus).toBe(500)
      return delivery
    })
    // 1024 bytes: two, then 511 whole letters of two bytes
    expect(tried.answer).toBe(`a\ufffd${'ä'.repeat(511)}`)
    expect(tried.durationMs).toBeGreaterThanOrEqual(0)
    expect(tried.attemptedAt?.getTime()).toBeGreaterThan(tried.createdAt.getTime())

    Object.assign(setup.target.answer, { status: 200, body: '' })
    await setup.skipPauses()
    const [delivered] = await settled(id, 'delivered')
    expect(delivered).toMatchObject({ id: first, answer: null, responseStatus: 200, attempts: 2 })

    const stranger = principalOf(uuidv7())
    const refused = await setup.endpoints.delivery(stranger, id, first).catch((error: unknown) => error)
    expect(isFailure(refused, 'not_found')).toBe(true)
    const other = await setup.create()
    const elsewhere = await setup.endpoints
      .delivery(setup.principal, other.id, first)
      .catch((error: unknown) => error)
    expect(isFailure(elsewhere, 'not_found')).toBe(true)
  })
})

describe('sending again what never arrived', () => {
  it('sends each event once, however often it is asked for at once, and leaves out what came later', async () => {
    const { id } = await setup.create(['image.complete'])
    setup.target.answer.status = 410
    const lost = setup.happen('image.complete')
    await settled(id, 'failed')
    const gone = await setup.endpoints.replayFailed(setup.principal, id).catch((error: unknown) => error)
    expect(isFailure(gone, 'conflict'), 'a webhook that is off sends nothing').toBe(true)
    await setup.endpoints.change(setup.principal, id, { enabled: true })
    setup.target.answer.status = 410
    const late = setup.happen('image.complete')
    await settled(id, 'failed', 2)
    await setup.endpoints.change(setup.principal, id, { enabled: true })

    setup.target.answer.status = 204
    setup.target.got.length = 0
    const both = await Promise.all([0, 1].map(() => setup.endpoints.replayFailed(setup.principal, id)))
    expect(both.map(({ queued }) => queued).sort()).toEqual([0, 2])
    await settled(id, 'delivered', 2)
    const sent = setup.target.got.map(({ headers }) => headers['webhook-id'])
    expect(sent.sort()).toEqual([lost.id, late.id].sort())
    expect(await setup.endpoints.replayFailed(setup.principal, id)).toEqual({ queued: 0, more: false })
  })
})

it('a replay that is asked for again and again waits once', async () => {
  const { id } = await setup.create(['image.complete'])
  const event = setup.happen('image.complete')
  await settled(id, 'delivered')
  const [past] = await setup.deliveries(id)
  setup.target.answer.status = 500
  const asked = await Promise.all(
    Array.from({ length: 20 }, () => setup.endpoints.replay(setup.principal, id, String(past?.id))),
  )
  expect(new Set(asked.map((each) => each.id)).size).toBe(1)
  const [waiting] = await settled(id, 'pending')
  await vi.waitFor(async () =>
    expect((await setup.endpoints.delivery(setup.principal, id, waiting?.id ?? '')).responseStatus).toBe(500),
  )
  setup.target.answer.status = 204
  await setup.endpoints.replay(setup.principal, id, String(past?.id))
  await settled(id, 'delivered', 2)
  expect(new Set(setup.target.got.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event.id]))
})

it('plans the attempts that are left as they will come', () => {
  const next = new Date('2026-01-01T00:00:00Z')
  const planned = plannedAttempts(3, next)
  expect(planned).toHaveLength(10 - 3)
  expect(planned[0]).toEqual(next)
  const steps = planned.slice(1).map((time, n) => time.getTime() - (planned[n]?.getTime() ?? 0))
  expect(steps).toEqual([4, 5, 6, 7, 8, 9].map((n) => pauseAfter(n, null, 0.5)))
  expect(plannedAttempts(9, next)).toEqual([next])
})
