// @module-tag slow/real-servers
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectRequest, DirectUpload, Image, Problem, Upload } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { createBucket, s3Missing, s3StorageUrl, startS3 } from '../../../test/services/s3.ts'
import type { Service } from '../../../test/services/service.ts'
import { newUser, startWorks, type User, type Works } from '../../../test/works.ts'
import type { Deed } from '../../platform/audit.ts'
import { openCache } from '../../platform/cache/index.ts'
import { noDeeds } from '../../platform/database/port.ts'
import { openBus } from '../../platform/events/index.ts'
import { openQueue } from '../../platform/queue/index.ts'
import { openStorage, type Storage, storageKey } from '../../platform/storage/index.ts'
import { quarters } from '../testing/pictures.ts'

const skipped = s3Missing === undefined ? '' : ` [skipped: ${s3Missing}]`

describe.skipIf(s3Missing)(`uploads straight to a real bucket${skipped}`, () => {
  let folder: string
  let s3: Service
  let database: TestDatabase
  let storage: Storage
  let works: Works
  let picture: Buffer
  const deeds: (Deed & { by: string | null })[] = []
  const closers: (() => unknown)[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-direct-'))
    closers.push(() => rm(folder, { recursive: true, force: true }))
    s3 = await startS3(folder)
    closers.push(() => s3.stop())
    await createBucket(s3.url, 'images')
    database = await testDatabase({ poolSize: 5 })
    closers.push(() => database.close())
    storage = await openStorage({
      url: s3StorageUrl(s3.url, 'images'),
      folder: join(folder, 'drafts'),
      directUrl: `${s3.url}/images`,
    })
    closers.push(() => storage.close())
    // The first object of all takes a new cluster many seconds.
    await storage.put(storageKey('images', 'warm', 'original'), Buffer.from('warm'))
    const queue = await openQueue({ url: 'local:', retryPauseMs: 50 })
    closers.push(() => queue.close())
    const bus = await openBus({ url: 'memory:' })
    closers.push(() => bus.close())
    const results = await openCache({ url: 'memory:', maxBytes: 2 ** 24 })
    closers.push(() => results.close())
    works = await startWorks(
      { db: database.db, storage, queue, bus, results },
      {
        worker: false,
        images: { quotaBytes: 60_000_000 },
        deeds: {
          ...noDeeds,
          record: async (_tx, by, deed) => String(deeds.push({ ...deed, by: by.userId })),
        },
      },
    )
    closers.push(() => works.stop())
    // Three parts.
    picture = await quarters(2700, 2200).png({ compressionLevel: 0 }).toBuffer()
    expect(picture.length).toBeGreaterThan(2 * 8 * 1024 ** 2)
  }, 120_000)
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }, 60_000)

  async function ask<T>(user: User, method: string, path: string, body?: object) {
    const payload = body === undefined ? {} : { payload: body as Record<string, unknown> }
    const answer = await works.app.inject({
      method: method as 'GET',
      url: path,
      headers: user.headers,
      ...payload,
    })
    return { status: answer.statusCode, body: (answer.body === '' ? null : answer.json()) as T }
  }
  const begin = async (user: User, request: Partial<DirectRequest> = {}) => {
    const wanted = { size: picture.length, contentType: 'image/png', originalName: 'direct.png', ...request }
    const { status, body } = await ask<DirectUpload>(user, 'POST', '/api/uploads/direct', wanted)
    expect([status, body]).toEqual([201, expect.any(Object)])
    return body
  }
  const put = ({ partSize }: DirectUpload, part: DirectUpload['parts'][number], bytes = picture) => {
    const from = (part.number - 1) * partSize
    return fetch(part.url, {
      method: 'PUT',
      body: new Uint8Array(bytes.subarray(from, from + part.size)),
    })
  }
  const unfinished = async (user: User) =>
    (await ask<{ items: Upload[] }>(user, 'GET', '/api/uploads')).body.items

  it('become the image of exactly those bytes, once, also where the client comes back in between', async () => {
    const user = newUser()
    const sha256 = createHash('sha256').update(picture).digest('hex')
    const begun = await begin(user, { sha256, tags: ['sea'], visibility: 'public' })
    expect(begun.parts.map(({ number }) => number)).toEqual([1, 2, 3])
    const [first, second, third] = begun.parts
    if (first === undefined || second === undefined || third === undefined) throw new Error('no parts')
    expect((await put(begun, second)).status).toBe(200)
    expect((await put(begun, first)).status).toBe(200)
    // A link is for its size alone, so nobody sends more than was counted.
    const larger = await fetch(third.url, { method: 'PUT', body: new Uint8Array(third.size + 1) })
    expect(larger.status).toBe(403)
    const early = await ask<Problem>(user, 'POST', begun.completeUrl)
    expect([early.status, early.body.code]).toEqual([409, 'conflict'])
    const again = (await ask<DirectUpload>(user, 'GET', begun.url)).body
    expect(again.parts.map(({ number }) => number)).toEqual([3])
    for (const part of again.parts) expect((await put(begun, part)).status).toBe(200)

    expect((await ask(newUser(), 'POST', begun.completeUrl)).status).toBe(404)
    const made = await ask<Image>(user, 'POST', begun.completeUrl)
    expect(made).toMatchObject({
      status: 201,
      body: { sha256, size: picture.length, originalName: 'direct.png', tags: ['sea'], width: 2700 },
    })
    expect((await ask<Image>(user, 'POST', begun.completeUrl)).body.id).toBe(made.body.id)
    expect(deeds.filter(({ by }) => by === user.userId)).toMatchObject([
      { action: 'image.create', targetId: made.body.id, details: { via: 'direct', bytes: picture.length } },
    ])
    expect((await ask<{ items: Image[] }>(user, 'GET', '/api/images')).body.items).toHaveLength(1)
    expect(await unfinished(user)).toEqual([])
    for await (const id of storage.growing.untouched(new Date(Date.now() + 60_000))) {
      throw new Error(`left: ${id}`)
    }
  }, 60_000)

  it.each<[string, Partial<DirectRequest>, () => Buffer, number, string]>([
    ['other bytes', { sha256: 'a'.repeat(64) }, () => picture, 460, 'checksum_mismatch'],
    ['another type', { contentType: 'image/jpeg' }, () => picture, 415, 'unsupported_media_type'],
    ['no picture', {}, () => Buffer.alloc(picture.length, 'no '), 415, 'unsupported_media_type'],
  ])(
    'are refused and gone when they are %s',
    async (_what, said, bytes, status, code) => {
      const user = newUser()
      const begun = await begin(user, said)
      for (const part of begun.parts) await put(begun, part, bytes())
      const refused = await ask<Problem>(user, 'POST', begun.completeUrl)
      expect([refused.status, refused.body.code]).toEqual([status, code])
      expect((await ask(user, 'GET', begun.url)).status).toBe(404)
      expect((await ask<{ items: Image[] }>(user, 'GET', '/api/images')).body.items).toEqual([])
    },
    60_000,
  )

  it('count against the quota from the beginning, are listed, are no tus, and are swept when they are left', async () => {
    const user = newUser()
    const left = await begin(user, { size: 50_000_000 })
    const full = await ask<Problem>(user, 'POST', '/api/uploads/direct', { size: 20_000_000 })
    expect([full.status, full.body.code]).toEqual([403, 'quota_exceeded'])
    expect(await unfinished(user)).toMatchObject([{ id: left.id, kind: 'direct', url: left.url }])
    const tus = await works.app.inject({
      method: 'HEAD',
      url: `/api/uploads/${left.id}`,
      headers: { ...user.headers, 'tus-resumable': '1.0.0' },
    })
    expect(tus.statusCode).toBe(404)
    expect((await ask(newUser(), 'DELETE', left.url)).status).toBe(404)
    await database.db.query(`update uploads set touched_at = now() - interval '3 days' where id = $1`, [
      left.id,
    ])
    expect((await ask(user, 'GET', left.url)).status).toBe(410)
    await works.images.resumable.sweep()
    expect(await unfinished(user)).toEqual([])
    const [part] = left.parts
    if (part === undefined) throw new Error('no part')
    // The bucket knows nothing of it any more.
    expect((await fetch(part.url, { method: 'PUT', body: new Uint8Array(part.size) })).status).toBe(404)
    const another = await begin(user, { size: 20_000_000 })
    expect((await ask(user, 'DELETE', another.url)).status).toBe(204)
    expect(await unfinished(user)).toEqual([])
  }, 60_000)
})
