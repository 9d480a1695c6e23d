import { Failure, type Image, type Version } from '@rendition/contract'
import { defaultPresets, parseRecipe } from '@rendition/contract/recipe'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startWorks, type User, type Works } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

/** One service before and one after the epoch was raised and a preset changed, on the same data. */
let before: Workshop
let after: Works
/** Accounts that are being erased. */
const going = new Set<string>()
/** Where jobs are done now. */
let now: Works
beforeAll(async () => {
  before = await openWorkshop({ worker: false })
  const { database, storage, queue, bus, results } = before
  const holdOwner = async (_tx: unknown, ownerId: string) => {
    if (going.has(ownerId)) throw new Failure('token_invalid')
  }
  const options = { worker: false, engineEpoch: 1_000, holdOwner }
  after = await startWorks({ db: database.db, storage, queue, bus, results }, options)
  now = before
  stopWorker = await workerOf(before)
})
let stopWorker: () => Promise<void>
const workerOf = async (works: Works): Promise<() => Promise<void>> => {
  const worker = await works.startWorker()
  return () => worker.stop(10_000)
}
/** From here on jobs are done by that service. */
async function moveTo(works: Works): Promise<void> {
  if (now === works) return
  await stopWorker()
  stopWorker = await workerOf(works)
  now = works
}
afterAll(async () => {
  await after.stop()
  await before.close()
})

const call = (works: Works, user: User, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) =>
  works.app.inject({
    method,
    url: `/api${path}`,
    headers: user.headers,
    ...(payload === undefined ? {} : { payload }),
  })
async function show(works: Works, user: User, id: string): Promise<Image> {
  return (await call(works, user, 'GET', `/images/${id}`)).json()
}
async function upload(user: User): Promise<Image> {
  await moveTo(before)
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(400, 300), filename: 'a.jpg' }])
  const all = { ...headers, ...user.headers }
  const answer = await before.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })
  return complete(before, user, answer.json<Image>().id)
}
const complete = (works: Works, user: User, id: string): Promise<Image> =>
  vi.waitFor(
    async () => {
      const image = await show(works, user, id)
      expect(image.status).toBe('complete')
      return image
    },
    { timeout: 30_000, interval: 30 },
  )
/** A job done to its end by the service of the moment. */
async function done(user: User, path: string, body: object): Promise<void> {
  const answer = await call(now, user, 'POST', path, body)
  expect(answer.statusCode).toBeLessThan(300)
  const { jobId, id } = answer.json<{ jobId?: string; id?: string }>()
  await vi.waitFor(
    async () =>
      expect((await call(now, user, 'GET', `/jobs/${jobId ?? id}`)).json()).toMatchObject({
        status: 'complete',
      }),
    { timeout: 30_000, interval: 30 },
  )
}
const kinds = async (id: string): Promise<Record<string, number>> => {
  const found: Record<string, number> = {}
  for (const { kind } of await before.images.reader.ledger.list(id)) found[kind] = (found[kind] ?? 0) + 1
  return found
}
const names = ['thumbnail', 'small', 'medium', 'large', 'original']

it('an image keeps its sizes when the epoch is raised', async () => {
  const user = before.user()
  const { id, sizes } = await upload(user)
  expect(Object.keys(sizes)).toEqual(names)
  const raised = await show(after, user, id)
  const facts = (all: Image['sizes']) =>
    Object.entries(all).map(([name, { width, height, size, format }]) => [name, width, height, size, format])
  expect(facts(raised.sizes)).toEqual(facts(sizes))
  expect(raised.sizes.small?.url).toContain('preset=small')
  const listed = (await call(after, user, 'GET', '/images')).json<{ items: Image[] }>()
  expect(Object.keys(listed.items[0]?.sizes ?? {})).toEqual(names)
})

it('a renditions job makes them anew, and what they replace can be evicted', async () => {
  const user = before.user()
  const { id } = await upload(user)
  const old = await before.images.reader.ledger.list(id)
  await moveTo(after)
  // One was asked for by its URL meanwhile: the job makes it part of the image, and does not make it again.
  const [facts, version] = [await after.images.reader.facts(id), await after.images.reader.version(id)]
  const [small] = old.filter(({ name }) => name === 'small')
  if (facts === null || version === null || small === undefined) throw new Error('no image')
  const { recipe } = after.images.reader.settle(version, defaultPresets.small ?? parseRecipe({}), true)
  const key = after.images.reader.renditionKey(version, recipe, null, [])
  await after.images.reader.ledger.record({ ...small, key, kind: 'delivery', name: null })
  await done(user, '/jobs', { imageId: id, type: 'renditions' })
  expect(await kinds(id)).toEqual({ preset: 4, delivery: 4 })
  const presets = (await after.images.reader.ledger.list(id)).filter(({ kind }) => kind === 'preset')
  expect(presets.map(({ name }) => name).sort()).toEqual(['large', 'medium', 'small', 'thumbnail'])
  expect(presets.filter((row) => old.some((each) => each.key === row.key))).toEqual([])
  expect((await after.images.reader.ledger.evict(0)).removed).toBeGreaterThanOrEqual(4)
  expect(await kinds(id)).toEqual({ preset: 4 })
  expect(Object.keys((await show(after, user, id)).sizes)).toEqual(names)
  // A process of the old version, still running beside the new one, shows them as well.
  expect(Object.keys((await show(before, user, id)).sizes)).toEqual(names)
})

it('versions keep theirs apart, and a restored one shares those of what it restores', async () => {
  const user = before.user()
  const { id } = await upload(user)
  await done(user, `/images/${id}/transform`, { rotate: 90, saveImage: true })
  const sizesOf = async (works: Works) => {
    const { sizes, version } = await show(works, user, id)
    return { version, small: [sizes.small?.width, sizes.small?.height], names: Object.keys(sizes) }
  }
  const turned = await sizesOf(before)
  expect(await sizesOf(after)).toEqual(turned)
  expect((turned.small[0] ?? 0) < (turned.small[1] ?? 0)).toBe(true)
  await call(before, user, 'POST', `/images/${id}/versions/1/restore`)
  const restored = await sizesOf(before)
  expect([restored.version, restored.names]).toEqual([3, names])
  expect(await sizesOf(after)).toEqual(restored)
  await moveTo(after)
  await done(user, '/jobs', { imageId: id, type: 'renditions' })
  // The four of the edited version and its picture stay, those of version 1 make room.
  expect(await kinds(id)).toEqual({ preset: 9, delivery: 4 })
  await call(after, user, 'POST', `/images/${id}/undo`)
  expect(await sizesOf(after)).toEqual(turned)
  const { items } = (await call(after, user, 'GET', `/images/${id}/versions`)).json<{ items: Version[] }>()
  expect(items.map(({ version }) => version)).toEqual([3, 2, 1])
})

it.each([
  ['by operations', { width: 50, height: 50 }],
  ['to a preset', { preset: 'small' }],
])('an image edited %s is laid over others as before', async (_how, edit) => {
  const user = before.user()
  const mark = await upload(user)
  await done(user, `/images/${mark.id}/transform`, { ...edit, saveImage: true })
  const base = await upload(user)
  await moveTo(after)
  await done(user, `/images/${base.id}/transform`, { watermarkImage: mark.id, saveImage: true })
  const [asset] = (await after.images.reader.version(base.id))?.assets ?? []
  expect(asset?.imageId).toBe(mark.id)
  // What lies under the edit is part of the image, so nothing takes it away from those that use it.
  await done(user, '/jobs', { imageId: mark.id, type: 'renditions' })
  await after.images.reader.ledger.evict(0)
  expect(asset === undefined ? null : await before.storage.head(asset.storageKey)).not.toBeNull()
})

it('after a new epoch everything is made anew by itself, and the old bytes go', async () => {
  const user = before.user()
  const plain = await upload(user)
  const edited = await upload(user)
  await done(user, `/images/${edited.id}/transform`, { width: 50, height: 50, saveImage: true })
  const passing = await call(before, user, 'POST', `/images/${plain.id}/transform`, {
    blur: 3,
    saveImage: false,
  })
  const { jobId } = passing.json<{ jobId: string }>()
  const result = await call(before, user, 'GET', `/jobs/${jobId}/result?wait=30`)
  expect(result.statusCode).toBe(200)
  const old = (
    await Promise.all([plain.id, edited.id].map((id) => before.images.reader.ledger.list(id)))
  ).flat()
  await moveTo(after)
  await vi.waitFor(
    async () => {
      await after.images.upkeep.renewOnce()
      const rows = await Promise.all([plain.id, edited.id].map((id) => after.images.reader.ledger.list(id)))
      expect(rows.flat().filter(({ key }) => old.some((each) => each.key === key))).toEqual([])
    },
    { timeout: 100_000, interval: 50 },
  )
  for (const { storageKey } of old) expect(await before.storage.head(storageKey)).toBeNull()
  for (const { id } of [plain, edited])
    expect(Object.keys((await show(after, user, id)).sizes)).toEqual(names)
  // The picture of the edit is there again: others lay it over theirs
  expect((await after.images.reader.ledger.list(edited.id)).some(({ name }) => name === null)).toBe(true)
  // A result stays for its time what it was
  const later = await call(after, user, 'GET', `/jobs/${jobId}/result`)
  expect([later.statusCode, later.headers.etag]).toEqual([200, result.headers.etag])
  // There is nothing left to ask for
  const jobs = (): Promise<unknown[]> => before.database.db.query('select id from jobs order by id')
  const asked = await jobs()
  await after.images.upkeep.renewOnce()
  expect(await jobs()).toEqual(asked)
  // What the service asked for by itself is in nobody's list
  const listed = (await call(after, user, 'GET', '/jobs?limit=200')).json<{ items: unknown[] }>().items
  expect(listed.length).toBeLessThan(asked.length)
}, 180_000)

it('what cannot be made anew does not stay for that', async () => {
  const user = before.user()
  const { id } = await upload(user)
  const version = await before.images.reader.version(id)
  if (version === null) throw new Error('no version')
  await before.storage.put(version.original.key, Buffer.from('no picture any more'))
  await moveTo(after)
  await vi.waitFor(
    async () => {
      await after.images.upkeep.renewOnce()
      expect((await after.images.reader.ledger.list(id)).length).toBe(0)
    },
    { timeout: 100_000, interval: 50 },
  )
}, 180_000)

it('an account that is being erased does not keep those of others waiting', async () => {
  const [leaving, staying] = [before.user(), before.user()]
  const [gone, kept] = [await upload(leaving), await upload(staying)]
  const old = await before.images.reader.ledger.list(kept.id)
  going.add(leaving.userId)
  await moveTo(after)
  await vi.waitFor(
    async () => {
      await after.images.upkeep.renewOnce()
      const rows = await after.images.reader.ledger.list(kept.id)
      expect(rows.filter(({ key }) => old.some((each) => each.key === key))).toEqual([])
      expect(rows.length).toBeGreaterThan(0)
      // Nothing is made for it, and what it had is not looked at again and again
      expect(await after.images.reader.ledger.list(gone.id)).toEqual([])
    },
    { timeout: 100_000, interval: 50 },
  )
}, 180_000)

it('processes that renew at the same time are not in the way of each other, and stop when nothing is left', async () => {
  const user = before.user()
  const { id } = await upload(user)
  const { db } = before.database
  // More than one goes, in places that have nothing to do with their order
  await db.query(
    `insert into renditions (image_id, key, kind, version, storage_key, format, content_type, width, height, size, etag, epoch)
     select $1, md5(n::text), 'delivery', 1, 'none/' || n, 'webp', 'image/webp', 1, 1, 1, 'e', 1
     from generate_series(1, 3000) n order by random()`,
    [id],
  )
  await moveTo(after)
  await vi.waitFor(
    async () => {
      const left = await Promise.all(Array.from({ length: 4 }, () => after.images.upkeep.renewOnce()))
      expect(left).toEqual([false, false, false, false])
    },
    { timeout: 100_000, interval: 50 },
  )
  expect(await db.query('select 1 from renditions where epoch < 1000')).toEqual([])
  const asked = vi.spyOn(db, 'query')
  const opened = vi.spyOn(db, 'transaction')
  // The loops of jobs ask in between, now and then: what it needs itself it would need every time
  await vi.waitFor(async () => {
    asked.mockClear()
    opened.mockClear()
    expect(await after.images.upkeep.renewOnce()).toBe(false)
    expect([asked.mock.calls.length, opened.mock.calls.length]).toEqual([1, 0])
  })
  vi.restoreAllMocks()
}, 180_000)
