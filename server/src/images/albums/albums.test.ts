import type { Album, Image, Page } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
let user: User
let ids: string[]
beforeAll(async () => {
  shop = await openWorkshop({ worker: false, images: { presets: {} } })
  user = shop.user()
  ids = []
  for (let n = 0; n < 6; n += 1) ids.push(await upload(user))
})
afterAll(() => shop.close())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const call = (by: User, method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: by.headers, ...(body === undefined ? {} : { payload: body }) })

async function upload(by: User): Promise<string> {
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(20, 10), filename: 'a.jpg' }])
  const sent = { method: 'POST' as const, url: '/api/images', payload }
  return (await shop.app.inject({ ...sent, headers: { ...headers, ...by.headers } })).json<Image>().id
}
const make = async (imageIds: string[] = [], by = user): Promise<Album> =>
  (await call(by, 'POST', '/api/albums', { name: 'Sea', imageIds })).json()
/** The images by their number, page by page. */
async function order(albumId: string, limit = 2): Promise<number[]> {
  const seen: number[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const url = `/api/albums/${albumId}/images?limit=${limit}${query}`
    const page: Page<Image> = (await call(user, 'GET', url)).json()
    seen.push(...page.items.map(({ id }) => ids.indexOf(id)))
    cursor = page.nextCursor
  }
  return seen
}
const id = (n: number): string => ids[n] ?? ''

it('is made, changed, listed and deleted, and its images stay', async () => {
  const made = await call(user, 'POST', '/api/albums', { name: ' Sea ', description: 'cold' })
  const album = made.json<Album>()
  expect([made.statusCode, made.headers.location]).toEqual([201, `/api/albums/${album.id}`])
  expect(album).toMatchObject({ name: 'Sea', description: 'cold', cover: null, imageCount: 0 })
  await call(user, 'POST', `/api/albums/${album.id}/images`, { imageIds: [id(1), id(0)] })
  const cover = await call(user, 'PATCH', `/api/albums/${album.id}`, { coverImageId: id(0), name: 'Ocean' })
  expect(cover.json()).toMatchObject({ name: 'Ocean', description: 'cold', cover: { id: id(0) } })
  expect((await call(user, 'PATCH', `/api/albums/${album.id}`, { coverImageId: id(5) })).statusCode).toBe(404)
  await call(user, 'POST', `/api/albums/${album.id}/images/remove`, { imageIds: [id(0), id(4)] })
  // A cover that left stands for nothing.
  expect((await call(user, 'GET', `/api/albums/${album.id}`)).json()).toMatchObject({
    coverImageId: id(0),
    cover: { id: id(1) },
    imageCount: 1,
  })
  const other = await make()
  const list = (await call(user, 'GET', '/api/albums')).json<Page<Album>>()
  expect(list.items.map(({ name }) => name)).toEqual(['Sea', 'Ocean'])
  const holding = (await call(user, 'GET', `/api/albums?imageId=${id(1)}`)).json<Page<Album>>()
  expect(holding.items.map(({ name }) => name)).toEqual(['Ocean'])
  for (const gone of [album, other]) {
    expect((await call(user, 'DELETE', `/api/albums/${gone.id}`)).statusCode).toBe(204)
    expect((await call(user, 'GET', `/api/albums/${gone.id}`)).statusCode).toBe(404)
  }
  expect((await call(user, 'GET', `/api/images/${id(1)}`)).statusCode).toBe(200)
  await vi.waitFor(async () => {
    const events = await shop.events.after(0, { ownerId: user.userId, limit: 100 })
    const told = events.filter(({ data }) => data.id === album.id).map(({ type }) => type.slice(6))
    expect(told).toEqual(['created', 'updated', 'updated', 'updated', 'deleted'])
  })
})

it('keeps the order it is given, however often it changes', async () => {
  const { id: albumId } = await make([id(0), id(1), id(2)])
  const items = `/api/albums/${albumId}/images`
  await call(user, 'POST', items, { imageIds: [id(3), id(0)], before: id(1) })
  expect(await order(albumId)).toEqual([0, 3, 1, 2])
  await call(user, 'PATCH', items, { imageIds: [id(2), id(1)], before: id(0) })
  expect(await order(albumId)).toEqual([2, 1, 0, 3])
  await call(user, 'PATCH', items, { imageIds: [id(2)] })
  expect(await order(albumId)).toEqual([1, 0, 3, 2])
  // Each time into the same gap, until there is none and the album is spread out.
  for (let n = 0; n < 40; n += 1) {
    const [first = 0, second = 0] = await order(albumId, 50)
    await call(user, 'PATCH', items, { imageIds: [id(first), id(second)].reverse(), before: id(3) })
    expect((await order(albumId, 50)).slice(0, 2)).toEqual([second, first])
  }
  expect((await order(albumId)).toSorted()).toEqual([0, 1, 2, 3])
})

it('goes on behind the last image seen, wherever that is now', async () => {
  const { id: albumId } = await make(ids)
  const url = `/api/albums/${albumId}/images`
  const { nextCursor } = (await call(user, 'GET', `${url}?limit=2`)).json<Page<Image>>()
  const rest = async () =>
    (await call(user, 'GET', `${url}?cursor=${nextCursor}`))
      .json<Page<Image>>()
      .items.map((i) => ids.indexOf(i.id))
  expect(await rest()).toEqual([2, 3, 4, 5])
  await call(user, 'PATCH', url, { imageIds: [id(1)], before: id(5) })
  expect(await rest()).toEqual([5])
  await call(user, 'POST', `${url}/remove`, { imageIds: [id(1)] })
  expect(await rest()).toEqual([2, 3, 4, 5])
  expect((await call(user, 'GET', `${url}?cursor=x.1`)).statusCode).toBe(400)
})

it('loses what is deleted and hides what is in the trash; the list can be of one album', async () => {
  const [lost, hidden] = [await upload(user), await upload(user)]
  const { id: albumId } = await make([hidden, lost, id(0)])
  await call(user, 'DELETE', `/api/images/${lost}`)
  await call(user, 'POST', `/api/images/${hidden}/trash`)
  await call(user, 'PATCH', `/api/images/${id(0)}`, { archived: true })
  const album = async () => (await call(user, 'GET', `/api/albums/${albumId}`)).json<Album>()
  expect(await album()).toMatchObject({ imageCount: 1, cover: { id: id(0) } })
  expect(await order(albumId)).toEqual([0])
  const listed = (await call(user, 'GET', `/api/images?album=${albumId}`)).json<Page<Image>>()
  expect(listed.items.map((image) => image.id)).toEqual([id(0)])
  await call(user, 'PATCH', `/api/images/${id(0)}`, { archived: false })
  await call(user, 'POST', `/api/images/${hidden}/restore`)
  expect(await album()).toMatchObject({ imageCount: 2, cover: { id: hidden } })
})

it('takes only what is its owner’s and there', async () => {
  const stranger = shop.user()
  const theirs = await upload(stranger)
  const trashed = await upload(user)
  await call(user, 'POST', `/api/images/${trashed}/trash`)
  const { id: albumId } = await make([id(0)])
  const codes = async (method: Method, path: string, body: object): Promise<[number, string]> => {
    const answer = await call(user, method, `/api/albums${path}`, body)
    return [answer.statusCode, answer.json().code]
  }
  expect(await codes('POST', `/${albumId}/images`, { imageIds: [theirs] })).toEqual([404, 'not_found'])
  expect(await codes('POST', `/${albumId}/images`, { imageIds: [uuidv7()] })).toEqual([404, 'not_found'])
  expect(await codes('POST', '', { name: 'x', imageIds: [theirs] })).toEqual([404, 'not_found'])
  expect(await codes('POST', `/${albumId}/images`, { imageIds: [trashed] })).toEqual([409, 'conflict'])
  const strange = { imageIds: [id(1)], before: id(2) }
  expect(await codes('POST', `/${albumId}/images`, strange)).toEqual([404, 'not_found'])
  expect(await codes('PATCH', `/${albumId}/images`, { imageIds: [id(1)] })).toEqual([404, 'not_found'])
  const itself = { imageIds: [id(0)], before: id(0) }
  expect(await codes('PATCH', `/${albumId}/images`, itself)).toEqual([409, 'conflict'])
  for (const body of [{ name: '' }, {}, { name: 'x'.repeat(201) }, { name: 'a', colour: 'red' }]) {
    expect(await codes('POST', '', body)).toEqual([400, 'invalid_request'])
  }
  for (const [method, path, body] of [
    ['GET', ''],
    ['PATCH', '', { name: 'mine' }],
    ['DELETE', ''],
    ['GET', '/images'],
    ['POST', '/images', { imageIds: [theirs] }],
    ['PATCH', '/images', { imageIds: [theirs] }],
    ['POST', '/images/remove', { imageIds: [theirs] }],
  ] as [Method, string, object?][]) {
    const answers = await Promise.all(
      [albumId, uuidv7()].map((each) => call(stranger, method, `/api/albums/${each}${path}`, body)),
    )
    expect(answers.map((answer) => [answer.statusCode, answer.json().detail])).toEqual([
      [404, 'There is no such album.'],
      [404, 'There is no such album.'],
    ])
  }
})

it('moves no image that is being deleted', async () => {
  const owner = shop.user()
  const gone = await upload(owner)
  const album = await make([gone, await upload(owner)], owner)
  const { db } = shop.database
  const moved = await db.transaction(async (tx) => {
    await tx.query('delete from images where id = $1', [gone])
    const move = call(owner, 'PATCH', `/api/albums/${album.id}/images`, { imageIds: [gone] })
    const answered = move.then((answer) => answer)
    await vi.waitFor(
      async () => {
        const waiting = await db.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        expect(waiting).toHaveLength(1)
      },
      { timeout: 30_000, interval: 20 },
    )
    return { answered }
  })
  expect((await moved.answered).statusCode).toBe(404)
})

it('holds an album for as few statements as a new picture needs, since the others of its folder wait meanwhile', async () => {
  await call(user, 'POST', '/api/albums', { name: 'Held' })
  const transactions: string[][] = []
  const { transaction } = shop.database.db
  const spy = vi.spyOn(shop.database.db, 'transaction').mockImplementation((work) =>
    transaction((tx) => {
      const said: string[] = []
      transactions.push(said)
      const query: typeof tx.query = (text, ...more) => {
        said.push(text)
        return tx.query(text, ...more)
      }
      return work({ ...tx, query })
    }),
  )
  try {
    const value = await jpeg(20, 10)
    const parts = [
      { name: 'folders', value: 'album' },
      { name: 'f', value, filename: 'Held/a.jpg' },
    ]
    const { payload, headers } = multipart(parts)
    const all = { ...headers, ...user.headers }
    const sent = await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })
    expect(sent.statusCode).toBe(201)
  } finally {
    spy.mockRestore()
  }
  const holds = (text: string) => /from albums where id = \$1 for update/.test(text)
  const said = transactions.find((one) => one.some(holds)) ?? []
  // Its place and date, how many there are, what stands for it, and what is told.
  expect(said.slice(said.findIndex(holds) + 1)).toHaveLength(4)
})

it('lets images be added and deleted at once without a deadlock, and goes with its account', async () => {
  const owner = shop.user()
  const many: string[] = []
  for (let n = 0; n < 8; n += 1) many.push(await upload(owner))
  const album = await make(many.slice(0, 4), owner)
  const add = (imageIds: string[]) => call(owner, 'POST', `/api/albums/${album.id}/images`, { imageIds })
  const all = await Promise.all([
    ...many.slice(4).map((each) => add([each, many[0] ?? ''])),
    ...many.slice(0, 4).map((each) => call(owner, 'DELETE', `/api/images/${each}`)),
    add([...many.slice(4)].reverse()),
  ])
  expect(all.map(({ statusCode }) => statusCode).every((status) => [200, 204, 404].includes(status))).toBe(
    true,
  )
  expect(await shop.images.holdings.owners('00000000-0000-7000-8000-000000000000', 200)).toContain(
    owner.userId,
  )
  await shop.images.holdings.deleteAllOf(owner.userId)
  expect((await call(owner, 'GET', '/api/albums')).json()).toEqual({ items: [], nextCursor: null })
})

it('lets pictures of one folder come side by side: they wait for their album when all else of them is written', async () => {
  const { db } = shop.database
  const album = (await call(user, 'POST', '/api/albums', { name: 'Folder' })).json<Album>()
  const value = await jpeg(20, 10)
  const send = async (name: string): Promise<number> => {
    const parts = [
      { name: 'folders', value: 'album' },
      { name: 'f', value, filename: `Folder/${name}` },
    ]
    const { payload, headers } = multipart(parts)
    const all = { ...headers, ...user.headers }
    return (await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })).statusCode
  }
  const waiting = async (): Promise<number | undefined> => {
    const [row] = await db.query<{ count: number }>(
      `select count(distinct writes.pid)::int as count from pg_locks writes join pg_locks waits on waits.pid = writes.pid
       where not waits.granted and writes.granted and writes.relation = 'images'::regclass and writes.mode = 'RowExclusiveLock'
         and writes.database = (select oid from pg_database where datname = current_database())`,
    )
    return row?.count
  }
  const sent: Promise<number>[] = []
  await db.transaction(async (tx) => {
    await tx.query('select 1 from albums where id = $1 for update', [album.id])
    sent.push(send('a.jpg'), send('b.jpg'))
    await expect.poll(waiting, { timeout: 20_000 }).toBe(2)
  })
  expect(await Promise.all(sent)).toEqual([201, 201])
  expect((await call(user, 'GET', `/api/albums/${album.id}`)).json()).toMatchObject({ imageCount: 2 })
})
