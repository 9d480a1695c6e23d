import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { Image } from '@rendition/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { quarters } from '../testing/pictures.ts'
import { bytesType, createTusClient } from '../testing/tus-client.ts'

let shop: Workshop
let origin: string
let picture: Buffer
beforeAll(async () => {
  shop = await openWorkshop({
    images: { quotaImages: 1, maxUploadsPerAccount: 1 },
    limits: { uploadBytes: '1000/1h' },
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  picture = await quarters(90, 70).png({ compressionLevel: 0 }).toBuffer()
})
afterAll(() => shop.close())

const { send, create, patch, get } = createTusClient(() => origin)

/** A request whose body says nothing of its length. */
const sendChunked = (user: User, method: string, path: string, more: Record<string, string>, body: Buffer) =>
  fetch(origin + path, {
    method,
    headers: { ...user.headers, 'tus-resumable': '1.0.0', 'content-type': bytesType, ...more },
    body: Readable.toWeb(Readable.from([body])),
    duplex: 'half',
  } as RequestInit)

it('takes a body in chunks beyond the limit for what it is, and refuses the next', async () => {
  const user = shop.user()
  const length = { 'upload-length': String(picture.length) }
  const made = await sendChunked(user, 'POST', '/api/uploads', length, picture)
  expect([made.status, made.headers.get('x-image-id')]).toEqual([201, expect.any(String)])
  expect(made.headers.get('ratelimit')).toContain('"upload-bytes";r=0;')
  expect((await sendChunked(user, 'POST', '/api/uploads', length, picture)).status).toBe(429)
  expect((await get<{ items: Image[] }>(user, '/api/images')).items).toHaveLength(1)
})

it('counts a body in chunks that is refused', async () => {
  const user = shop.user()
  const path = await create(user, { 'upload-length': '900' })
  const refused = await sendChunked(user, 'PATCH', path, { 'upload-offset': '0' }, Buffer.alloc(900, 'no '))
  expect(refused.status).toBe(415)
  expect(refused.headers.get('ratelimit')).toContain('"upload-bytes";r=100;')
})

it('lets one that says its length later use the last image of the quota', async () => {
  const user = shop.user()
  const path = await create(user, { 'upload-defer-length': '1' })
  expect((await patch(user, path, 0, picture.subarray(0, 100))).status).toBe(204)
  const more = await send(user, 'POST', '/api/uploads', { 'upload-defer-length': '1' })
  expect([more.status, more.body.code]).toEqual([403, 'quota_exceeded'])
})

it('says where to send files that cannot go to the storage directly', async () => {
  const payload = { size: 1_000 }
  const { headers } = shop.user()
  const refused = await shop.app.inject({ method: 'POST', url: '/api/uploads/direct', headers, payload })
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'conflict'])
  expect(refused.json().detail).toContain('/api/uploads')
})

it('lets files that went to the storage directly take places when they are looked at', async () => {
  const user = shop.user()
  const { growing } = shop.storage
  let answer = (_missing: null): void => {}
  const answered = new Promise<null>((resolve) => {
    answer = resolve
  })
  let isAsked = (): void => {}
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve
  })
  // A bucket that takes its time to say what came.
  const gather = (): Promise<null> => {
    isAsked()
    return answered
  }
  const direct = { begin: async () => ({ size: 0 }), links: async () => [], gather }
  Object.assign(growing, { direct })
  const ask = (method: 'POST' | 'DELETE', url: string, payload?: object) =>
    shop.app.inject({ method, url, headers: user.headers, ...(payload && { payload }) })
  try {
    const upload = (await ask('POST', '/api/uploads/direct', { size: 100 })).json()
    const first = ask('POST', upload.completeUrl)
    await asked
    const second = await Promise.race([ask('POST', upload.completeUrl), first])
    expect([second.statusCode, second.json().code]).toEqual([429, 'rate_limited'])
    answer(null)
    expect((await first).statusCode).toBe(409)
    expect((await ask('POST', upload.completeUrl)).statusCode).toBe(409)
    expect((await ask('DELETE', upload.url)).statusCode).toBe(204)
  } finally {
    answer(null)
    Object.assign(growing, { direct: null })
  }
})
