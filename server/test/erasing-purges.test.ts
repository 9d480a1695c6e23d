import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { jpeg } from '../src/images/testing/pictures.ts'
import { eventsAppendedTopic } from '../src/jobs/index.ts'
import { openTarget, type Target } from '../src/notify/testing/webhooks-setup.ts'
import { holdLock } from '../src/platform/database/locks.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/** The events of an erased account go at once; what caches in front have to forget of its pictures must not go with them. */
let house: WholeHouse
let target: Target
let picture: Buffer
beforeAll(async () => {
  target = await openTarget()
  house = await openWholeHouse({ env: { PURGE_URL: target.url } })
  picture = await jpeg(60, 40)
  // The first is the administrator, who may not go.
  await join()
  await vi.waitFor(async () => expect(await rows('cache_purge_cursor')).toBe(1))
})
afterAll(async () => {
  await house?.close()
  await target?.close()
})
beforeEach(() => {
  target.got.length = 0
  target.answer.status = 204
})

const rows = async (table: string, where = 'true'): Promise<number> =>
  (await house.database.query(`select 1 from ${table} where ${where}`)).length
const told = (): string[] => target.got.flatMap(({ body }) => (JSON.parse(body) as { tags: string[] }).tags)

async function send<T>(method: string, path: string, token: string, body?: FormData | object): Promise<T> {
  const form = body instanceof FormData
  const answer = await fetch(house.url + path, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  })
  expect(answer.status).toBeLessThan(300)
  const text = await answer.text()
  return (text === '' ? {} : JSON.parse(text)) as T
}

async function join(): Promise<string> {
  const account = { username: `u${randomUUID().slice(0, 18)}`, password: 'correct horse' }
  return (await send<{ accessToken: string }>('POST', '/api/auth/register', '', account)).accessToken
}

async function upload(token: string): Promise<string> {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(picture)]), 'a.jpg')
  const { id } = await send<{ id: string }>('POST', '/api/images', token, form)
  return `image-${id}`
}

/** Keeps a purge under way without an answer: nobody reads the log meanwhile. */
async function holdPurges(token: string): Promise<void> {
  target.answer.status = 0
  const tag = await upload(token)
  await send('DELETE', `/api/images/${tag.slice('image-'.length)}`, token)
  await vi.waitFor(() => expect(target.held.size).toBe(1), 20_000)
}

function release(): void {
  target.answer.status = 204
  for (const response of target.held) response.writeHead(204).end()
  target.held.clear()
}

/** Whoever reads the log is woken, as by an event of somebody else; otherwise it looks within five seconds. */
const otherNews = (): Promise<void> => house.parts.bus.publish(eventsAppendedTopic, {})

it('tells a cache that was slow to answer while the account was erased', async () => {
  const [other, token] = [await join(), await join()]
  const tags = [await upload(token), await upload(token)]
  await holdPurges(other)
  await send('DELETE', '/api/auth/me', token)
  release()
  await otherNews()
  await vi.waitFor(() => expect(told()).toEqual(expect.arrayContaining(tags)), 20_000)
})

it('tells it too when no event had reached the log yet', async () => {
  const token = await join()
  const tags = [await upload(token), await upload(token)]
  await house.database.transaction(async (tx) => {
    // Of the relay.
    await holdLock(tx, 'relay')
    await send('DELETE', '/api/auth/me', token)
    expect(await rows('outbox')).toBe(0)
  })
  await otherNews()
  await vi.waitFor(() => expect(told()).toEqual(expect.arrayContaining(tags)), 20_000)
})
