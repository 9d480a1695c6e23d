import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import type { Image, Upload } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { quarters } from '../testing/pictures.ts'
import { bytesType, createTusClient, metadataOf } from '../testing/tus-client.ts'

let shop: Workshop
let origin: string
let picture: Buffer
beforeAll(async () => {
  shop = await openWorkshop({
    images: { presets: {}, quotaBytes: 2_000_000, uploadLeastRate: 100, uploadPaceMs: 3_000 },
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  picture = await quarters(600, 500).png({ compressionLevel: 0 }).toBuffer()
})
afterAll(() => shop.close())

const { send, create, begin, patch, get } = createTusClient(() => origin)
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const list = async (user: User) => (await get<{ items: Upload[] }>(user, '/api/uploads')).items
const images = async (user: User) => (await get<{ items: Image[] }>(user, '/api/images')).items
const length = () => ({ 'upload-length': String(picture.length) })
const whole = () => ({ ...length(), 'content-type': bytesType })
const refusal = ({ status, body }: Awaited<ReturnType<typeof send>>) => [status, body.code]

describe('as tus 1.0 has it', () => {
  it('another version is 412, with the one that is understood', async () => {
    const user = shop.user()
    const path = await begin(user, picture)
    for (const [method, at] of [
      ['POST', '/api/uploads'],
      ['HEAD', path],
      ['PATCH', path],
      ['DELETE', path],
    ] as const) {
      const other = await send(user, method, at, { ...length(), 'tus-resumable': '0.2.2' })
      expect([method, other.status, other.headers.get('tus-version')]).toEqual([method, 412, '1.0.0'])
    }
    expect(await list(user)).toHaveLength(1)
    await send(user, 'DELETE', path)
  })

  it('a method may be said by X-HTTP-Method-Override, where a client has no other', async () => {
    const user = shop.user()
    const path = await begin(user, picture)
    const by = (method: string, more = {}, body?: Buffer) =>
      send(user, 'POST', path, { 'x-http-method-override': method, ...more }, body)
    const some = picture.subarray(0, 300_000)
    const sent = await by('PATCH', { 'content-type': bytesType, 'upload-offset': '0' }, some)
    expect([sent.status, sent.headers.get('upload-offset')]).toEqual([204, '300000'])
    expect((await send(user, 'HEAD', path)).headers.get('upload-offset')).toBe('300000')
    for (const method of ['', 'POST', 'GET', 'patch']) {
      expect([method, ...refusal(await by(method))]).toEqual([method, 400, 'invalid_request'])
    }
    expect((await by('DELETE')).status).toBe(204)
    expect(await list(user)).toEqual([])
  })

  it('a length that was deferred may be said again where the answer to it was lost', async () => {
    const user = shop.user()
    const path = await create(user, { 'upload-defer-length': '1' })
    const some = picture.subarray(0, 200_000)
    expect((await patch(user, path, 0, some, length())).status).toBe(204)
    const other = { 'upload-length': String(picture.length - 1) }
    const rest = picture.subarray(200_000)
    expect(refusal(await patch(user, path, 200_000, rest, other))).toEqual([400, 'invalid_request'])
    const last = await patch(user, path, 200_000, rest, length())
    expect([last.status, last.headers.get('x-image-id')]).toEqual([204, expect.any(String)])
  })

  it('what a client calls a body that is empty is nothing to it, and bytes of another type are told theirs', async () => {
    const user = shop.user()
    for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain']) {
      const made = await send(
        user,
        'POST',
        '/api/uploads',
        { ...length(), 'content-type': type },
        Buffer.of(),
      )
      expect([type, made.status]).toEqual([type, 201])
      await send(user, 'DELETE', made.headers.get('location') ?? '')
    }
    const typed = { ...length(), 'content-type': 'application/json' }
    const other = await send(user, 'POST', '/api/uploads', typed, Buffer.from('{}'))
    expect(refusal(other)).toEqual([415, 'unsupported_media_type'])
    expect(other.body.detail).toContain(bytesType)
  })
})

describe('one that is sent as it is begun', () => {
  it.each<[string, () => Record<string, string>, () => Buffer, number]>([
    ['more bytes than it said', () => ({ ...whole(), 'upload-length': '10' }), () => picture, 413],
    ['another checksum', () => ({ ...whole(), 'upload-checksum': 'sha1 AAAA' }), () => picture, 460],
    [
      'other bytes',
      () => ({ ...whole(), 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` }),
      () => picture,
      400,
    ],
  ])('and refused for %s leaves nothing that would count', async (_what, headers, body, status) => {
    const user = shop.user()
    const before = await readdir(`${shop.folder}/.growing`)
    const refused = await send(user, 'POST', '/api/uploads', headers(), body())
    expect([refused.status, refused.headers.get('location')]).toEqual([status, null])
    expect(await list(user)).toEqual([])
    expect(await readdir(`${shop.folder}/.growing`)).toEqual(before)
  })

  it.each([
    ['is cut off', true],
    ['is too slow', false],
  ])('and %s leaves nothing: nobody was told where it is', async (_how, cut) => {
    const user = shop.user()
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.on('error', () => undefined)
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
    socket.write(
      `POST /api/uploads HTTP/1.1\r\nhost: x\r\nauthorization: ${user.headers.authorization}\r\ntus-resumable: 1.0.0\r\n` +
        `upload-length: ${picture.length}\r\ncontent-type: ${bytesType}\r\ncontent-length: ${picture.length}\r\n\r\n`,
    )
    socket.write(picture.subarray(0, 100_000))
    await vi.waitFor(async () => expect(await list(user)).toHaveLength(1), { timeout: 10_000, interval: 20 })
    if (!cut) expect(await answered).toContain('HTTP/1.1 408')
    socket.destroy()
    await vi.waitFor(async () => expect(await list(user)).toEqual([]), { timeout: 10_000, interval: 20 })
    expect(await images(user)).toEqual([])
  })

  it('goes on where somebody finds it in the list and asks how far it is, while its line hangs', async () => {
    const user = shop.user()
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(
      `POST /api/uploads HTTP/1.1\r\nhost: x\r\nauthorization: ${user.headers.authorization}\r\ntus-resumable: 1.0.0\r\n` +
        `upload-length: ${picture.length}\r\ncontent-type: ${bytesType}\r\ncontent-length: ${picture.length}\r\n\r\n`,
    )
    socket.write(picture.subarray(0, 200_000))
    const [found] = await vi.waitFor(async () => {
      const all = await list(user)
      expect(all).toHaveLength(1)
      return all
    })
    const path = new URL(found?.url ?? '', origin).pathname
    const asked = await send(user, 'HEAD', path)
    expect(asked.status).toBe(200)
    const at = Number(asked.headers.get('upload-offset'))
    socket.destroy()
    const last = await patch(user, path, at, picture.subarray(at))
    expect([last.status, last.headers.get('x-image-id')]).toEqual([204, expect.any(String)])
  })

  it('is the image that has its bytes already, where it says so and links: nothing of it is sent', async () => {
    const user = shop.user()
    const first = await send(user, 'POST', '/api/uploads', whole(), picture)
    const imageId = first.headers.get('x-image-id')
    const said = (more: object) => metadataOf({ sha256: sha256(picture), duplicates: 'link', ...more })
    const linked = await send(user, 'POST', '/api/uploads', { ...length(), 'upload-metadata': said({}) })
    expect([linked.status, linked.headers.get('x-image-id')]).toEqual([201, imageId])
    expect(linked.headers.get('x-job-id')).toBe(first.headers.get('x-job-id'))
    expect(linked.headers.get('upload-offset')).toBe(String(picture.length))
    expect(await list(user)).toEqual([])
    // Who does not know of it asks or sends, and is told the same.
    const path = linked.headers.get('location') ?? ''
    for (const answer of [
      await send(user, 'HEAD', path),
      await patch(user, path, 0, picture),
      await patch(user, path, 0, picture.subarray(0, 1_000)),
    ]) {
      const { headers, status } = answer
      expect([200, 204]).toContain(status)
      expect([headers.get('upload-offset'), headers.get('x-image-id')]).toEqual([
        `${picture.length}`,
        imageId,
      ])
    }
    const both = await send(
      user,
      'POST',
      '/api/uploads',
      { ...whole(), 'upload-metadata': said({}) },
      picture,
    )
    expect([both.status, both.headers.get('x-image-id')]).toEqual([201, imageId])
    // Another length is another file, whatever it says; and into an album nothing goes by its hash.
    for (const headers of [
      { 'upload-length': '77', 'upload-metadata': said({}) },
      { ...length(), 'upload-metadata': said({ folders: 'album', relativePath: 'Rome/a.png' }) },
    ]) {
      const begun = await send(user, 'POST', '/api/uploads', headers)
      expect([begun.status, begun.headers.get('x-image-id')]).toEqual([201, null])
      await send(user, 'DELETE', begun.headers.get('location') ?? '')
    }
    expect((await send(user, 'DELETE', path)).status).toBe(204)
    expect((await images(user)).map(({ id }) => id)).toEqual([imageId])
  })
})

it('whose length is not known takes no more than the quota has room for', async () => {
  const user = shop.user()
  await send(user, 'DELETE', await begin(user, picture))
  const path = await create(user, { 'upload-defer-length': '1' })
  const many = Buffer.concat([picture, picture, picture])
  const full = await patch(user, path, 0, many)
  expect(refusal(full)).toEqual([403, 'quota_exceeded'])
  const [left] = await list(user)
  expect(left?.offset).toBeLessThanOrEqual(2_000_000)
  const again = await patch(user, path, left?.offset ?? 0, many.subarray(left?.offset))
  expect(refusal(again)).toEqual([403, 'quota_exceeded'])
  expect((await list(user))[0]?.offset).toBeLessThanOrEqual(2_000_000)
})
