import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import type { Image, Upload } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, quarters } from '../testing/pictures.ts'
import { bytesType, createTusClient, metadataOf } from '../testing/tus-client.ts'

let shop: Workshop
let origin: string
let picture: Buffer
beforeAll(async () => {
  shop = await openWorkshop({ images: { maxUnfinished: 2 } })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  picture = await quarters(900, 700).png({ compressionLevel: 0 }).toBuffer()
})
afterAll(() => shop.close())

const { send, get } = createTusClient(() => origin)
const guest = { headers: {} }

/** An album that is shared with guests who may add to it. */
async function shared(more: object = {}) {
  const user = shop.user()
  const url = '/api/albums'
  const album = await shop.app.inject({
    method: 'POST',
    url,
    headers: user.headers,
    payload: { name: 'Party' },
  })
  const albumId = album.json<{ id: string }>().id
  // Not by HTTP: without a public address here its answer has no URL.
  const wanted = { albumId, downloads: false, uploads: true, ...more }
  const { id, token } = await shop.images.shares.create(user, wanted, '127.0.0.1')
  const begin = (bytes: Buffer, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    send(guest, 'POST', `/api/shared/${token}/uploads`, {
      'upload-length': String(bytes.length),
      'upload-metadata': metadataOf({ filename: 'party.png', ...fields }),
      ...headers,
    })
  const patch = (path: string, offset: number, body: Buffer, headers: Record<string, string> = {}) =>
    send(
      guest,
      'PATCH',
      path,
      { 'content-type': bytesType, 'upload-offset': String(offset), ...headers },
      body,
    )
  const inAlbum = async () => (await get<{ items: Image[] }>(user, `/api/albums/${albumId}/images`)).items
  const unfinished = async () => (await get<{ items: Upload[] }>(user, '/api/uploads')).items
  return { user, id, token, begin, patch, inAlbum, unfinished }
}

/** A request whose line is cut when so much of its body is sent. */
async function cutOff(path: string, bytes: Buffer, after: number): Promise<void> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(
    `PATCH ${path} HTTP/1.1\r\nhost: x\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-type: ${bytesType}\r\ncontent-length: ${bytes.length}\r\n\r\n`,
  )
  await new Promise<void>((resolve) => socket.write(bytes.subarray(0, after), () => resolve()))
  socket.destroy()
}

it('goes on after a cut line, and is a picture of the album with the bytes that were sent', async () => {
  const { user, begin, patch, inAlbum, unfinished } = await shared()
  const said = { visibility: 'public', tags: 'mine', webhookUrl: 'http://127.0.0.1/', unpack: 'true' }
  const begun = await begin(picture, { ...said, folders: 'album', relativePath: 'x/party.png' })
  expect(begun.status).toBe(201)
  const path = begun.headers.get('location') ?? ''
  expect(path).toMatch(/^\/api\/shared\/[^/]+\/uploads\/[0-9a-f-]{36}$/)
  await cutOff(path, picture, 700_000)
  const offset = await vi.waitFor(
    async () => {
      const { headers } = await send(guest, 'HEAD', path)
      expect(Number(headers.get('upload-offset'))).toBeGreaterThan(0)
      return Number(headers.get('upload-offset'))
    },
    { timeout: 10_000, interval: 50 },
  )
  expect(offset).toBeLessThan(picture.length)
  const last = await patch(path, offset, picture.subarray(offset))
  expect(last.status).toBe(204)
  // The job is its owner's alone.
  expect([last.headers.get('x-image-id') !== null, last.headers.get('x-job-id')]).toEqual([true, null])
  const [image, ...others] = await inAlbum()
  expect(others).toEqual([])
  expect(image).toMatchObject({
    id: last.headers.get('x-image-id'),
    originalName: 'party.png',
    visibility: 'private',
    tags: [],
  })
  const sha256 = createHash('sha256').update(picture).digest('hex')
  const known = await get<{ items: Image[] }>(user, `/api/images?sha256=${sha256}`)
  expect(known.items.map(({ id }) => id)).toEqual([image?.id])
  expect(await unfinished()).toEqual([])
})

it('is refused as by form: what is no picture, another share, what the share does not allow', async () => {
  const { begin, patch, user } = await shared()
  const text = Buffer.alloc(700_000, 'no picture ')
  const begun = await begin(text)
  expect((await patch(begun.headers.get('location') ?? '', 0, text)).body.code).toBe('unsupported_media_type')
  const mine = (await begin(picture)).headers.get('location') ?? ''
  const other = await shared()
  const elsewhere = mine.replace(/shared\/[^/]+/, `shared/${other.token}`)
  for (const method of ['HEAD', 'DELETE']) expect((await send(guest, method, elsewhere)).status).toBe(404)
  // By guests only what guests began.
  const own = await send(user, 'POST', '/api/uploads', { 'upload-length': '10' })
  const owners = (own.headers.get('location') ?? '').replace('/api/uploads', mine.replace(/\/[^/]+$/, ''))
  expect((await send(guest, 'HEAD', owners)).status).toBe(404)
  expect((await begin(picture, {}, { 'upload-concat': 'partial' })).body.code).toBe('forbidden')
  const closed = await shared({ uploads: false })
  expect((await closed.begin(picture)).body.code).toBe('forbidden')
  const locked = await shared({ password: 'open sesame' })
  expect((await locked.begin(picture)).body.code).toBe('share_locked')
  // Of bytes that the owner has already a guest hears nothing.
  const known = await jpeg(30, 20)
  for (const round of [1, 2]) {
    const sha256 = createHash('sha256').update(known).digest('hex')
    const made = await other.begin(known, { sha256, duplicates: 'refuse' })
    expect([round, made.status]).toEqual([round, 201])
    expect((await other.patch(made.headers.get('location') ?? '', 0, known)).status).toBe(204)
  }
  expect(await other.inAlbum()).toHaveLength(2)
})

it('takes places of its own, and nothing once the share is over', async () => {
  const { user, id, begin, patch, inAlbum, unfinished } = await shared()
  const first = (await begin(picture)).headers.get('location') ?? ''
  expect((await begin(picture)).status).toBe(201)
  expect((await begin(picture)).body.code).toBe('rate_limited')
  // Guests keep their host from nothing.
  expect((await send(user, 'POST', '/api/uploads', { 'upload-length': '10' })).status).toBe(201)
  expect((await patch(first, 0, picture.subarray(0, 1_000))).status).toBe(204)
  const url = `/api/shares/${id}`
  expect((await shop.app.inject({ method: 'DELETE', url, headers: user.headers })).statusCode).toBe(204)
  expect((await patch(first, 1_000, picture.subarray(1_000))).status).toBe(404)
  await shop.images.upkeep.sweepOnce()
  expect(await inAlbum()).toEqual([])
  expect(await unfinished()).toMatchObject([{ length: 10 }])
  expect((await readdir(`${shop.folder}/.growing`)).length).toBeLessThanOrEqual(3)
})
