import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody, refusal, uuidPattern } from './api.ts'
import { animation, compass, hollowPng, jpeg, look, scene } from './pictures.ts'

let api: Api
beforeAll(async () => {
  const { accessToken } = await createApi(inject('baseUrl')).register()
  api = createApi(inject('baseUrl'), accessToken)
})

describe('one file', () => {
  it('is answered at once with the image and its job', async () => {
    const bytes = await jpeg(1200, 800)
    const { status, body, headers } = await api.upload([{ name: 'harbour.jpg', type: 'image/jpeg', bytes }])
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: expect.stringMatching(uuidPattern),
      originalName: 'harbour.jpg',
      visibility: 'private',
      contentType: 'image/jpeg',
      width: 1200,
      height: 800,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      version: 1,
      jobId: expect.stringMatching(uuidPattern),
      url: expect.any(String),
      message: expect.any(String),
      tags: [],
    })
    expect(['pending', 'processing', 'complete']).toContain(body.status)
    expect(body.imageId).toBe(body.id)
    expect(new URL(headers.get('location') ?? '', api.baseUrl).pathname).toBe(`/api/images/${body.id}`)
  })

  it('ends in five sizes, never enlarged, the original untouched', async () => {
    const bytes = await jpeg(1500, 1000)
    const image = await api.picture(bytes)
    expect(image).toMatchObject({
      status: 'complete',
      sizes: {
        thumbnail: { width: 150, height: 150 },
        small: { width: 480, height: 320 },
        medium: { width: 1024, height: 683 },
        large: { width: 1500, height: 1000 },
        original: { width: 1500, height: 1000, size: bytes.length, format: 'jpeg' },
      },
      placeholder: { thumbhash: expect.any(String), color: expect.stringMatching(/^#[0-9a-f]{6}$/i) },
      processedAt: expect.any(String),
      errorMessage: null,
    })
    for (const [name, size] of Object.entries(image.sizes)) {
      const { status, bytes: got } = await createApi(api.baseUrl).get(size.url)
      expect(status, name).toBe(200)
      expect(got.length, name).toBe(size.size)
      if (name === 'original') expect(got.equals(bytes)).toBe(true)
      else expect(await look(got), name).toMatchObject({ width: size.width, height: size.height })
    }
  })

  it('is turned upright', async () => {
    const upright = await compass(400, 200)
    const bytes = await upright.rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer()
    const image = await api.picture(bytes)
    expect(image).toMatchObject({ width: 400, height: 200, orientation: 8 })
    expect(image.sizes.small).toMatchObject({ width: 400, height: 200 })
  })

  it.each([
    ['png', (s: Sharp) => s.png()],
    ['webp', (s: Sharp) => s.webp()],
    ['tiff', (s: Sharp) => s.tiff({ compression: 'lzw' })],
    ['avif', (s: Sharp) => s.avif({ effort: 0 })],
    ['gif', (s: Sharp) => s.gif()],
  ])('may be %s', async (format, encode) => {
    const image = await api.picture(await encode(scene(300, 200)).toBuffer(), `a.${format}`)
    expect(image).toMatchObject({
      status: 'complete',
      contentType: `image/${format}`,
      width: 300,
      height: 200,
    })
    expect(Object.keys(image.sizes).sort()).toEqual(['large', 'medium', 'original', 'small', 'thumbnail'])
  })

  it('may be a HEIC, as phones take it', async () => {
    const bytes = await readFile(join(import.meta.dirname, 'quarters.heic'))
    const image = await api.picture(bytes, 'IMG_0001.HEIC')
    expect(image).toMatchObject({ status: 'complete', contentType: 'image/heic', width: 64, height: 96 })
    const { bytes: small } = await api.get(image.sizes.small?.url ?? '')
    expect(await look(small)).toMatchObject({ width: 64, height: 96 })
    const { bytes: original } = await api.get(image.sizes.original?.url ?? '')
    expect(original.equals(bytes)).toBe(true)
  })

  it.each(['gif', 'webp'] as const)('stays animated as %s', async (format) => {
    const image = await api.picture(await animation(format, 600, 400, 4), `a.${format}`)
    expect(image).toMatchObject({ status: 'complete', width: 600, height: 400 })
    const { bytes } = await api.get(image.sizes.small?.url ?? '')
    expect(await look(bytes)).toMatchObject({ frames: 4, width: 480, height: 320 })
  })

  it('does not hand the place a photo was taken at to others', async () => {
    const bytes = await scene(600, 400)
      .withExif({
        IFD0: { Copyright: 'A. Person' },
        IFD3: { GPSLatitude: '59/1 20/1 0/1', GPSLatitudeRef: 'N' },
      })
      .jpeg()
      .toBuffer()
    const image = await api.picture(bytes)
    const { bytes: small } = await api.get(image.sizes.small?.url ?? '')
    const { exif } = await sharp(small).metadata()
    expect(exif?.toString('latin1') ?? '').not.toContain('N\0\0\0')
    expect(exif?.toString('latin1') ?? '').toContain('A. Person')
  })

  it('takes any field name, visibility and tags', async () => {
    const bytes = await jpeg(60, 40)
    const { status, body } = await api.upload(
      [{ name: 'x.jpg', bytes, field: 'whatever' }],
      { visibility: 'public', tags: 'sea,boats' },
      '/api/images/upload',
    )
    expect(status).toBe(201)
    expect(body).toMatchObject({ visibility: 'public', tags: ['sea', 'boats'] })
  })

  it('keeps an odd name as a name', async () => {
    const bytes = await jpeg(60, 40)
    const name = '../../étude "ä" \u202e.jpg'
    const { body } = await api.upload([{ name, bytes }])
    expect(body.originalName).not.toContain('/')
    expect(body.originalName).toContain('étude')
  })
})

describe('several files', () => {
  it('give the good ones and say what is wrong with the others', async () => {
    const bytes = await jpeg(90, 60)
    type Batch = { images: ImageBody[]; rejected: { originalName: string; code: string; detail: string }[] }
    const { status, body } = await api.upload<Batch>([
      { name: 'one.jpg', bytes, field: 'images' },
      { name: 'notes.jpg', bytes: Buffer.from('just words'), field: 'images' },
      { name: 'two.jpg', bytes, field: 'images' },
    ])
    expect(status).toBe(201)
    expect(body.images.map((image) => image.originalName)).toEqual(['one.jpg', 'two.jpg'])
    expect(body.rejected).toEqual([
      { originalName: 'notes.jpg', code: 'unsupported_media_type', detail: expect.any(String) },
    ])
    for (const image of body.images)
      expect(await api.complete(image.id)).toMatchObject({ status: 'complete' })
  })
})

describe('what is refused', () => {
  const count = async () => (await api.get<{ items: unknown[] }>('/api/images?limit=200')).body.items.length
  const html = '<!doctype html><script>alert(1)</script>'
  const cut = async (share: number) => {
    const whole = await jpeg(900, 600)
    return whole.subarray(0, Math.floor(whole.length * share))
  }

  it.each<[string, string, () => Promise<Uint8Array> | Uint8Array, string | RegExp]>([
    ['words called .jpg', 'a.jpg', () => Buffer.from('not a picture'), '415 unsupported_media_type'],
    ['a page called .png', 'a.png', () => Buffer.from(html), '415 unsupported_media_type'],
    [
      'a program',
      'a.jpg',
      () => Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(500)]),
      '415 unsupported_media_type',
    ],
    [
      'an SVG',
      'a.svg',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      '415 unsupported_media_type',
    ],
    [
      'nothing at all',
      'a.jpg',
      () => Buffer.alloc(0),
      /^(400 file_missing|415 unsupported_media_type|422 undecodable)$/,
    ],
    ['a JPEG cut in its header', 'a.jpg', () => cut(0.003), '422 undecodable'],
    ['a JPEG cut in its pixels', 'a.jpg', () => cut(0.7), '422 undecodable'],
    ['a header of 65,000 × 65,000', 'a.png', () => hollowPng(65_000, 65_000), '422 too_many_pixels'],
    ['a header of 1 × 10,000,000', 'a.png', () => hollowPng(1, 10_000_000), '422 too_many_pixels'],
    ['an animation of 400 frames', 'a.gif', () => animation('gif', 8, 8, 400), '422 animation_too_large'],
  ])('%s', async (_what, name, make, expected) => {
    const before = await count()
    const answer = await api.upload([{ name, type: 'image/jpeg', bytes: await make() }])
    const said = refusal(answer as never)
    if (expected instanceof RegExp) expect(said).toMatch(expected)
    else expect(said).toBe(expected)
    expect(await count()).toBe(before)
  })

  it('decides by content, not by name or declared type', async () => {
    const bytes = await scene(60, 40).png().toBuffer()
    const { status, body } = await api.upload([{ name: 'a.exe', type: 'application/x-msdownload', bytes }])
    expect([status, body.contentType]).toEqual([201, 'image/png'])
  })

  it('a picture with a page behind it is only ever served as the picture', async () => {
    const bytes = Buffer.concat([await animation('gif', 10, 10, 1), Buffer.from(html)])
    const answer = await api.upload([{ name: 'both.html', type: 'text/html', bytes }])
    if (answer.status === 201) {
      const { url } = (await api.complete(answer.body.id)).sizes.original ?? { url: '' }
      const { headers } = await api.get(url)
      expect(headers.get('content-type')).toBe('image/gif')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    } else expect(answer.status).toBe(422)
  })

  it('more bytes than the limit', async () => {
    const bytes = Buffer.concat([await jpeg(60, 40), Buffer.alloc(64 * 1024 * 1024 + 1)])
    expect(refusal((await api.upload([{ name: 'big.jpg', bytes }])) as never)).toBe('413 file_too_large')
  })

  it('a form without a file', async () => {
    expect(refusal((await api.upload([], { visibility: 'public' })) as never)).toBe('400 file_missing')
  })

  it('a body that is no form', async () => {
    const answer = await api.post('/api/images', { image: 'x' })
    expect([400, 415]).toContain(answer.status)
  })

  it('a form without end, and one without a boundary', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    const body = '--b\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n\xff\xd8'
    const unended = await api.send('/api/images', { method: 'POST', headers, body })
    expect(unended.status).toBe(400)
    const noBoundary = { 'content-type': 'multipart/form-data' }
    expect((await api.send('/api/images', { method: 'POST', headers: noBoundary, body })).status).toBe(400)
  })

  it('a visibility that does not exist', async () => {
    const answer = await api.upload([{ name: 'a.jpg', bytes: await jpeg(60, 40) }], { visibility: 'secret' })
    expect(refusal(answer as never)).toBe('400 invalid_request')
  })

  it('nobody in particular', async () => {
    const nobody = createApi(api.baseUrl)
    expect((await nobody.upload([{ name: 'a.jpg', bytes: await jpeg(60, 40) }])).status).toBe(401)
  })
})
