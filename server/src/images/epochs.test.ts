import type { Image, Version } from '@rendition/contract'
import { defaultPresets, parseRecipe } from '@rendition/contract/recipe'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startWorks, type User, type Works } from '../../test/works.ts'
import { openWorkshop, type Workshop } from '../../test/workshop.ts'
import { jpeg, multipart } from './testing/pictures.ts'

/** One service before and one after the epoch was raised and a preset changed, on the same data. */
let before: Workshop
let after: Works
/** Where jobs are done now. */
let now: Works
beforeAll(async () => {
  before = await openWorkshop({ worker: false })
  const { database, storage, queue, bus } = before
  after = await startWorks({ db: database.db, storage, queue, bus }, { worker: false, engineEpoch: 1_000 })
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
  for (const { kind } of await before.images.ledger.list(id)) found[kind] = (found[kind] ?? 0) + 1
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
  const old = await before.images.ledger.list(id)
  await moveTo(after)
  // One was asked for by its URL meanwhile: the job makes it part of the image, and does not make it again.
  const [facts, version] = [await after.images.facts(id), await after.images.version(id)]
  const [small] = old.filter(({ name }) => name === 'small')
  if (facts === null || version === null || small === undefined) throw new Error('no image')
  const key = after.images.renditionKey(version, defaultPresets.small ?? parseRecipe({}), null, [])
  await after.images.ledger.record({ ...small, key, kind: 'delivery', name: null })
  await done(user, '/jobs', { imageId: id, type: 'renditions' })
  expect(await kinds(id)).toEqual({ preset: 4, delivery: 4 })
  const presets = (await after.images.ledger.list(id)).filter(({ kind }) => kind === 'preset')
  expect(presets.map(({ name }) => name).sort()).toEqual(['large', 'medium', 'small', 'thumbnail'])
  expect(presets.filter((row) => old.some((each) => each.key === row.key))).toEqual([])
  expect((await after.images.ledger.evict(0)).removed).toBeGreaterThanOrEqual(4)
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
  const [asset] = (await after.images.version(base.id))?.assets ?? []
  expect(asset?.imageId).toBe(mark.id)
  // What lies under the edit is part of the image, so nothing takes it away from those that use it.
  await done(user, '/jobs', { imageId: mark.id, type: 'renditions' })
  await after.images.ledger.evict(0)
  expect(asset === undefined ? null : await before.storage.head(asset.storageKey)).not.toBeNull()
})
