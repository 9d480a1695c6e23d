import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { Album, Image, Job, Upload } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { countReserved } from '../store/uploads.ts'
import { jpeg, multipart, type Part } from '../testing/pictures.ts'
import { bytesType, createTusClient, idOf, metadataOf } from '../testing/tus-client.ts'
import { type ZipEntry, zipOf } from '../testing/zip.ts'

let shop: Workshop
let origin: string
/** What files are judged behind. */
let held: Promise<void> | undefined
/** Three that differ. */
let pictures: Buffer[]
beforeAll(async () => {
  const images = { maxArchiveEntries: 12, maxArchiveBytes: 3_000_000, maxFileBytes: 2_000_000 }
  shop = await openWorkshop({
    images,
    rendering: (real) => ({
      ...real,
      async judge(...args) {
        await held
        return real.judge(...args)
      },
    }),
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  pictures = await Promise.all([64, 80, 96].map((width) => jpeg(width, 64)))
})
afterAll(() => shop.close())

const { send, create, patch, get } = createTusClient(() => origin)
const picture = (n: number): Buffer => pictures[n] ?? Buffer.of()
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const growing = () => readdir(`${shop.folder}/.growing`)

async function post(user: User, zip: Buffer, fields: Record<string, string> = {}, more: Part[] = []) {
  const texts = Object.entries(fields).map(([name, value]) => ({ name, value }))
  const { payload, headers } = multipart([
    { name: 'archive', value: zip, filename: 'photos.zip' },
    ...texts,
    ...more,
  ])
  const url = '/api/images/archive'
  const answer = await shop.app.inject({
    method: 'POST',
    url,
    headers: { ...user.headers, ...headers },
    payload,
  })
  return { status: answer.statusCode, body: answer.json() as Job & { code?: string } }
}

async function ended(user: User, id: string): Promise<Job> {
  return vi.waitFor(
    async () => {
      const job = await get<Job>(user, `/api/jobs/${id}`)
      expect(['complete', 'failed']).toContain(job.status)
      return job
    },
    { timeout: 30_000, interval: 50 },
  )
}
async function unpacked(user: User, entries: readonly ZipEntry[], fields: Record<string, string> = {}) {
  const { status, body } = await post(user, zipOf(entries), fields)
  expect([status, body.type]).toEqual([202, 'unpack'])
  const job = await ended(user, body.id)
  const { items } = await get<{ items: Image[] }>(user, '/api/images?limit=50')
  return { job, items }
}
const file = (name: string, n: number, more: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  data: picture(n),
  ...more,
})
const albumsOf = async (user: User) => (await get<{ items: Album[] }>(user, '/api/albums')).items

it('makes images of what is in it, however it is packed, and leaves nothing of the archive', async () => {
  const user = shop.user()
  const { job, items } = await unpacked(
    user,
    [
      { name: 'Trip/', data: Buffer.of() },
      file('Trip/ä.jpg', 0, { stored: true }),
      file('Trip/two.jpg', 1, { descriptor: true, utf8: true }),
      file('three.jpg', 2, { zip64: true }),
      { name: '__MACOSX/Trip/._two.jpg', data: Buffer.from('fork') },
      { name: 'Trip/.DS_Store', data: Buffer.from('store') },
    ],
    { visibility: 'public', tags: 'sea' },
  )
  expect([job.status, job.progress, job.result?.counts, job.result?.rejected]).toEqual([
    'complete',
    1,
    { changed: 3, refused: 0 },
    [],
  ])
  expect(items.map(({ originalName, sha256: sum }) => [originalName, sum]).sort()).toEqual(
    [
      ['three.jpg', sha256(picture(2))],
      ['two.jpg', sha256(picture(1))],
      ['ä.jpg', sha256(picture(0))],
    ].sort(),
  )
  for (const { visibility, tags } of items) expect([visibility, tags]).toEqual(['public', ['sea']])
  expect((await get<{ items: Upload[] }>(user, '/api/uploads')).items).toEqual([])
  await vi.waitFor(async () => expect(await growing()).toEqual([]))
  const events = await shop.database.db.query<{ type: string }>(
    'select type from events where owner_id = $1',
    [user.userId],
  )
  const told = (type: string) => events.filter((event) => event.type === type).length
  expect([told('image.created'), told('upload.complete')]).toEqual([3, 3])
})

it('refuses each file for itself, by name and code', async () => {
  const user = shop.user()
  const { job, items } = await unpacked(user, [
    file('../outside.jpg', 0),
    file('/absolute.jpg', 0),
    file('C:/drive.jpg', 0),
    file('secret.jpg', 0, { encrypted: true }),
    { name: 'more.zip', data: zipOf([file('inner.jpg', 0)]) },
    { name: 'notes.txt', data: Buffer.from('not a picture, and longer than nothing') },
    file('wrong-sum.jpg', 1, { says: { crc: 1 } }),
    file('wrong-size.jpg', 1, { says: { size: 10 } }),
    file('bzip2.jpg', 1, { says: { method: 12 } }),
    { name: 'large.jpg', data: Buffer.concat([picture(1), Buffer.alloc(2_000_000)]), stored: true },
    file('good.jpg', 2),
  ])
  expect(job.status).toBe('complete')
  expect(job.result?.counts).toEqual({ changed: 1, refused: 10 })
  expect(job.result?.rejected?.map(({ originalName, code }) => [originalName, code])).toEqual([
    ['../outside.jpg', 'entry_unsafe'],
    ['/absolute.jpg', 'entry_unsafe'],
    ['C:/drive.jpg', 'entry_unsafe'],
    ['secret.jpg', 'entry_encrypted'],
    ['more.zip', 'entry_nested'],
    ['notes.txt', 'unsupported_media_type'],
    ['wrong-sum.jpg', 'entry_damaged'],
    ['wrong-size.jpg', 'entry_damaged'],
    ['bzip2.jpg', 'entry_damaged'],
    ['large.jpg', 'file_too_large'],
  ])
  expect(items.map(({ originalName }) => originalName)).toEqual(['good.jpg'])
})

it('unpacks nothing of one that holds too much, and refuses what is too dense', async () => {
  const user = shop.user()
  const many = await unpacked(
    user,
    Array.from({ length: 13 }, (_, n) => file(`${n}.jpg`, 0)),
  )
  expect([many.job.status, many.job.errorCode]).toEqual(['failed', 'archive_too_large'])
  const large = [1, 2].map((n) => ({ name: `${n}.jpg`, data: Buffer.alloc(1_600_000, n), stored: true }))
  const heavy = await unpacked(user, large)
  expect([heavy.job.status, heavy.job.errorCode]).toEqual(['failed', 'archive_too_large'])
  const dense = await unpacked(user, [{ name: 'zeros.jpg', data: Buffer.alloc(1_900_000) }])
  expect(dense.job.result?.rejected?.map(({ code }) => code)).toEqual(['archive_too_large'])
  const broken = await post(user, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500)]))
  expect(await ended(user, broken.body.id)).toMatchObject({ status: 'failed', errorCode: 'archive_invalid' })
  expect((await get<{ items: Image[] }>(user, '/api/images')).items).toEqual([])
  const text = await post(user, Buffer.from('no archive at all'))
  expect([text.status, text.body.code]).toEqual([422, 'archive_invalid'])
})

it.each([
  ['album', 'Trips/Rome', []],
  ['tags', undefined, ['Trips', 'Rome']],
  ['none', undefined, []],
] as const)('folders: %s', async (folders, albumName, tags) => {
  const user = shop.user()
  const entries = [file('Trips/Rome/one.jpg', 0), file('Trips/Rome/two.jpg', 1), file('three.jpg', 2)]
  const { job, items } = await unpacked(user, entries, { folders })
  expect(job.result?.counts?.changed).toBe(3)
  const inRome = items.filter(({ originalName }) => originalName !== 'three.jpg')
  for (const image of inRome) expect(image.tags).toEqual(tags)
  const albums = await albumsOf(user)
  expect(albums.map(({ name, imageCount }) => [name, imageCount])).toEqual(
    albumName === undefined ? [] : [[albumName, 2]],
  )
})

it('comes by tus, also in parts, and says its job to whoever asks again', async () => {
  const user = shop.user()
  const zip = zipOf([file('Sea/one.jpg', 0), file('Sea/two.jpg', 1)])
  const metadata = metadataOf({ filename: 'photos.zip', unpack: 'true', folders: 'album' })
  const path = await create(user, { 'upload-length': String(zip.length), 'upload-metadata': metadata })
  expect((await patch(user, path, 0, zip.subarray(0, 100))).status).toBe(204)
  expect((await get<{ items: Upload[] }>(user, '/api/uploads')).items).toMatchObject([{ kind: 'archive' }])
  const last = await patch(user, path, 100, zip.subarray(100))
  const jobId = last.headers.get('x-job-id') ?? ''
  expect([last.status, last.headers.get('x-image-id')]).toEqual([204, null])
  expect((await ended(user, jobId)).result?.counts).toEqual({ changed: 2, refused: 0 })
  const again = await send(user, 'HEAD', path)
  expect([again.status, again.headers.get('x-job-id')]).toEqual([200, jobId])
  const [album] = await albumsOf(user)
  expect([album?.name, album?.imageCount]).toEqual(['Sea', 2])
  const halves = [zip.subarray(0, 300), zip.subarray(300)]
  const paths: string[] = []
  for (const half of halves) {
    const part = await create(user, { 'upload-length': String(half.length), 'upload-concat': 'partial' })
    await patch(user, part, 0, half)
    paths.push(part)
  }
  const joined = await send(user, 'POST', '/api/uploads', {
    'upload-concat': `final;${paths.join(' ')}`,
    'upload-metadata': metadata,
  })
  expect((await ended(user, joined.headers.get('x-job-id') ?? '')).result?.counts?.changed).toBe(2)
  const noZip = await create(user, { 'upload-length': '1000', 'upload-metadata': metadata })
  const refused = await patch(user, noZip, 0, Buffer.alloc(100, 'x'))
  expect([refused.status, refused.body.code]).toEqual([422, 'archive_invalid'])
})

it('goes on where it was, and makes nothing twice', async () => {
  const user = shop.user()
  // As where a process ended after its first file.
  const zip = zipOf([file('one.jpg', 0), file('two.jpg', 1)])
  const metadata = metadataOf({ filename: 'photos.zip', unpack: 'true' })
  const path = await create(user, { 'upload-length': String(zip.length), 'upload-metadata': metadata })
  await shop.database.db.query(`update uploads set unpacked = $2 where id = $1`, [
    idOf(path),
    JSON.stringify({ at: 1, made: 1, refused: 0, rejected: [] }),
  ])
  const last = await send(user, 'PATCH', path, { 'content-type': bytesType, 'upload-offset': '0' }, zip)
  const second = await ended(user, last.headers.get('x-job-id') ?? '')
  expect(second.result?.counts).toEqual({ changed: 2, refused: 0 })
  const { items } = await get<{ items: Image[] }>(user, '/api/images')
  expect(items.map(({ originalName }) => originalName)).toEqual(['two.jpg'])
})

it('is gone when its job is cancelled, and counts while a failed one may be asked for again', async () => {
  const user = shop.user()
  const reserved = async () => (await countReserved(shop.database.db, user.userId)).bytes
  let go = (): void => {}
  held = new Promise((resolve) => {
    go = resolve
  })
  try {
    const { body } = await post(user, zipOf([file('one.jpg', 0)]))
    await vi.waitFor(async () =>
      expect(await get<Job>(user, `/api/jobs/${body.id}`)).toMatchObject({ status: 'processing' }),
    )
    const url = `/api/jobs/${body.id}`
    const payload = { status: 'cancelled' }
    const cancelled = await shop.app.inject({ method: 'PATCH', url, headers: user.headers, payload })
    expect(cancelled.statusCode).toBe(200)
    expect(await reserved()).toBeGreaterThan(0)
  } finally {
    go()
    held = undefined
  }
  await shop.images.upkeep.sweepOnce()
  expect(await reserved()).toBe(0)
  expect((await get<{ items: Upload[] }>(user, '/api/uploads')).items).toEqual([])
  expect((await get<{ items: Image[] }>(user, '/api/images')).items).toEqual([])
  const broken = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500)])
  const failed = await post(user, broken)
  await ended(user, failed.body.id)
  expect(await reserved()).toBe(broken.length)
})

it('puts a picture that is there already into the album of its folder, where it is linked to', async () => {
  const user = shop.user()
  const entries = [file('Sea/one.jpg', 0), file('Lake/same.jpg', 0), file('Lake/again.jpg', 0)]
  const { items } = await unpacked(user, entries, { folders: 'album', duplicates: 'link' })
  expect(items).toHaveLength(1)
  const albums = await albumsOf(user)
  expect(albums.map(({ name, imageCount }) => [name, imageCount]).sort()).toEqual([
    ['Lake', 1],
    ['Sea', 1],
  ])
})

it('is one of the unfinished uploads that an account may have', async () => {
  const user = shop.user()
  await shop.database.db.query(
    `insert into uploads (id, owner_id, kind, growth, metadata, part_ids)
     select gen_random_uuid(), $1, 'whole', '{"size":0}', '', '{}' from generate_series(1, 1000)`,
    [user.userId],
  )
  const refused = await post(user, zipOf([file('one.jpg', 0)]))
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
  await shop.database.db.query('delete from uploads where owner_id = $1', [user.userId])
})

it('is one archive, of an account that has room', async () => {
  const user = shop.user()
  const zip = zipOf([file('one.jpg', 0)])
  const two = await post(user, zip, {}, [{ name: 'archive', value: zip, filename: 'more.zip' }])
  expect([two.status, two.body.code]).toEqual([400, 'invalid_request'])
  const { payload, headers } = multipart([{ name: 'folders', value: 'album' }])
  const none = await shop.app.inject({
    method: 'POST',
    url: '/api/images/archive',
    headers: { ...user.headers, ...headers },
    payload,
  })
  expect([none.statusCode, none.json().code]).toEqual([400, 'file_missing'])
  const odd = await post(user, zip, { folders: 'heap' })
  expect([odd.status, odd.body.code]).toEqual([400, 'invalid_request'])
  const rows = await shop.database.db.query('select id from uploads where owner_id = $1', [user.userId])
  expect(rows).toEqual([])
})

it('takes the folders of single files too: by the path in a form, by `relativePath` in tus', async () => {
  const user = shop.user()
  const { payload, headers } = multipart([
    { name: 'folders', value: 'album' },
    { name: 'images', value: picture(0), filename: 'Alps/one.jpg' },
    { name: 'images', value: picture(1), filename: 'Alps/two.jpg' },
  ])
  const all = { ...user.headers, ...headers }
  const form = await shop.app.inject({ method: 'POST', url: '/api/images', headers: all, payload })
  expect(form.json().images.map(({ originalName }: Image) => originalName)).toEqual(['one.jpg', 'two.jpg'])
  const fields = { filename: 'three.jpg', relativePath: 'Alps/three.jpg', folders: 'album' }
  const path = await create(user, {
    'upload-length': String(picture(2).length),
    'upload-metadata': metadataOf(fields),
  })
  expect((await patch(user, path, 0, picture(2))).headers.get('x-image-id')).not.toBeNull()
  expect((await albumsOf(user)).map(({ name, imageCount }) => [name, imageCount])).toEqual([['Alps', 3]])
})
