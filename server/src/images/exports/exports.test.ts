import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Export, Image, Job, Page } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { keyOf, type User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'
import { archiveEnd, directoryLine, endLength, localHeader } from './zip.ts'

let shop: Workshop
let user: User
/** Accounts that are disabled. */
const closed = new Set<string>()
const ids: string[] = []
beforeAll(async () => {
  shop = await openWorkshop({
    isAccountOpen: async (_db, ownerId) => !closed.has(ownerId),
    images: { presets: { small: { v: 1, steps: [], output: { format: 'webp' } } } as never },
  })
  user = shop.user()
  for (let n = 0; n < 3; n += 1) ids.push(await upload(user, `Ä/picture ${n}.jpg`, 20 + n))
})
afterAll(() => shop.close())

type Method = 'GET' | 'POST' | 'DELETE' | 'HEAD' | 'PATCH'
const call = (by: Pick<User, 'headers'>, method: Method, url: string, body?: object) =>
  shop.app.inject({ method, url, headers: by.headers, ...(body === undefined ? {} : { payload: body }) })

async function upload(by: User, filename: string, width: number): Promise<string> {
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(width, 10), filename }])
  const sent = { method: 'POST' as const, url: '/api/images', payload }
  return (await shop.app.inject({ ...sent, headers: { ...headers, ...by.headers } })).json<Image>().id
}

async function ready(by: User, request: object = {}): Promise<Export> {
  const made = await call(by, 'POST', '/api/exports', request)
  expect([made.statusCode, made.json()]).toMatchObject([202, { status: 'preparing', url: null, size: null }])
  const { id } = made.json<Export>()
  expect(made.headers.location).toBe(`/api/exports/${id}`)
  await vi.waitFor(async () => expect((await get(by, id)).status).toBe('ready'), {
    timeout: 30_000,
    interval: 30,
  })
  return get(by, id)
}
const get = async (by: User, id: string): Promise<Export> =>
  (await call(by, 'GET', `/api/exports/${id}`)).json()

/** Files of an archive by their names, as Python's zipfile reads them: it checks each CRC. */
async function filesOf(archive: Buffer): Promise<Record<string, Buffer>> {
  const path = join(shop.folder, `${uuidv7()}.zip`)
  await writeFile(path, archive)
  const script = `import base64, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({n: base64.b64encode(z.read(n)).decode() for n in z.namelist()}))`
  const { stdout } = await promisify(execFile)('python3', ['-c', script, path], { maxBuffer: 2 ** 26 })
  const files = JSON.parse(stdout) as Record<string, string>
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'base64')]))
}
const linesOf = (file: Buffer | undefined) =>
  (file?.toString() ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

it('is an archive of everything but the trash, with what is known of it, that any tool opens', async () => {
  const mine = shop.user()
  const [one, two, trashed] = [
    await upload(mine, 'Käse:1.jpeg', 31),
    await upload(mine, 'b.jpg', 32),
    await upload(mine, 'c.jpg', 33),
  ]
  await call(mine, 'PATCH', `/api/images/${one}`, { tags: ['sea'], rating: 4, archived: true, altText: 'x' })
  await call(mine, 'POST', '/api/albums', { name: 'Sea', imageIds: [two, one, trashed] })
  await call(mine, 'POST', '/api/albums', { name: 'Empty' })
  await call(mine, 'POST', '/api/searches', { name: 'Best', q: 'rating>=4', sort: 'taken' })
  await call(mine, 'POST', `/api/images/${trashed}/trash`)
  const made = await ready(mine)
  expect(made).toMatchObject({ of: 'everything', pictures: 'original', imageCount: 2, leftOut: 0 })
  const answer = await shop.app.inject({ url: made.url ?? '' })
  expect(answer.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-length': String(made.size),
    'accept-ranges': 'bytes',
    'content-disposition': expect.stringMatching(/^attachment; filename="rendition-[\d-]+\.zip"$/),
    'cache-control': 'private, no-store',
  })
  expect(answer.rawPayload).toHaveLength(made.size ?? 0)
  const files = await filesOf(answer.rawPayload)
  const month = made.createdAt.slice(0, 7)
  expect(Object.keys(files).sort()).toEqual([
    'albums/000001.jsonl',
    'export.json',
    'images/000001.jsonl',
    `originals/${month}/Käse_1-${one?.slice(-12)}.jpg`,
    `originals/${month}/b-${two?.slice(-12)}.jpg`,
    'searches.jsonl',
  ])
  expect(files[`originals/${month}/b-${two?.slice(-12)}.jpg`]).toEqual(await jpeg(32, 10))
  const lines = linesOf(files['images/000001.jsonl'])
  expect(lines.map(({ is }) => is)).toEqual(['image', 'original', 'version', 'image', 'original', 'version'])
  expect(lines[3]).toMatchObject({ id: one, tags: ['sea'], rating: 4, archived: true, altText: 'x' })
  expect(linesOf(files['albums/000001.jsonl'])).toMatchObject([
    { is: 'album', name: 'Sea' },
    { is: 'items', imageIds: [two, one] },
    { is: 'album', name: 'Empty' },
  ])
  expect(linesOf(files['searches.jsonl'])).toMatchObject([
    { is: 'search', name: 'Best', q: 'rating>=4', sort: 'taken' },
  ])
  // Nothing of it names a place in our storage, an account or a secret.
  const text = Object.entries(files).flatMap(([name, file]) =>
    name.endsWith('l') || name.endsWith('n') ? String(file) : [],
  )
  expect(text.join('\n')).not.toMatch(new RegExp(`${mine.userId}|storageKey|"images/${one}|hash"|token`))
  await vi.waitFor(async () => {
    const events = await shop.events.after(0, { ownerId: mine.userId, limit: 200 })
    const told = events.filter(({ type }) => type.startsWith('export.'))
    expect(told.map(({ type, data }) => [type, data.url])).toEqual([
      ['export.created', null],
      ['export.ready', null],
    ])
  })
})

it('is given out from any place, the same bytes each time', async () => {
  const { id, url, size } = await ready(user, { imageIds: [ids[2], ids[0]] })
  const whole = (await shop.app.inject({ url: url ?? '' })).rawPayload
  const etag = `"export-${id}"`
  const part = async (range: string, more: Record<string, string> = {}) =>
    shop.app.inject({ url: url ?? '', headers: { range, ...more } })
  for (let n = 0; n < 150; n += 1) {
    const start = Math.floor((n * whole.length) / 150)
    const end = Math.min(whole.length - 1, start + (n % 7) * 97)
    const answer = await part(`bytes=${start}-${end}`, n % 2 === 0 ? { 'if-range': etag } : {})
    expect([answer.statusCode, answer.headers['content-range']]).toEqual([
      206,
      `bytes ${start}-${end}/${size}`,
    ])
    expect(answer.rawPayload.equals(whole.subarray(start, end + 1)), `${start}-${end}`).toBe(true)
  }
  expect((await part('bytes=-22')).rawPayload).toEqual(whole.subarray(-22))
  expect((await part('bytes=0-9', { 'if-range': '"other"' })).statusCode).toBe(200)
  const beyond = await part(`bytes=${size}-`)
  expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, `bytes */${size}`])
  const head = await shop.app.inject({ method: 'HEAD', url: url ?? '' })
  expect([head.statusCode, head.headers['content-length'], head.rawPayload.length]).toEqual([
    200,
    String(size),
    0,
  ])
  // A link is for hours, whatever the export is for.
  const until = Number(new URL(url ?? '', 'http://localhost').searchParams.get('exp')) * 1000
  expect(until - Date.now()).toBeLessThanOrEqual(6 * 3_600_000 + 1_000)
  expect(until - Date.now()).toBeGreaterThan(5 * 3_600_000)
  const known = await shop.app.inject({ url: url ?? '', headers: { 'if-none-match': etag } })
  expect(known.statusCode).toBe(304)
  expect((await part('bytes=0-9', { 'if-match': '"other"' })).statusCode).toBe(412)
})

it('holds what a query finds, and pictures in a preset', async () => {
  await call(user, 'PATCH', `/api/images/${ids[1]}`, { favourite: true })
  await vi.waitFor(
    async () => {
      const { body } = await call(user, 'GET', `/api/images/${ids[1]}`)
      expect(JSON.parse(body)).toMatchObject({ status: 'complete' })
    },
    { timeout: 30_000 },
  )
  const { url, of, imageCount } = await ready(user, { query: { favourite: true }, pictures: 'small' })
  expect([of, imageCount]).toEqual(['query', 1])
  const files = await filesOf((await shop.app.inject({ url: url ?? '' })).rawPayload)
  const picture = Object.keys(files).find((name) => name.startsWith('small/')) ?? ''
  expect(picture).toMatch(/picture 1-[0-9a-f]{12}\.webp$/)
  expect(files[picture]?.subarray(8, 12).toString()).toBe('WEBP')
  expect(linesOf(files['images/000001.jsonl'])[0]).toMatchObject({ id: ids[1], picture })
})

it('gives nobody a picture that was deleted or moved to the trash since', async () => {
  const owner = shop.user()
  const gone = await upload(owner, 'gone.jpg', 40)
  await upload(owner, 'stays.jpg', 41)
  const { url, id } = await ready(owner)
  await call(owner, 'POST', `/api/images/${gone}/trash`)
  const answer = await shop.app.inject({ url: url ?? '' })
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'conflict'])
  await call(owner, 'POST', `/api/images/${gone}/restore`)
  expect((await shop.app.inject({ url: url ?? '' })).statusCode).toBe(200)
  await call(owner, 'DELETE', `/api/images/${gone}`)
  expect((await call(owner, 'GET', `/api/exports/${id}/archive`)).statusCode).toBe(409)
})

it('is its owner’s alone, and ends when it is removed, with what was written for it', async () => {
  const [stranger, admin] = [shop.user(), shop.user('admin')]
  const { id, url, jobId } = await ready(user, { imageIds: [ids[0]] })
  for (const other of [stranger, admin]) {
    expect((await call(other, 'GET', `/api/exports/${id}`)).statusCode).toBe(404)
    expect((await call(other, 'GET', `/api/exports/${id}/archive`)).statusCode).toBe(404)
    expect((await call(other, 'DELETE', `/api/exports/${id}`)).statusCode).toBe(404)
    expect((await call(other, 'POST', '/api/exports', { imageIds: [ids[0]] })).statusCode).toBe(404)
  }
  expect((await call(stranger, 'GET', '/api/exports')).json()).toEqual({ items: [], nextCursor: null })
  const archive = `/api/exports/${id}/archive`
  expect((await shop.app.inject({ url: archive })).statusCode).toBe(401)
  // The last letter of a signature is one of sixteen.
  const forged = (url ?? '').replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))
  expect((await shop.app.inject({ url: forged })).statusCode).toBe(403)
  const writer = await shop.app.inject({ url: archive, headers: keyOf(user, 'images:write') })
  expect([writer.statusCode, writer.json().code]).toEqual([403, 'insufficient_scope'])
  expect((await shop.app.inject({ url: archive, headers: keyOf(user, 'images:read') })).statusCode).toBe(200)
  expect((await call(user, 'GET', `/api/jobs/${jobId}`)).json<Job>()).toMatchObject({
    type: 'export',
    status: 'complete',
  })
  expect((await call(user, 'GET', '/api/exports')).json<Page<Export>>().items[0]?.id).toBe(id)
  expect(await blobs(id)).not.toEqual([])
  expect((await call(user, 'DELETE', `/api/exports/${id}`)).statusCode).toBe(204)
  expect((await shop.app.inject({ url: url ?? '' })).statusCode).toBe(404)
  expect(await blobs(id)).toEqual([])
})

const blobs = async (id: string): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of shop.storage.list(`exports/${id}/`)) keys.push(key)
  return keys
}

it('is removed after its time and with its account, and what a crash left with the sweep', async () => {
  const owner = shop.user()
  await upload(owner, 'a.jpg', 50)
  const [over, kept] = [await ready(owner), await ready(owner)]
  const { db } = shop.database
  await db.query(`update exports set expires_at = now() - interval '1 second' where id = $1`, [over.id])
  const lost = uuidv7()
  await shop.storage.put(`exports/${lost}/x` as never, Buffer.from('x'))
  await shop.images.upkeep.sweepOnce()
  expect((await call(owner, 'GET', `/api/exports/${over.id}`)).statusCode).toBe(404)
  expect((await call(owner, 'GET', `/api/exports/${kept.id}`)).statusCode).toBe(200)
  // Young as it is, it may belong to one that is being written.
  expect(await blobs(lost)).toHaveLength(1)
  await shop.images.holdings.deleteAllOf(owner.userId)
  expect((await call(owner, 'GET', `/api/exports/${kept.id}`)).statusCode).toBe(404)
  expect(await db.query('select 1 as x from export_entries where export_id = $1', [kept.id])).toEqual([])
})

it('refuses what is not there, and more than an account may have', async () => {
  const owner = shop.user()
  const codes = async (body: object) => {
    const answer = await call(owner, 'POST', '/api/exports', body)
    return [answer.statusCode, answer.json().code]
  }
  expect(await codes({ imageIds: [ids[0]] })).toEqual([404, 'not_found'])
  expect(await codes({ query: { album: uuidv7() } })).toEqual([404, 'not_found'])
  for (const body of [
    { imageIds: [], pictures: 'original' },
    { imageIds: [uuidv7()], query: {} },
    { pictures: 'poster' },
    { query: { trashed: true } },
    { everything: true },
  ]) {
    expect(await codes(body), JSON.stringify(body)).toEqual([400, 'invalid_request'])
  }
  for (let n = 0; n < 10; n += 1) expect((await call(owner, 'POST', '/api/exports', {})).statusCode).toBe(202)
  expect(await codes({})).toEqual([403, 'quota_exceeded'])
})

it('says numbers beyond 32 bits as ZIP64 has them', () => {
  const big = { name: 'a', size: 5 * 2 ** 30, crc: 1, startsAt: 6 * 2 ** 30, modifiedAt: new Date(0) }
  expect(localHeader(big).subarray(31).toString('hex')).toBe('0100100000000040010000000000004001000000')
  expect(directoryLine(big).subarray(47).toString('hex')).toBe(
    '01001800000000400100000000000040010000000000008001000000',
  )
  const directory = { entries: 70_000, startsAt: 2 ** 33, size: 70_000 * 50 }
  const end = archiveEnd(directory)
  expect(end).toHaveLength(endLength(directory))
  expect([end.readBigUInt64LE(24), end.readBigUInt64LE(48), end.readBigUInt64LE(64)]).toEqual([
    70_000n,
    2n ** 33n,
    2n ** 33n + 3_500_000n,
  ])
})

it('is not downloaded any more once its account is disabled, by a link that was given before either', async () => {
  const mine = shop.user()
  await upload(mine, 'a.jpg', 30)
  const { url } = await ready(mine)
  const ask = () => shop.app.inject({ url: url ?? '' })
  expect((await ask()).statusCode).toBe(200)
  closed.add(mine.userId)
  expect((await ask()).statusCode).toBe(404)
  closed.delete(mine.userId)
  expect((await ask()).statusCode).toBe(200)
})
