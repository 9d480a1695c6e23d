import { type Image, imageListQuerySchema } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { renditionKey, storageKey } from '../../platform/storage/index.ts'
import { jpeg, multipart } from '../testing/pictures.ts'
import { createHoldings, type HoldingsDeps } from './create-library.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ images: { quotaImages: 40, orphanGraceMs: 0 } })
})
afterAll(() => shop.close())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const call = (user: User, method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: user.headers, ...(body === undefined ? {} : { payload: body }) })
async function upload(
  user: User,
  filename: string,
  side = 40,
  fields: Record<string, string> = {},
): Promise<Image> {
  const { payload, headers } = multipart([
    { name: 'f', value: await jpeg(side, side), filename },
    ...Object.entries(fields).map(([name, value]) => ({ name, value })),
  ])
  const all = { ...headers, ...user.headers }
  const answer = await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })
  expect(answer.statusCode).toBe(201)
  return answer.json()
}
const complete = (user: User, id: string): Promise<Image> =>
  vi.waitFor(
    async () => {
      const image = (await call(user, 'GET', `/api/images/${id}`)).json<Image>()
      expect(image.status).toBe('complete')
      return image
    },
    { timeout: 30_000, interval: 30 },
  )
async function listed(user: User, query: string, limit = 3, onPage = async () => {}): Promise<string[]> {
  const names: string[] = []
  let cursor: string | null = null
  do {
    const url = `/api/images?limit=${limit}&${query}${cursor === null ? '' : `&cursor=${cursor}`}`
    const answer = await call(user, 'GET', url)
    expect(answer.statusCode).toBe(200)
    const page: { items: Image[]; nextCursor: string | null } = answer.json()
    names.push(...page.items.map(({ originalName }) => originalName))
    cursor = page.nextCursor
    await onPage()
  } while (cursor !== null)
  return names
}

describe('the list', () => {
  it('pages in every order, filters, and is not disturbed by what arrives', async () => {
    const user = shop.user()
    const names = ['delta', 'Alpha', 'charlie', 'bravo', 'echo', 'Äther', '100%']
    for (const [n, name] of names.entries()) {
      await upload(user, name, 40 + 10 * n, {
        tags: n % 2 ? 'odd' : 'even',
        visibility: n < 3 ? 'public' : 'private',
      })
    }
    expect(await listed(user, 'sort=oldest')).toEqual(names)
    expect(await listed(user, '')).toEqual([...names].reverse())
    const all = (await call(user, 'GET', '/api/images')).json<{ items: Image[] }>().items
    const bySize = all
      .sort((a, b) => b.size - a.size || (a.id < b.id ? 1 : -1))
      .map((image) => image.originalName)
    expect(await listed(user, 'sort=size')).toEqual(bySize)
    const byName = await listed(user, 'sort=name')
    expect(byName.filter((name) => /^[a-z]+$/i.test(name))).toEqual([
      'Alpha',
      'bravo',
      'charlie',
      'delta',
      'echo',
    ])
    expect(await listed(user, 'sort=oldest&tag=odd')).toEqual(['Alpha', 'bravo', 'Äther'])
    expect(await listed(user, 'visibility=public&sort=oldest')).toEqual(['delta', 'Alpha', 'charlie'])
    expect(await listed(user, 'q=HA')).toEqual(['charlie', 'Alpha'])
    expect(await listed(user, `q=${encodeURIComponent('100%')}`)).toEqual(['100%'])
    const while3 = await listed(user, '', 2, async () => {
      await upload(user, 'late', 20)
    })
    expect(while3).toEqual([...names].reverse())
    expect(await listed(shop.user(), '')).toEqual([])
  })

  it.each([
    ['Straße', 'STRASSE'],
    ['Ελλάδα ΟΔΟΣ', 'οδος'],
    ['Ёлка', 'елка'],
    ['Élan', 'elan'],
    ['étude', 'E\u0301TUDE'],
    ['ＡＢＣ', 'abc'],
    ['שָׁלוֹם', 'שלום'],
  ])('finds %s by %s', async (name, q) => {
    const user = shop.user()
    await upload(user, name, 40)
    await upload(user, 'another', 50)
    expect(await listed(user, `q=${encodeURIComponent(q)}`)).toEqual([name])
  })

  it('goes on behind names of any length', async () => {
    const user = shop.user()
    const long = [`${'Ö'.repeat(254)}a`, '\u0001'.repeat(255)]
    for (const originalName of long) {
      const { id } = await upload(user, 'short')
      await call(user, 'PATCH', `/api/images/${id}`, { originalName })
    }
    expect((await listed(user, 'sort=name', 1)).toSorted()).toEqual(long.toSorted())
  })

  it('refuses what it does not know', async () => {
    const user = shop.user()
    await upload(user, 'one')
    await upload(user, 'two')
    const { nextCursor } = (await call(user, 'GET', '/api/images?limit=1&sort=name')).json()
    const cursorOf = (sort: string, value: string): string =>
      Buffer.from(JSON.stringify([sort, value, uuidv7()])).toString('base64url')
    for (const query of [
      'limit=0',
      'limit=201',
      'sort=colour',
      'status=odd',
      'cursor=x',
      `sort=size&cursor=${nextCursor}`,
      `sort=name&cursor=${cursorOf('name', '\0')}`,
      `sort=taken&cursor=${cursorOf('taken', '2024-02-30 00:00:00')}`,
      `sort=taken&cursor=${cursorOf('taken', '0000-01-01 00:00:00')}`,
      `cursor=${'x'.repeat(2_401)}`,
    ]) {
      expect([query, (await call(user, 'GET', `/api/images?${query}`)).statusCode]).toEqual([query, 400])
    }
    expect(imageListQuerySchema.parse({}).limit).toBe(50)
  })
})

describe('one image', () => {
  it('is nobody’s business but its owner’s and an admin’s', async () => {
    const { id } = await upload(shop.user(), 'mine')
    const stranger = shop.user()
    const asked: [Method, string, object?][] = [
      ['GET', ''],
      ['GET', '/status'],
      ['PATCH', '', { altText: 'x' }],
      ['DELETE', ''],
      ['GET', '/versions'],
      ['POST', '/undo'],
      ['GET', '/renditions'],
      ['DELETE', '/renditions'],
      ['GET', '/placeholder'],
      ['POST', '/transform', { width: 5, saveImage: false }],
    ]
    for (const [method, path, body] of asked) {
      const answer = await call(stranger, method, `/api/images/${id}${path}`, body)
      const missing = await call(stranger, method, `/api/images/${uuidv7()}${path}`, body)
      expect([path, answer.statusCode, answer.json().detail]).toEqual([path, 404, missing.json().detail])
    }
    expect((await call(shop.user('admin'), 'GET', `/api/images/${id}`)).statusCode).toBe(200)
    expect((await call(stranger, 'GET', '/api/images/not-an-id')).statusCode).toBe(404)
  })

  it('tells its state, its placeholder and what was made of it', async () => {
    const user = shop.user()
    const { id, jobId } = await upload(user, 'told', 200)
    await complete(user, id)
    expect((await call(user, 'GET', `/api/images/${id}/status`)).json()).toEqual({
      id,
      status: 'complete',
      jobId,
      progress: 1,
      errorMessage: null,
    })
    expect((await call(user, 'GET', `/api/images/${id}/placeholder`)).json()).toEqual({
      thumbhash: expect.any(String),
      color: expect.stringMatching(/^#[0-9a-f]{6}$/),
    })
    const { items } = (await call(user, 'GET', `/api/images/${id}/renditions`)).json()
    expect(items.map(({ name }: { name: string }) => name).sort()).toEqual([
      'large',
      'medium',
      'small',
      'thumbnail',
    ])
  })

  it('is changed in what is given, and only in that', async () => {
    const user = shop.user()
    const { id } = await upload(user, 'before', 60, { tags: 'a' })
    await complete(user, id)
    const changed = await call(user, 'PATCH', `/api/images/${id}`, {
      focalPoint: { x: 0.25, y: 1 },
      altText: 'a door',
    })
    expect(changed.json()).toMatchObject({
      originalName: 'before',
      tags: ['a'],
      focalPoint: { x: 0.25, y: 1 },
      altText: 'a door',
    })
    const again = await call(user, 'PATCH', `/api/images/${id}`, {
      visibility: 'public',
      altText: null,
      tags: [],
    })
    expect(again.json()).toMatchObject({
      visibility: 'public',
      altText: null,
      tags: [],
      focalPoint: { x: 0.25, y: 1 },
    })
    expect(again.json<Image>().sizes.small?.url).not.toContain('sig=')
    for (const body of [
      { width: 5 },
      { visibility: 'secret' },
      { focalPoint: { x: 2, y: 0 } },
      { originalName: '' },
    ]) {
      expect((await call(user, 'PATCH', `/api/images/${id}`, body)).statusCode).toBe(400)
    }
  })
})

describe('deletion', () => {
  const blobs = async (id: string): Promise<number> => {
    let count = 0
    for await (const _ of shop.storage.list(`images/${id}/`)) count += 1
    return count
  }

  it('removes rows and blobs, and tells it', async () => {
    const user = shop.user()
    const { id } = await upload(user, 'gone', 200)
    await complete(user, id)
    expect(await blobs(id)).toBe(5)
    expect((await call(user, 'DELETE', `/api/images/${id}`)).statusCode).toBe(204)
    expect(await blobs(id)).toBe(0)
    expect((await call(user, 'DELETE', `/api/images/${id}`)).statusCode).toBe(404)
    expect(await shop.images.reader.facts(id)).toBeNull()
    await vi.waitFor(async () => {
      const events = await shop.events.after(0, { ownerId: user.userId, limit: 100 })
      expect(events.at(-1)).toMatchObject({ type: 'image.deleted', data: { id } })
    })
  })

  it('that is interrupted is finished by the sweeper, and so is what nobody speaks of', async () => {
    const user = shop.user()
    const kept = await upload(user, 'kept', 200)
    await complete(user, kept.id)
    const gone = uuidv7()
    await shop.storage.put(storageKey('images', gone, 'original'), Buffer.from('x'))
    await shop.storage.put(renditionKey(kept.id, 'f00d'), Buffer.from('x'))
    const interrupted = uuidv7()
    await shop.storage.put(storageKey('images', interrupted, 'original'), Buffer.from('x'))
    await shop.database.db.query('insert into blob_removals (prefix) values ($1)', [`images/${interrupted}/`])
    const removed = await shop.images.upkeep.sweepOnce()
    expect(removed.filter((key) => key.includes(gone) || key.includes(kept.id)).sort()).toEqual(
      [`images/${gone}/original`, `images/${kept.id}/renditions/f00d`].sort(),
    )
    expect([await blobs(gone), await blobs(interrupted), await blobs(kept.id)]).toEqual([0, 0, 5])
    expect(await shop.database.db.query('select 1 from blob_removals')).toEqual([])
  })

  it('of all of an owner leaves nothing', async () => {
    const user = shop.user()
    const images = await Promise.all([upload(user, 'a'), upload(user, 'b')])
    await Promise.all(images.map(({ id }) => complete(user, id)))
    await shop.images.holdings.deleteAllOf(user.userId)
    expect(await listed(user, '')).toEqual([])
    expect(await Promise.all(images.map(({ id }) => blobs(id)))).toEqual([0, 0])
  })

  it('of all of an owner ends the shares first', async () => {
    const user = shop.user()
    const { db } = shop.database
    await db.query(
      `insert into shares (id, owner_id, token_hash, type, sizes, downloads, uploads)
       values ($1, $2, $3, 'selection', '{}', false, false)`,
      [uuidv7(), user.userId, Buffer.from(user.userId)],
    )
    const eraseUploadsOf = async () => {
      throw new Error('the storage is away')
    }
    const eraseExportsOf = async () => {}
    const holdings = createHoldings({ db, eraseExportsOf, eraseUploadsOf } as unknown as HoldingsDeps)
    await expect(holdings.deleteAllOf(user.userId)).rejects.toThrow('the storage is away')
    expect(await db.query('select 1 from shares where owner_id = $1', [user.userId])).toEqual([])
  })
})

describe('the ledger', () => {
  it('evicts what was used longest ago, and never a preset', async () => {
    const user = shop.user()
    const { id } = await upload(user, 'ledger', 100)
    await complete(user, id)
    for (const [n, key] of ['k1', 'k2', 'k3'].entries()) {
      await shop.storage.put(renditionKey(id, key), Buffer.alloc(1_000))
      const etag = `"${key}"`
      const recorded = await shop.images.reader.ledger.record({
        imageId: id,
        key,
        kind: 'delivery',
        name: null,
        version: 1,
        storageKey: renditionKey(id, key),
        format: 'webp',
        contentType: 'image/webp',
        width: n,
        height: n,
        size: 1_000,
        etag,
      })
      expect(recorded).toBe(true)
    }
    await shop.images.reader.ledger.touch([{ imageId: id, key: 'k1' }])
    expect(await shop.images.reader.ledger.evict(3_000, 1_000)).toEqual({ removed: 0, bytes: 0, kept: 3_000 })
    expect(await shop.images.reader.ledger.evict(2_999)).toEqual({ removed: 1, bytes: 1_000, kept: 2_000 })
    expect((await shop.images.reader.ledger.find(id, 'k2')) === null).toBe(true)
    expect(await shop.storage.head(renditionKey(id, 'k2'))).toBeNull()
    expect((await call(user, 'DELETE', `/api/images/${id}/renditions`)).json()).toEqual({
      removed: 2,
      bytes: 2_000,
    })
    expect(await shop.images.reader.ledger.list(id)).toHaveLength(4)
    const [preset] = await shop.images.reader.ledger.list(id)
    if (preset === undefined) throw new Error('no preset')
    expect(await shop.images.reader.ledger.record({ ...preset, imageId: uuidv7() })).toBe(false)
  })
})

describe('the quota', () => {
  it('counts uploads that come at once', async () => {
    const user = shop.user()
    const parts = multipart(
      await Promise.all(
        Array.from({ length: 45 }, async (_, n) => ({
          name: 'f',
          value: await jpeg(8, 8),
          filename: `${n}.jpg`,
        })),
      ),
    )
    const answer = await shop.app.inject({
      method: 'POST',
      url: '/api/images',
      payload: parts.payload,
      headers: { ...parts.headers, ...user.headers },
    })
    const { images, rejected } = answer.json()
    expect([images.length, rejected.length]).toEqual([40, 5])
    expect(new Set(rejected.map(({ code }: { code: string }) => code))).toEqual(new Set(['quota_exceeded']))
    const { payload, headers } = multipart([{ name: 'f', value: await jpeg(8, 8), filename: 'x.jpg' }])
    const more = await shop.app.inject({
      method: 'POST',
      url: '/api/images',
      payload,
      headers: { ...headers, ...user.headers },
    })
    expect(more.statusCode).toBe(403)
  })
})
