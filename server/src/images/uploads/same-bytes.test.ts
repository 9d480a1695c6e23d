import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Image, Job, Page, Problem, UploadBatch, UploadedImage } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'
import { createTusClient } from '../testing/tus-client.ts'

let shop: Workshop
let origin: string
let picture: Buffer
let other: Buffer
beforeAll(async () => {
  shop = await openWorkshop({
    images: { presets: {}, orphanGraceMs: 3_600_000 },
    outboundAllow: ['127.0.0.0/8'],
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  picture = await jpeg(30, 20)
  other = await jpeg(20, 30)
})
afterAll(() => shop.close())

const { begin, patch, send } = createTusClient(() => origin)
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
async function upload(user: User, duplicates: string | null, files = [picture]) {
  const parts = files.map((value, n) => ({ name: 'f', value, filename: `${n}.jpg` }))
  const said = duplicates === null ? [] : [{ name: 'duplicates', value: duplicates }]
  const { payload, headers } = multipart([...parts, ...said])
  const sent = { method: 'POST' as const, url: '/api/images', payload }
  return shop.app.inject({ ...sent, headers: { ...headers, ...user.headers } })
}
const call = (user: User, method: 'GET' | 'POST', url: string, payload?: object) =>
  shop.app.inject({ method, url, headers: user.headers, ...(payload === undefined ? {} : { payload }) })
const listed = async (user: User, query = ''): Promise<string[]> =>
  (await call(user, 'GET', `/api/images?${query}`)).json<Page<Image>>().items.map(({ id }) => id)

it('keeps, links to or refuses what is there, as the request wishes', async () => {
  const user = shop.user()
  const first = (await upload(user, null)).json<UploadedImage>()
  const second = (await upload(user, 'keep')).json<UploadedImage>()
  expect(second.id).not.toBe(first.id)
  const refused = await upload(user, 'refuse')
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'duplicate'])
  expect(refused.json<Problem>().detail).toContain(first.id)
  const linked = await upload(user, 'link')
  expect([linked.statusCode, linked.headers.location]).toEqual([201, `/api/images/${first.id}`])
  expect(linked.json<UploadedImage>().message).toContain('there already')
  expect((await upload(user, 'sometimes')).statusCode).toBe(400)
  expect(await listed(user)).toEqual([second.id, first.id])
  // Other bytes, and those of somebody else, are nothing of it.
  expect((await upload(user, 'refuse', [other])).statusCode).toBe(201)
  expect((await upload(shop.user(), 'refuse')).statusCode).toBe(201)
  await shop.images.upkeep.sweepOnce()
  const blobs = new Set<string>()
  for await (const { key } of shop.storage.list('images/')) blobs.add(key.split('/')[1] ?? '')
  const rows = await shop.database.db.query<{ id: string }>('select id from images')
  expect([...blobs].toSorted()).toEqual(rows.map(({ id }) => id).toSorted())
})

it('says of several which was refused, and makes one image of the same bytes at once', async () => {
  const user = shop.user()
  const { images, rejected } = (await upload(user, 'refuse', [picture, other, picture])).json<UploadBatch>()
  expect([images.length, rejected.map(({ code }) => code)]).toEqual([2, ['duplicate']])
  const another = shop.user()
  const all = await Promise.all([1, 2, 3, 4].map(() => upload(another, 'link')))
  expect(new Set(all.map((answer) => answer.json<UploadedImage>().id)).size).toBe(1)
  expect((await listed(another)).length).toBe(1)
})

it('is asked by hash before anything is sent, and what is in the trash is not there', async () => {
  const user = shop.user()
  const { id } = (await upload(user, null)).json<UploadedImage>()
  const query = `sha256=${hashOf(picture)}`
  expect(await listed(user, query)).toEqual([id])
  expect(await listed(shop.user(), query)).toEqual([])
  // What is archived is there as well: `refuse` says so too.
  await call(user, 'POST', '/api/images/bulk', { imageIds: [id], change: { archived: true } })
  expect([await listed(user, query), await listed(user, `${query}&archived=false`)]).toEqual([[id], []])
  expect((await call(user, 'GET', '/api/images?sha256=abc')).statusCode).toBe(400)
  await call(user, 'POST', `/api/images/${id}/trash`)
  expect(await listed(user, query)).toEqual([])
  expect((await upload(user, 'refuse')).statusCode).toBe(201)
})

it('holds for resumable uploads, which say the hash first', async () => {
  const user = shop.user()
  const { id } = (await upload(user, null)).json<UploadedImage>()
  const fields = { filename: 'a.jpg', sha256: hashOf(picture) }
  const metadata = (more: object) =>
    Object.entries({ ...fields, ...more })
      .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
      .join(',')
  const headers = { 'upload-length': String(picture.length) }
  const refused = await send(user, 'POST', '/api/uploads', {
    ...headers,
    'upload-metadata': metadata({ duplicates: 'refuse' }),
  })
  expect([refused.status, refused.body.code]).toEqual([409, 'duplicate'])
  const wrong = await send(user, 'POST', '/api/uploads', {
    ...headers,
    'upload-metadata': metadata({ sha256: 'no' }),
  })
  expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_request'])
  const path = await begin(user, picture, { ...fields, duplicates: 'link' })
  const last = await patch(user, path, 0, picture)
  expect([last.status, last.headers.get('x-image-id')]).toEqual([204, id])
  const again = await send(user, 'HEAD', path)
  expect(again.headers.get('x-image-id')).toBe(id)
  expect(await listed(user)).toEqual([id])
})

const digestOf = (bytes: Buffer): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`

it('holds the digest of a form, of a body and of a file against the bytes', async () => {
  const user = shop.user()
  const { payload, headers } = multipart([{ name: 'f', value: picture, filename: 'a.jpg' }])
  const form = (digest: string) =>
    shop.app.inject({
      method: 'POST',
      url: '/api/images',
      payload,
      headers: { ...headers, ...user.headers, 'content-digest': digest },
    })
  const wrong = await form(digestOf(picture))
  expect([wrong.statusCode, wrong.json<Problem>().code]).toEqual([400, 'digest_mismatch'])
  for (const bad of ['sha-256=abc', 'sha-256=:YWJj:', 'x']) {
    expect([bad, (await form(bad)).json<Problem>().code]).toEqual([bad, 'invalid_request'])
  }
  expect(await listed(user)).toEqual([])
  for (const good of [digestOf(payload), `md5=:AAAA:, ${digestOf(payload)}`, 'md5=:AAAA:', '']) {
    expect([good, (await form(good)).statusCode]).toEqual([good, 201])
  }
  const half = picture.subarray(0, 300)
  const path = await begin(user, picture, { filename: 'b.jpg' })
  const other300 = await patch(user, path, 0, half, { 'content-digest': digestOf(other) })
  expect([other300.status, other300.body.code]).toEqual([400, 'digest_mismatch'])
  const sums = { 'content-digest': digestOf(half), 'upload-checksum': 'sha1 AAAA' }
  expect((await patch(user, path, 0, half, sums)).status).toBe(460)
  expect((await patch(user, path, 0, half, { 'content-digest': digestOf(half) })).status).toBe(204)
  expect((await patch(user, path, 300, picture.subarray(300))).status).toBe(204)

  // Of the whole file, said before it is sent.
  const whole = (bytes: Buffer, more = '') => ({
    'upload-length': String(picture.length),
    'repr-digest': digestOf(bytes),
    ...(more === '' ? {} : { 'upload-metadata': `duplicates ${Buffer.from(more).toString('base64')}` }),
  })
  const known = await send(user, 'POST', '/api/uploads', whole(picture, 'refuse'))
  expect([known.status, known.body.code]).toEqual([409, 'duplicate'])
  const begun = await send(user, 'POST', '/api/uploads', whole(other))
  const refused = await patch(user, begun.headers.get('location') ?? '', 0, picture)
  expect([refused.status, refused.body.code]).toEqual([400, 'digest_mismatch'])
  const said = await begin(user, picture, { filename: 'c.jpg', sha256: hashOf(other) })
  expect((await patch(user, said, 0, picture)).body.code).toBe('digest_mismatch')
  expect((await listed(user)).length).toBe(5)
})

it('holds for imports by address', async () => {
  const user = shop.user()
  const { id } = (await upload(user, null)).json<UploadedImage>()
  const source = createServer((_request, response) =>
    response.setHeader('content-type', 'image/jpeg').end(picture),
  ).listen(0, '127.0.0.1')
  try {
    await vi.waitFor(() => expect(source.listening).toBe(true))
    const url = `http://127.0.0.1:${(source.address() as AddressInfo).port}/a.jpg`
    const settled = async (duplicates: string): Promise<Job> => {
      const { id: jobId } = (await call(user, 'POST', '/api/images/import', { url, duplicates })).json<Job>()
      return vi.waitFor(
        async () => {
          const job = (await call(user, 'GET', `/api/jobs/${jobId}`)).json<Job>()
          expect(job.finishedAt).not.toBeNull()
          return job
        },
        { timeout: 30_000, interval: 50 },
      )
    }
    const linked = await settled('link')
    expect(linked).toMatchObject({ status: 'complete', imageId: id })
    expect((await call(user, 'GET', `/api/jobs/${linked.id}/result`)).rawPayload.equals(picture)).toBe(true)
    expect(await settled('refuse')).toMatchObject({ status: 'failed', errorCode: 'duplicate', attempts: 1 })
    expect(await listed(user)).toEqual([id])
  } finally {
    source.close()
  }
})
