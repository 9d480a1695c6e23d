import type { CachePurgeRequest } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import type { JobRecord } from '../../jobs/index.ts'
import { storageKey } from '../../platform/storage/key.ts'
import { insertPurge } from '../store/purges.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ images: { presets: {} }, worker: false })
})
afterAll(() => shop.close())

const files = 10
/** Images with a file that a URL made, each. */
async function fill(count: number): Promise<string[]> {
  const user = shop.user()
  const picture = await jpeg(20, 10)
  const ids: string[] = []
  while (ids.length < count) {
    const some = Array.from({ length: files }, (_, n) => ({
      name: 'f',
      value: picture,
      filename: `${n}.jpg`,
    }))
    const { payload, headers } = multipart(some)
    const sent = { method: 'POST' as const, url: '/api/images', payload }
    const answer = await shop.app.inject({ ...sent, headers: { ...headers, ...user.headers } })
    ids.push(...answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id))
  }
  for (const id of ids) {
    const key = storageKey(`images/${id}/renditions/made`)
    await shop.storage.put(key, Buffer.from('made'), { contentType: 'image/webp' })
    await shop.images.reader.ledger.record({
      imageId: id,
      key: 'made',
      kind: 'delivery',
      name: null,
      version: 1,
      storageKey: key,
      format: 'webp',
      contentType: 'image/webp',
      width: 10,
      height: 5,
      size: 4,
      etag: '"made"',
    })
  }
  return ids
}

/** A purge whose job is held by nobody but the test. */
async function hold(
  wanted: Pick<Parameters<typeof insertPurge>[1], 'what' | 'value' | 'presets'>,
): Promise<{ job: JobRecord; purgeId: string }> {
  const actorId = uuidv7()
  return shop.database.db.transaction(async (tx) => {
    const purgeId = uuidv7()
    const [made] = await shop.book.enqueue(tx, [
      { ownerId: actorId, type: 'purge', imageId: null, priority: 'bulk', input: { purgeId } },
    ])
    const [job] = await shop.book.claim(tx, [made?.job.id ?? ''], 'test')
    if (job === undefined) throw new Error('it was not claimed')
    await insertPurge(tx, { id: purgeId, jobId: job.id, actorId, ...wanted })
    return { job, purgeId }
  })
}

it('goes on where it was when its worker died, and purges each image once', async () => {
  const ids = await fill(60)
  const { job, purgeId } = await hold({ what: 'all', value: null, presets: false })
  const state = async () => {
    const [row] = await shop.database.db.query(
      'select status, seen, images, renditions, bytes, after_id from purges where id = $1',
      [purgeId],
    )
    return row
  }
  // It dies behind its first transaction
  const dying = new AbortController()
  const first = shop.images.work.handlers.purge({
    job,
    signal: dying.signal,
    progress: () => dying.abort(new Error('killed')),
    mayRetry: () => true,
  })
  await expect(first).rejects.toThrow('killed')
  expect(await state()).toMatchObject({ status: 'running', seen: 25, images: 25, renditions: 25, bytes: 100 })

  const values: number[] = []
  await shop.images.work.handlers.purge({
    job,
    signal: new AbortController().signal,
    progress: (value) => values.push(value),
    mayRetry: () => true,
  })
  expect(await state()).toMatchObject({
    status: 'complete',
    seen: 60,
    images: 60,
    renditions: 60,
    bytes: 240,
  })
  expect(values.toSorted((a, b) => a - b)).toEqual(values)
  const left = await shop.database.db.query<{ purges: number; renditions: number }>(
    `select i.purges, (select count(*)::int from renditions r where r.image_id = i.id) as renditions
     from images i where id = any($1::uuid[])`,
    [ids],
  )
  expect(new Set(left.map((row) => JSON.stringify(row)))).toEqual(
    new Set([JSON.stringify({ purges: 1, renditions: 0 })]),
  )
  const [one = ''] = ids
  expect(await shop.storage.head(storageKey(`images/${one}/renditions/made`))).toBeNull()
  // Originals are there as they were
  const [original] = await shop.database.db.query<{ key: string; size: number }>(
    'select original_key as key, size from versions where image_id = $1',
    [one],
  )
  const there = await shop.storage.head(storageKey(original?.key ?? ''))
  expect(there?.size).toBe(original?.size)
})

it('waits behind everybody’s uploads, but for that of one image', async () => {
  const [id = ''] = await fill(1)
  const principal = shop.user('admin')
  const laneOf = async (wanted: CachePurgeRequest) => {
    const { jobId } = await shop.images.purges.request(principal, wanted)
    const [row] = await shop.database.db.query<{ priority: string }>(
      'select priority from jobs where id = $1',
      [jobId],
    )
    return row?.priority
  }
  expect(await laneOf({ what: 'tag', value: 'sea', presets: false })).toBe('bulk')
  expect(await laneOf({ what: 'all', presets: false })).toBe('bulk')
  expect(await laneOf({ what: 'image', value: id, presets: false })).toBe('interactive')
})

it('has presets made by a job of its own, where one runs that may have recorded them already', async () => {
  const [id = ''] = await fill(1)
  const { db } = shop.database
  const waiting = () =>
    db.query<{ id: string }>(
      "select id from jobs where image_id = $1 and type = 'renditions' and status = 'pending'",
      [id],
    )
  const [upload] = await waiting()
  await db.transaction((tx) => shop.book.claim(tx, [upload?.id ?? ''], 'test'))
  await db.query("update renditions set kind = 'preset', name = 'x' where image_id = $1", [id])
  const { job } = await hold({ what: 'image', value: id, presets: true })
  await shop.images.work.handlers.purge({
    job,
    signal: new AbortController().signal,
    progress: () => {},
    mayRetry: () => true,
  })
  expect(await db.query('select 1 from renditions where image_id = $1', [id])).toHaveLength(0)
  expect(await waiting()).toHaveLength(1)
})
