import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { Image, UploadedImage } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart, type Part, quarters } from '../testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ images: { maxFileBytes: 4_000_000, maxFiles: 10 } })
})
afterAll(() => shop.close())

type User = ReturnType<Workshop['user']>
const upload = async (user: User, parts: readonly Part[], url = '/api/images') => {
  const { payload, headers } = multipart(parts)
  return shop.app.inject({ method: 'POST', url, payload, headers: { ...headers, ...user.headers } })
}
const file = (value: Buffer | string, filename = 'photo.jpg'): Part => ({ name: 'image', value, filename })
const get = async (user: User, id: string): Promise<Image> =>
  (await shop.app.inject({ url: `/api/images/${id}`, headers: user.headers })).json()
const completed = async (user: User, id: string): Promise<Image> =>
  vi.waitFor(
    async () => {
      const image = await get(user, id)
      expect(image).toMatchObject({ status: 'complete', errorMessage: null })
      return image
    },
    { timeout: 30_000, interval: 50 },
  )
/** The worker's drafts of pictures of other tests lie there too, for as long as it writes them. */
const noDrafts = () =>
  vi.waitFor(async () => expect(await readdir(`${shop.folder}/.drafts`)).toEqual([]), { timeout: 20_000 })
/** Without renditions: those of other tests' pictures are still being made. */
const originals = async (): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of shop.storage.list('images/')) if (/\/original/.test(key)) keys.push(key)
  return keys
}

describe('one upload', () => {
  it('answers with the image, then holds five renditions, the original byte for byte', async () => {
    const user = shop.user()
    const bytes = await quarters(2400, 1600).jpeg({ quality: 90 }).withMetadata({ orientation: 6 }).toBuffer()
    const answer = await upload(user, [file(bytes, 'Żółw 🐢.jpg')])
    expect(answer.statusCode).toBe(201)
    const uploaded = answer.json<UploadedImage>()
    expect(answer.headers.location).toBe(`/api/images/${uploaded.id}`)
    expect(uploaded).toMatchObject({
      imageId: uploaded.id,
      originalName: 'Żółw 🐢.jpg',
      visibility: 'private',
      contentType: 'image/jpeg',
      width: 1600,
      height: 2400,
      orientation: 6,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      version: 1,
    })
    expect(uploaded.jobId).toMatch(/^[0-9a-f-]{36}$/)
    const image = await completed(user, uploaded.id)
    const sides = Object.entries(image.sizes).map(([name, { width, height }]) => [name, width, height])
    expect(sides).toEqual([
      ['thumbnail', 150, 150],
      ['small', 320, 480],
      ['medium', 683, 1024],
      ['large', 1280, 1920],
      ['original', 1600, 2400],
    ])
    expect(image.placeholder?.thumbhash).toMatch(/^[A-Za-z0-9+/=]+$/)
    expect(image.processedAt).not.toBeNull()
    const original = []
    const version = await shop.images.reader.version(image.id)
    for await (const chunk of await shop.storage.get(version?.original.key ?? ('' as never)))
      original.push(chunk)
    expect(Buffer.concat(original).equals(bytes)).toBe(true)
    for (const rendition of await shop.images.reader.ledger.list(image.id)) {
      const chunks = []
      for await (const chunk of await shop.storage.get(rendition.storageKey)) chunks.push(chunk)
      const data = Buffer.concat(chunks)
      const { width, height, format } = await sharp(data).metadata()
      expect({ width, height, format, size: data.length }).toEqual({
        width: rendition.width,
        height: rendition.height,
        format: rendition.format,
        size: rendition.size,
      })
      // Upright: the quarter that was stored on the left below is up left after a quarter turn.
      const corner = await sharp(data).extract({ left: 8, top: 8, width: 1, height: 1 }).raw().toBuffer()
      expect(corner[2]).toBeGreaterThan(150)
    }
    await noDrafts()
  })

  it('never enlarges, and shares what is equal', async () => {
    const user = shop.user()
    const answer = await upload(user, [file(await jpeg(300, 200))])
    const image = await completed(user, answer.json<Image>().id)
    expect(image.sizes.large).toMatchObject({ width: 300, height: 200 })
    expect(image.sizes.small).toMatchObject({ width: 300, height: 200 })
    expect(Object.keys(image.sizes)).toHaveLength(5)
  })

  it('takes fields before and after the file, and any field name', async () => {
    const user = shop.user()
    const bytes = await jpeg(60, 40)
    const parts: Part[] = [
      { name: 'tags', value: 'sea, sun' },
      { name: 'whatever', value: bytes, filename: 'C:\\fake\\path\\a.jpg' },
      { name: 'visibility', value: 'public' },
      { name: 'tags', value: 'sun' },
    ]
    const image = (await upload(user, parts, '/api/images/upload')).json<Image>()
    expect(image).toMatchObject({ visibility: 'public', tags: ['sea', 'sun'], originalName: 'a.jpg' })
  })

  it('tells what happened, in order', async () => {
    const user = shop.user()
    const { id } = (await upload(user, [file(await jpeg(640, 480))])).json<Image>()
    await completed(user, id)
    await vi.waitFor(async () => {
      const events = await shop.events.after(0, { ownerId: user.userId, limit: 100 })
      const types = events.map(({ type }) => type)
      expect(types.slice(0, 4)).toEqual(['job.pending', 'image.created', 'upload.complete', 'job.processing'])
      expect(types.slice(-2)).toEqual(['image.complete', 'job.complete'])
      expect(types.filter((type) => type === 'rendition.ready')).toHaveLength(4)
      expect(events.find(({ type }) => type === 'image.complete')?.data).toMatchObject({
        id,
        status: 'complete',
      })
    })
  })
})

describe('what is refused', () => {
  const png = sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).png()
  const cases: [string, () => Promise<Part[]>, number, string][] = [
    ['no file', async () => [{ name: 'tags', value: 'a' }], 400, 'file_missing'],
    [
      'an empty part of a form',
      async () => [{ name: 'image', value: '', filename: '' }],
      400,
      'file_missing',
    ],
    ['zero bytes', async () => [file('')], 415, 'unsupported_media_type'],
    ['text with a picture’s name', async () => [file('hello '.repeat(100))], 415, 'unsupported_media_type'],
    [
      'SVG',
      async () => [file('<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.svg')],
      415,
      'unsupported_media_type',
    ],
    ['too many bytes', async () => [file(Buffer.alloc(5_000_000, 1))], 413, 'file_too_large'],
    [
      'a bad visibility',
      async () => [file(await png.toBuffer()), { name: 'visibility', value: 'secret' }],
      400,
      'invalid_request',
    ],
    [
      'a long tag',
      async () => [file(await png.toBuffer()), { name: 'tags', value: 'x'.repeat(65) }],
      400,
      'invalid_request',
    ],
    [
      'a field over its limit',
      async () => [file(await png.toBuffer()), { name: 'tags', value: 'x,'.repeat(10_000) }],
      400,
      'invalid_request',
    ],
    [
      'a webhook that is no address',
      async () => [file(await png.toBuffer()), { name: 'webhookUrl', value: 'ftp://x' }],
      400,
      'invalid_request',
    ],
    [
      'a name of 256 letters',
      async () => [file(await png.toBuffer(), `${'n'.repeat(252)}.png`)],
      400,
      'invalid_request',
    ],
    [
      'a field called __proto__',
      async () => [{ name: '__proto__', value: 'x' }, file(await png.toBuffer())],
      400,
      'invalid_request',
    ],
  ]
  it.each(cases)('%s', async (_name, parts, status, code) => {
    const before = await originals()
    const user = shop.user()
    const answer = await upload(user, await parts())
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status, code })
    await noDrafts()
    expect(await originals()).toEqual(before)
    expect((await shop.app.inject({ url: '/api/images', headers: user.headers })).json().items).toEqual([])
  })

  it('another kind of body, or none', async () => {
    const user = shop.user()
    for (const request of [
      { payload: { a: 1 } },
      {},
      { payload: 'x', headers: { 'content-type': 'multipart/form-data' } },
    ]) {
      const headers = { ...user.headers, ...('headers' in request ? request.headers : {}) }
      const answer = await shop.app.inject({ method: 'POST', url: '/api/images', ...request, headers })
      expect(answer.statusCode).toBe(400)
    }
  })

  it('a viewer, and nobody at all', async () => {
    const parts = [file(await jpeg(20, 20))]
    expect((await upload(shop.user('viewer'), parts)).statusCode).toBe(403)
    const { payload, headers } = multipart(parts)
    expect((await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers })).statusCode).toBe(
      401,
    )
  })

  it('a body that ends in the middle', async () => {
    const { payload, headers } = multipart([file(await jpeg(200, 200))])
    const user = shop.user()
    const answer = await shop.app.inject({
      method: 'POST',
      url: '/api/images',
      payload: payload.subarray(0, payload.length / 2),
      headers: { ...headers, ...user.headers },
    })
    expect(answer.statusCode).toBe(400)
    await noDrafts()
  })

  it('a damaged picture fails with a code instead of staying pending', async () => {
    const user = shop.user()
    const whole = await quarters(800, 600).png().toBuffer()
    const damaged = Buffer.concat([whole.subarray(0, 2_000), Buffer.alloc(whole.length - 2_000, 7)])
    const answer = await upload(user, [file(damaged)])
    if (answer.statusCode === 422) return
    const { id } = answer.json<Image>()
    await vi.waitFor(async () => expect((await get(user, id)).status).toBe('failed'), { timeout: 20_000 })
    expect((await get(user, id)).errorMessage).toBeTruthy()
  })
})

describe('many at once', () => {
  it('takes what is good and says what is wrong with the rest', async () => {
    const user = shop.user()
    const answer = await upload(user, [
      file(await jpeg(50, 50), 'one.jpg'),
      file('not a picture', 'two.jpg'),
      file(await jpeg(60, 50), 'three.jpg'),
      file(Buffer.alloc(4_500_000, 1), 'four.jpg'),
    ])
    expect(answer.statusCode).toBe(201)
    const { images, rejected } = answer.json()
    expect(images.map((image: Image) => image.originalName)).toEqual(['one.jpg', 'three.jpg'])
    expect(rejected).toMatchObject([
      { originalName: 'two.jpg', code: 'unsupported_media_type' },
      { originalName: 'four.jpg', code: 'file_too_large' },
    ])
    await noDrafts()
  })

  it('refuses more files than configured', async () => {
    const bytes = await jpeg(10, 10)
    const answer = await upload(
      shop.user(),
      Array.from({ length: 11 }, () => file(bytes)),
    )
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual({
      status: 413,
      code: 'request_too_large',
    })
    await noDrafts()
  })
})
