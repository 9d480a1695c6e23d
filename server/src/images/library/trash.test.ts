import type { Image, Page } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ worker: false, images: { quotaImages: 6, presets: {}, orphanGraceMs: 0 } })
})
afterAll(() => shop.close())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const call = (user: User, method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: user.headers, ...(body === undefined ? {} : { payload: body }) })

async function send(user: User, name = 'a.jpg') {
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(20, 10), filename: name }])
  return shop.app.inject({
    method: 'POST',
    url: '/api/images',
    payload,
    headers: { ...headers, ...user.headers },
  })
}
const upload = async (user: User, name?: string): Promise<string> => (await send(user, name)).json<Image>().id
const listed = async (user: User, query = ''): Promise<string[]> =>
  (await call(user, 'GET', `/api/images?${query}`)).json<Page<Image>>().items.map(({ id }) => id)
const eventsOf = async (user: User): Promise<string[]> =>
  (await shop.events.after(0, { ownerId: user.userId, limit: 100 })).map(({ type }) => type)

it('marks what its owner marks, and lists by it', async () => {
  const user = shop.user()
  const [first, second, third] = [await upload(user), await upload(user), await upload(user)]
  const marked = await call(user, 'PATCH', `/api/images/${first}`, { favourite: true, rating: 4 })
  expect(marked.json()).toMatchObject({ favourite: true, rating: 4, archived: false, trashedAt: null })
  await call(user, 'PATCH', `/api/images/${second}`, { archived: true, rating: 2 })
  expect(await listed(user)).toEqual([third, first])
  expect(await listed(user, 'archived=true')).toEqual([second])
  expect(await listed(user, 'archived=any')).toEqual([third, second, first])
  expect(await listed(user, 'favourite=true')).toEqual([first])
  expect(await listed(user, 'favourite=false')).toEqual([third])
  expect(await listed(user, 'minRating=2&archived=any')).toEqual([second, first])
  expect(await listed(user, 'minRating=3')).toEqual([first])
  for (const query of ['favourite=maybe', 'minRating=6', 'archived=some', 'trashed=2']) {
    expect([query, (await call(user, 'GET', `/api/images?${query}`)).statusCode]).toEqual([query, 400])
  }
  for (const body of [{ rating: 6 }, { rating: 1.5 }, { favourite: 'yes' }]) {
    expect((await call(user, 'PATCH', `/api/images/${first}`, body)).statusCode).toBe(400)
  }
})

it('takes an image out of everything but the trash, and gives it back as it was', async () => {
  const user = shop.user()
  const [kept, id] = [await upload(user), await upload(user)]
  await call(user, 'PATCH', `/api/images/${id}`, { tags: ['sea'], favourite: true })
  const trashed = await call(user, 'POST', `/api/images/${id}/trash`)
  expect([trashed.statusCode, trashed.json()]).toMatchObject([
    200,
    { id, sizes: {}, trashedAt: expect.any(String) },
  ])
  expect(await listed(user, 'archived=any')).toEqual([kept])
  expect(await listed(user, 'favourite=true')).toEqual([])
  expect(await listed(user, 'trashed=true')).toEqual([id])
  expect(await shop.images.reader.facts(id)).toBeNull()
  // The second time it stays as long as it would.
  expect((await call(user, 'POST', `/api/images/${id}/trash`)).json()).toEqual(trashed.json())
  const asked: [Method, string, object?][] = [
    ['PATCH', '', { altText: 'x' }],
    ['POST', '/undo'],
    ['POST', '/versions/1/restore'],
    ['DELETE', '/renditions'],
    ['POST', '/transform', { saveImage: true, width: 5 }],
  ]
  for (const [method, path, body] of asked) {
    const answer = await call(user, method, `/api/images/${id}${path}`, body)
    expect([path, answer.statusCode, answer.json().code]).toEqual([path, 409, 'conflict'])
  }
  const restored = (await call(user, 'POST', `/api/images/${id}/restore`)).json<Image>()
  expect(restored).toMatchObject({ tags: ['sea'], favourite: true, trashedAt: null })
  expect(restored.sizes.original).toBeDefined()
  expect(await listed(user, 'favourite=true')).toEqual([id])
  await vi.waitFor(async () =>
    expect((await eventsOf(user)).filter((type) => /trashed|restored/.test(type))).toEqual([
      'image.trashed',
      'image.restored',
    ]),
  )
})

it('gives nobody what jobs made of it', async () => {
  const user = shop.user()
  const id = await upload(user)
  const jobId = (await call(user, 'GET', `/api/images/${id}`)).json<Image>().jobId
  const worker = await shop.startWorker()
  try {
    const body = { saveImage: true, async: false, width: 5 }
    const made = (await call(user, 'POST', `/api/images/${id}/transform`, body)).json<{ id: string }>()
    expect((await call(user, 'GET', `/api/jobs/${made.id}/result`)).statusCode).toBe(200)
    await call(user, 'POST', `/api/images/${id}/trash`)
    for (const job of [made.id, jobId]) {
      const answer = await call(user, 'GET', `/api/jobs/${job}/result`)
      expect([answer.statusCode, answer.json().code]).toEqual([410, 'result_expired'])
    }
    await call(user, 'POST', `/api/images/${id}/restore`)
    expect((await call(user, 'GET', `/api/jobs/${made.id}/result`)).statusCode).toBe(200)
  } finally {
    await worker.stop(5_000)
  }
})

it('counts against the quota until its time is over, and then is gone for good', async () => {
  const user = shop.user()
  const ids: string[] = []
  for (let n = 0; n < 6; n += 1) ids.push(await upload(user))
  for (const id of ids.slice(0, 2)) await call(user, 'POST', `/api/images/${id}/trash`)
  expect((await send(user)).json().code).toBe('quota_exceeded')
  await shop.database.db.query(
    `update images set trashed_at = now() - interval '30 days 1 minute' where id = $1`,
    [ids[0] ?? ''],
  )
  await shop.images.upkeep.sweepOnce()
  expect(await listed(user, 'trashed=true')).toEqual([ids[1]])
  expect((await call(user, 'GET', `/api/images/${ids[0]}`)).statusCode).toBe(404)
  expect((await send(user)).statusCode).toBe(201)
  // Deletion is final wherever the image is.
  expect((await call(user, 'DELETE', `/api/images/${ids[1]}`)).statusCode).toBe(204)
  expect(await listed(user, 'trashed=true')).toEqual([])
})

it('is nobody else’s', async () => {
  const id = await upload(shop.user())
  for (const step of ['trash', 'restore']) {
    expect((await call(shop.user(), 'POST', `/api/images/${id}/${step}`)).statusCode).toBe(404)
  }
})
