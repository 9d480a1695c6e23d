import type { Album, BulkAnswer, Image, Job, Page } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
let picture: Buffer
beforeAll(async () => {
  shop = await openWorkshop({ images: { presets: {} } })
  picture = await jpeg(20, 10)
})
afterAll(() => shop.close())

const call = (by: User, method: 'GET' | 'POST', url: string, body?: object) =>
  shop.app.inject({ method, url, headers: by.headers, ...(body === undefined ? {} : { payload: body }) })
const bulk = (by: User, body: object) => call(by, 'POST', '/api/images/bulk', body)

async function upload(by: User, count: number): Promise<string[]> {
  const files = Array.from({ length: count }, (_, n) => ({ name: 'f', value: picture, filename: `${n}.jpg` }))
  const { payload, headers } = multipart(files)
  const sent = { method: 'POST' as const, url: '/api/images', payload }
  const answer = await shop.app.inject({ ...sent, headers: { ...headers, ...by.headers } })
  const body = answer.json<{ images: Image[] } & Image>()
  return count === 1 ? [body.id] : body.images.map(({ id }) => id)
}
const listed = async (by: User, query: string): Promise<string[]> =>
  (await call(by, 'GET', `/api/images?limit=200&${query}`)).json<Page<Image>>().items.map(({ id }) => id)
const ended = (by: User, id: string): Promise<Job> =>
  vi.waitFor(
    async () => {
      const job = (await call(by, 'GET', `/api/jobs/${id}`)).json<Job>()
      expect(job.finishedAt).not.toBeNull()
      return job
    },
    { timeout: 30_000, interval: 50 },
  )

it('changes a selection at once, tells of each, and says which it could not', async () => {
  const user = shop.user()
  const [stranger] = await upload(shop.user(), 1)
  const ids = await upload(user, 4)
  const [trashed = '', ...rest] = ids
  await call(user, 'POST', `/api/images/${trashed}/trash`)
  const missing = uuidv7()
  const change = { favourite: true, addTags: ['sea', 'sky'], visibility: 'public' }
  const answer = await bulk(user, { imageIds: [...ids, stranger, missing, rest[0]], change })
  expect(answer.statusCode).toBe(200)
  const { changed, refused, job } = answer.json<BulkAnswer>()
  expect([changed, job]).toEqual([3, null])
  expect(Object.fromEntries(refused.map(({ imageId, code }) => [imageId, code]))).toEqual({
    [trashed]: 'conflict',
    [stranger ?? '']: 'not_found',
    [missing]: 'not_found',
  })
  expect((await listed(user, 'favourite=true&tag=sky&visibility=public')).toSorted()).toEqual(rest.toSorted())
  // The same again changes nothing, and nobody is told.
  expect((await bulk(user, { imageIds: rest, change })).json()).toMatchObject({ changed: 0, refused: [] })
  await bulk(user, { imageIds: rest, change: { removeTags: ['sky'] } })
  expect(await listed(user, 'tag=sky')).toEqual([])
  await vi.waitFor(async () => {
    const events = await shop.events.after(0, { ownerId: user.userId, limit: 200 })
    const told = events.filter(({ type }) => type === 'image.updated').map(({ imageId }) => imageId)
    expect(told.toSorted()).toEqual([...rest, ...rest].toSorted())
  })
})

it('moves a selection to the trash, and back; deletes it for good', async () => {
  const user = shop.user()
  const ids = await upload(user, 3)
  expect((await bulk(user, { imageIds: ids, change: { trash: true } })).json()).toMatchObject({ changed: 3 })
  expect(await listed(user, 'archived=any')).toEqual([])
  const back = { imageIds: ids.slice(0, 2), change: { trash: false, rating: 2 } }
  expect((await bulk(user, back)).json()).toMatchObject({ changed: 2 })
  expect((await listed(user, 'minRating=2')).toSorted()).toEqual(ids.slice(0, 2).toSorted())
  const gone = await bulk(user, { imageIds: [...ids, uuidv7()], change: { delete: true } })
  expect(gone.json()).toMatchObject({ changed: 3, refused: [{ code: 'not_found' }] })
  expect(await listed(user, 'trashed=true')).toEqual([])
})

it('puts a selection into an album and takes it out', async () => {
  const user = shop.user()
  const ids = await upload(user, 3)
  const album = (await call(user, 'POST', '/api/albums', { name: 'Sea' })).json<Album>()
  const count = async () => (await call(user, 'GET', `/api/albums/${album.id}`)).json<Album>().imageCount
  await bulk(user, { imageIds: ids, change: { addToAlbum: album.id } })
  expect(await count()).toBe(3)
  await bulk(user, { imageIds: ids.slice(1), change: { removeFromAlbum: album.id, rating: 5 } })
  expect(await count()).toBe(1)
  const stranger = shop.user()
  const [theirs] = await upload(stranger, 1)
  const strange = await bulk(stranger, { imageIds: [theirs], change: { addToAlbum: album.id } })
  expect([strange.statusCode, strange.json().detail]).toEqual([404, 'There is no such album.'])
})

it('changes what a query finds by a job that counts, and leaves the rest', async () => {
  const user = shop.user()
  const ids = await upload(user, 60)
  const [kept = ''] = ids
  await bulk(user, { imageIds: [kept], change: { archived: true } })
  const asked = await bulk(user, { query: { archived: 'false' }, change: { trash: true } })
  expect(asked.statusCode).toBe(202)
  const { job } = asked.json<BulkAnswer>()
  expect(asked.headers.location).toBe(`/api/jobs/${job?.id}`)
  expect(await ended(user, job?.id ?? '')).toMatchObject({
    type: 'bulk',
    status: 'complete',
    progress: 1,
    result: { counts: { changed: 59, refused: 0 } },
  })
  expect(await listed(user, 'archived=any')).toEqual([kept])
  expect((await listed(user, 'trashed=true')).length).toBe(59)
  const emptied = await bulk(user, { query: { trashed: true }, change: { delete: true } })
  expect((await ended(user, emptied.json<BulkAnswer>().job?.id ?? '')).result?.counts).toEqual({
    changed: 59,
    refused: 0,
  })
  expect(await listed(user, 'trashed=true')).toEqual([])
})

it('deletes by a query only what has lain in the trash since it was asked', async () => {
  const user = shop.user()
  const ids = await upload(user, 3)
  const [, restored = '', again = ''] = ids
  // So that nothing else waits for them.
  await vi.waitFor(async () => expect(await listed(user, 'status=complete')).toHaveLength(3), {
    timeout: 30_000,
    interval: 50,
  })
  await bulk(user, { imageIds: ids, change: { trash: true } })
  const { db } = shop.database
  const empty = async (): Promise<string> => {
    const asked = await bulk(user, { query: { trashed: true }, change: { delete: true } })
    return asked.json<BulkAnswer>().job?.id ?? ''
  }
  const [first, second] = await db.transaction(async (tx) => {
    await tx.query('select 1 from images where id = any($1::uuid[]) for update', [ids])
    const one = await empty()
    await vi.waitFor(
      async () => {
        const waiting = await db.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        expect(waiting).toHaveLength(1)
      },
      { timeout: 30_000, interval: 50 },
    )
    await tx.query('update images set trashed_at = null where id = $1', [restored])
    await tx.query('update images set trashed_at = clock_timestamp() where id = $1', [again])
    return [one, await empty()] as const
  })
  expect((await ended(user, first)).result?.counts).toEqual({ changed: 1, refused: 0 })
  // Asked again it means what lies there by then.
  expect((await ended(user, second)).result?.counts).toEqual({ changed: 1, refused: 0 })
  expect([await listed(user, ''), await listed(user, 'trashed=true')]).toEqual([[restored], []])
})

it('does a long selection by a job', async () => {
  const user = shop.user()
  const ids = await upload(user, 2)
  const imageIds = [...ids, ...Array.from({ length: 998 }, () => uuidv7())]
  const answer = await bulk(user, { imageIds, change: { rating: 1 } })
  expect(answer.statusCode).toBe(202)
  const job = await ended(user, answer.json<BulkAnswer>().job?.id ?? '')
  expect(job.result?.counts).toEqual({ changed: 2, refused: 998 })
})

it('goes on where a worker left it that lost the job, counts what that one did, and lets it do no more', async () => {
  const user = shop.user()
  const { db } = shop.database
  const ids = [...(await upload(user, 30)), ...Array.from({ length: 80 }, () => uuidv7())]
  // So that nothing else waits for them.
  await vi.waitFor(async () => expect(await listed(user, 'status=complete')).toHaveLength(30), {
    timeout: 60_000,
    interval: 50,
  })
  const id = await db.transaction(async (tx) => {
    await tx.query('select 1 from images where id = $1 for update', [ids[27] ?? ''])
    const asked = await bulk(user, { imageIds: ids, change: { delete: true } })
    const job = asked.json<BulkAnswer>().job?.id ?? ''
    const locks = () =>
      db.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    await vi.waitFor(async () => expect(await locks()).toHaveLength(1), { timeout: 30_000, interval: 50 })
    expect(await listed(user, '')).toHaveLength(5)
    // As if its time were over, and another had taken it
    await db.query(
      `update jobs set fence = fence + 1, status = 'pending', dispatched_at = null, lease_until = null where id = $1`,
      [job],
    )
    return job
  })
  expect(await ended(user, id)).toMatchObject({
    status: 'complete',
    attempts: 2,
    result: { counts: { changed: 30, refused: 80 } },
  })
  expect(await listed(user, '')).toEqual([])
})

it('takes a query only from whom it may tell what it finds', async () => {
  const user = shop.user()
  const key = { ...user, headers: { authorization: `${user.headers.authorization}.images:write` } }
  const query = { q: 'zermatt' }
  const refused = await bulk(key, { query, change: { rating: 1 } })
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'insufficient_scope'])
  expect((await bulk(key, { imageIds: [uuidv7()], change: { rating: 1 } })).statusCode).toBe(200)
})

it.each([
  [{ imageIds: [], change: { rating: 1 } }],
  [{ imageIds: Array.from({ length: 1001 }, () => uuidv7()), change: { rating: 1 } }],
  [{ change: { rating: 1 } }],
  [{ imageIds: [uuidv7()], query: {}, change: { rating: 1 } }],
  [{ imageIds: [uuidv7()], change: {} }],
  [{ imageIds: [uuidv7()], change: { rating: 6 } }],
  [{ imageIds: [uuidv7()], change: { delete: false } }],
  [{ imageIds: [uuidv7()], change: { delete: true, rating: 1 } }],
  [{ imageIds: [uuidv7()], change: { trash: true, rating: 1 } }],
  [{ query: {}, change: { delete: true } }],
  [{ query: { trashed: false }, change: { delete: true } }],
  [{ query: { colour: 'red' }, change: { rating: 1 } }],
])('refuses %j', async (body) => {
  const answer = await bulk(shop.user(), body)
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request'])
})

it('never puts all of several duplicates into the trash, whoever keeps which', async () => {
  const user = shop.user()
  const [one = '', two = ''] = await upload(user, 2)
  const keep = (keeping: string, imageIds: string[]) =>
    bulk(user, { imageIds, change: { trash: true }, keeping })
  const both = await Promise.all([keep(one, [two]), keep(two, [one])])
  expect(both.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409])
  const [left = '', ...none] = await listed(user, '')
  expect(none).toEqual([])
  expect((await keep(left, [left])).statusCode).toBe(409)
  expect((await keep(uuidv7(), [left])).statusCode).toBe(409)
  const [strangers = ''] = await upload(shop.user(), 1)
  expect((await keep(strangers, [left])).statusCode).toBe(409)
  expect(await listed(user, '')).toEqual([left])
  const [other = ''] = await upload(user, 1)
  const many = [other, ...Array.from({ length: 30 }, () => uuidv7()), left]
  expect((await keep(left, many)).statusCode).toBe(409)
  expect(await listed(user, '')).toHaveLength(2)
  for (const wrong of [
    { imageIds: [left], change: { favourite: true }, keeping: one },
    { query: {}, change: { trash: true }, keeping: one },
  ])
    expect((await bulk(user, wrong)).statusCode).toBe(400)
})
