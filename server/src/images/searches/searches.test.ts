import type { SavedSearch, SavedSearchList } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ worker: false, images: { presets: {} } })
})
afterAll(() => shop.close())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const call = (by: User, method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: by.headers, ...(body === undefined ? {} : { payload: body }) })
const save = (by: User, name: string, q = 'sea') => call(by, 'POST', '/api/searches', { name, q })
const listed = async (by: User): Promise<string[]> =>
  (await call(by, 'GET', '/api/searches')).json<SavedSearchList>().items.map(({ name, q }) => `${name}: ${q}`)

it('is kept under a name, changed, listed by name and forgotten', async () => {
  const ann = shop.user()
  const made = await save(ann, ' Sea ', 'tag:sea -night')
  expect(made.statusCode, made.body).toBe(201)
  const { id } = made.json<SavedSearch>()
  expect(made.json()).toMatchObject({ name: 'Sea', q: 'tag:sea -night' })
  await save(ann, 'alps', 'rating>=4')
  expect(await listed(ann)).toEqual(['alps: rating>=4', 'Sea: tag:sea -night'])
  const changed = await call(ann, 'PATCH', `/api/searches/${id}`, { name: 'Ocean' })
  expect(changed.json()).toMatchObject({ id, name: 'Ocean', q: 'tag:sea -night' })
  // In the order it was kept in, the newest first unless it says so.
  expect(made.json()).toMatchObject({ sort: 'newest' })
  const ordered = await call(ann, 'PATCH', `/api/searches/${id}`, { sort: 'taken' })
  expect(ordered.json()).toMatchObject({ q: 'tag:sea -night', sort: 'taken' })
  expect((await call(ann, 'PATCH', `/api/searches/${id}`, { sort: 'upwards' })).statusCode).toBe(400)
  // Its own name is no other's.
  expect((await call(ann, 'PATCH', `/api/searches/${id}`, { name: 'Ocean', q: 'surf' })).statusCode).toBe(200)
  expect((await call(ann, 'DELETE', `/api/searches/${id}`)).statusCode).toBe(204)
  expect((await call(ann, 'DELETE', `/api/searches/${id}`)).statusCode).toBe(404)
  expect(await listed(ann)).toEqual(['alps: rating>=4'])
})

it('refuses a name that is taken, what cannot be searched, and one more than a hundred', async () => {
  const ann = shop.user()
  await save(ann, 'Sea')
  expect((await save(ann, 'Sea', 'other')).statusCode).toBe(409)
  const { id } = (await save(ann, 'Lake')).json<SavedSearch>()
  expect((await call(ann, 'PATCH', `/api/searches/${id}`, { name: 'Sea' })).statusCode).toBe(409)
  const unread = await save(ann, 'Bad', 'type:word')
  expect([unread.statusCode, unread.body]).toEqual([400, expect.stringContaining('at character')])
  for (const [name, q] of [
    ['x'.repeat(101), 'sea'],
    [' ', 'sea'],
    ['Empty', '  '],
    ['Long', 'x'.repeat(501)],
  ] as const)
    expect((await save(ann, name, q)).statusCode, name.slice(0, 9)).toBe(400)
  for (let n = 0; n < 97; n += 1) await save(ann, `n${n}`)
  // Of two that take the last place at once one is refused.
  const last = await Promise.all([save(ann, 'last'), save(ann, 'very last')])
  expect(last.map(({ statusCode }) => statusCode).sort()).toEqual([201, 403])
  expect(await listed(ann)).toHaveLength(100)
})

it('is of one account alone, and goes with it', async () => {
  const [ann, bob] = [shop.user(), shop.user()]
  const { id } = (await save(ann, 'Sea')).json<SavedSearch>()
  expect((await save(bob, 'Sea')).statusCode).toBe(201)
  for (const [method, body] of [
    ['PATCH', { q: 'x' }],
    ['DELETE', undefined],
  ] as const) {
    expect((await call(bob, method, `/api/searches/${id}`, body)).statusCode).toBe(404)
    expect((await call(bob, method, `/api/searches/${uuidv7()}`, body)).statusCode).toBe(404)
  }
  expect(await listed(ann)).toEqual(['Sea: sea'])
  await shop.images.holdings.deleteAllOf(ann.userId)
  expect(await listed(ann)).toEqual([])
  expect(await listed(bob)).toEqual(['Sea: sea'])
})
