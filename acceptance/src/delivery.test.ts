import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody, refusal } from './api.ts'
import { animation, colourAt, compass, jpeg, look } from './pictures.ts'

let api: Api
let anyone: Api
let original: Buffer
let image: ImageBody
beforeAll(async () => {
  anyone = createApi(inject('baseUrl'))
  api = anyone.as((await anyone.register()).accessToken)
  original = await jpeg(1500, 1000)
  image = await api.picture(original)
})
const sizeUrl = (name: string): string => image.sizes[name]?.url ?? `no ${name}`

describe('presets', () => {
  it.each([
    ['thumbnail', 150, 150],
    ['small', 480, 320],
    ['medium', 1024, 683],
    ['large', 1500, 1000],
  ])('%s', async (preset, width, height) => {
    const { status, bytes, headers } = await api.get(`/images/${image.id}?preset=${preset}`)
    expect(status).toBe(200)
    expect(await look(bytes)).toMatchObject({ width, height })
    expect(headers.get('content-length')).toBe(String(bytes.length))
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('original is byte for byte what was sent', async () => {
    const { bytes, headers } = await api.get(`/images/${image.id}?preset=original`)
    expect(bytes.equals(original)).toBe(true)
    expect(headers.get('content-type')).toBe('image/jpeg')
  })

  it('an unknown one is refused by name', async () => {
    const answer = await api.get(`/images/${image.id}?preset=gigantic`)
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toContainEqual({ path: 'preset', message: expect.any(String) })
  })

  it('an image without parameters is its current version', async () => {
    const { status, bytes } = await api.get(`/images/${image.id}`)
    expect(status).toBe(200)
    expect(await look(bytes)).toMatchObject({ width: 1500, height: 1000 })
  })
})

describe('a page', () => {
  it('of 200 pictures that nobody asked for before arrives whole, however many are rendered at once', async () => {
    const widths = Array.from({ length: 200 }, (_, n) => 20 + n)
    const answers = await Promise.all(widths.map((width) => api.get(`/images/${image.id}?width=${width}`)))
    expect(answers.map(({ status }) => status)).toEqual(widths.map(() => 200))
    expect(answers.filter(({ bytes }) => bytes.length === 0)).toEqual([])
  })
})

describe('parameters', () => {
  it.each([
    ['width=300', { width: 300, height: 200 }],
    ['w=300', { width: 300, height: 200 }],
    ['height=100', { width: 150, height: 100 }],
    ['w=200&h=200&fit=cover', { width: 200, height: 200 }],
    ['w=200&h=200&fit=inside', { width: 200, height: 133 }],
    ['w=200&h=200&fit=contain', { width: 200, height: 200 }],
    ['w=200&h=100&fit=fill', { width: 200, height: 100 }],
    ['w=200&dpr=2', { width: 400, height: 267 }],
    ['rotate=90&w=100', { width: 100, height: 150 }],
    ['crop=100,100,400,300', { width: 400, height: 300 }],
    ['w=100&format=webp', { format: 'webp', width: 100 }],
    ['w=100&format=png', { format: 'png' }],
    ['w=100&format=jpg', { format: 'jpeg' }],
    ['w=64&format=avif', { format: 'heif', width: 64 }],
    ['w=100&grayscale=true&quality=50', { width: 100 }],
    ['w=100&blur=3&flip=true&mirror=true&sharpen=1', { width: 100 }],
    ['w=100&watermarkText=hello%20%3Cb%3E%26&watermarkPosition=southeast', { width: 100 }],
  ])('%s', async (query, expected) => {
    const { status, bytes } = await api.get(`/images/${image.id}?${query}`)
    expect(status, bytes.toString('utf8', 0, 300)).toBe(200)
    expect(await look(bytes)).toMatchObject(expected)
  })

  it.each([
    ['width=0', 'width'],
    ['width=-5', 'width'],
    ['width=abc', 'width'],
    ['width=99999', 'width'],
    ['w=1e3', 'w'],
    ['quality=0', 'quality'],
    ['quality=101', 'quality'],
    ['format=bmp', 'format'],
    ['fit=stretchy', 'fit'],
    ['crop=1,2,3', 'crop'],
    ['unheardof=1', 'unheardof'],
    ['width=100&width=200', 'width'],
    ['blur=100000', 'blur'],
  ])('%s is refused with the path of the fault', async (query, path) => {
    const answer = await api.get<{ errors: { path: string }[] }>(`/images/${image.id}?${query}`)
    expect(answer.status).toBe(400)
    const named = answer.body.errors.map((fault) => fault.path)
    expect(named.some((name) => name === path || (path === 'w' && name === 'width'))).toBe(true)
  })

  it('quarters stay where they belong under turning and mirroring', async () => {
    const picture = await api.picture(await (await compass(400, 200)).png().toBuffer(), 'compass.png')
    const at = async (query: string) => {
      const { bytes } = await api.get(`/images/${picture.id}?format=png&${query}`)
      return colourAt(bytes, 0.1, 0.1)
    }
    expect(await at('w=200')).toEqual([255, 0, 0])
    expect(await at('mirror=true')).toEqual([0, 255, 0])
    expect(await at('flip=true')).toEqual([0, 0, 255])
    expect(await at('rotate=90')).toEqual([0, 0, 255])
    expect(await at('rotate=180')).toEqual([255, 255, 255])
  })

  it('an animation moves on; one frame can be picked', async () => {
    const picture = await api.picture(await animation('gif', 120, 80, 4), 'a.gif')
    const small = await api.get(`/images/${picture.id}?w=60`)
    expect(await look(small.bytes)).toMatchObject({ frames: 4, width: 60, height: 40 })
    const still = await api.get(`/images/${picture.id}?frame=1&format=png`)
    expect(await look(still.bytes)).toMatchObject({ frames: 1, format: 'png' })
    expect(refusal(await api.get(`/images/${picture.id}?format=avif`))).toBe('422 unsupported_output')
  })
})

describe('caching', () => {
  it('answers 304 to what the client has', async () => {
    const first = await anyone.get(sizeUrl('small'))
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[^"]+"$/)
    const second = await anyone.get(sizeUrl('small'), { 'if-none-match': etag })
    expect([second.status, second.bytes.length]).toEqual([304, 0])
    expect(second.headers.get('etag')).toBe(etag)
    // What is left of a signed URL's time is told in seconds, and a second may have gone by.
    const directives = ({ headers }: typeof first) => headers.get('cache-control')?.replace(/\d+/, 'n')
    expect(directives(second)).toBe(directives(first))
    for (const known of ['*', `W/${etag}`, `"other", ${etag}`]) {
      expect((await anyone.get(sizeUrl('small'), { 'if-none-match': known })).status, known).toBe(304)
    }
    expect((await anyone.get(sizeUrl('small'), { 'if-none-match': '"other"' })).status).toBe(200)
    const own = await api.get(`/images/${image.id}?preset=small`, { 'if-none-match': etag })
    expect([own.status, own.headers.get('content-type')]).toEqual([304, null])
  })

  it('refuses by If-Match what is another picture than the one that was named', async () => {
    for (const url of [`/images/${image.id}?width=210`, `/images/${image.id}?preset=original`]) {
      const { headers } = await api.get(url)
      const etag = headers.get('etag') ?? ''
      const answered = async (value: string) => (await api.get(url, { 'if-match': value })).status
      expect([await answered(etag), await answered(`"x", ${etag}`), await answered('*')]).toEqual([
        200, 200, 200,
      ])
      for (const other of ['"x"', `W/${etag}`, 'x'])
        expect(refusal(await api.get(url, { 'if-match': other }))).toBe('412 precondition_failed')
    }
  })

  it('reads media types in any case, and takes a slash behind the id for another address', async () => {
    const { headers } = await api.get(`/images/${image.id}?width=210&format=auto`, { accept: 'IMAGE/WebP' })
    expect(headers.get('content-type')).toBe('image/webp')
    expect(refusal(await api.get(`/images/${image.id}/?width=210`))).toBe('404 not_found')
    expect(refusal(await api.get('/api/images/'))).toBe('404 not_found')
  })

  it('gives different pictures different tags', async () => {
    const tags = await Promise.all(
      ['w=100', 'w=101', 'w=100&format=png'].map(async (query) =>
        (await api.get(`/images/${image.id}?${query}`)).headers.get('etag'),
      ),
    )
    expect(new Set(tags).size).toBe(3)
  })

  it('says where the bytes came from', async () => {
    const url = `/images/${image.id}?width=333`
    expect((await api.get(url)).headers.get('cache-status')).toMatch(/miss/i)
    expect((await api.get(url)).headers.get('cache-status')).toMatch(/hit/i)
  })

  it('keeps private pictures out of shared caches, and lets versioned ones stay', async () => {
    const { headers } = await anyone.get(sizeUrl('small'))
    expect(headers.get('cache-control')).toMatch(/private/)
    const versioned = await api.get(`/images/${image.id}?width=200&v=1`)
    expect(versioned.headers.get('cache-control')).toMatch(/max-age=31536000.*immutable/)
    const alias = await api.get(`/images/${image.id}?width=200`)
    expect(alias.headers.get('cache-control')).not.toMatch(/immutable/)
  })

  it('varies by Accept only when it negotiates', async () => {
    const plain = await api.get(`/images/${image.id}?width=200`)
    expect(plain.headers.get('vary') ?? '').not.toMatch(/accept\b(?!-)/i)
    const url = `/images/${image.id}?width=200&format=auto`
    const webp = await api.get(url, { accept: 'image/webp,*/*' })
    expect([webp.headers.get('content-type'), webp.headers.get('vary')]).toEqual([
      'image/webp',
      expect.stringMatching(/accept/i),
    ])
    const jpegOnly = await api.get(url, { accept: 'image/jpeg' })
    expect(jpegOnly.headers.get('content-type')).toBe('image/jpeg')
  })

  it('gives the same viewer the same URL again', async () => {
    const again = await api.get<ImageBody>(`/api/images/${image.id}`)
    expect(again.body.sizes).toEqual(image.sizes)
  })

  it('answers HEAD like GET without the bytes', async () => {
    const get = await anyone.get(sizeUrl('medium'))
    const head = await anyone.send(sizeUrl('medium'), { method: 'HEAD' })
    expect([head.status, head.bytes.length]).toEqual([200, 0])
    for (const name of ['etag', 'content-length', 'content-type', 'cache-control']) {
      expect(head.headers.get(name), name).toBe(get.headers.get(name))
    }
  })

  it('serves ranges of the original', async () => {
    const url = sizeUrl('original')
    const part = await anyone.get(url, { range: 'bytes=100-199' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${original.length}`)
    expect(part.bytes.equals(original.subarray(100, 200))).toBe(true)
    const tail = await anyone.get(url, { range: 'bytes=-50' })
    expect(tail.bytes.equals(original.subarray(-50))).toBe(true)
    expect(refusal(await anyone.get(url, { range: `bytes=${original.length}-` }))).toBe(
      '416 range_not_satisfiable',
    )
  })

  it('renders one miss once for many callers', async () => {
    const url = `/images/${image.id}?width=777`
    const answers = await Promise.all(Array.from({ length: 12 }, () => api.get(url)))
    const sums = answers.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'))
    expect(new Set(sums).size).toBe(1)
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('who may see it', () => {
  it('nobody without a signature, while it is private', async () => {
    expect(refusal(await anyone.get(`/images/${image.id}?preset=small`))).toMatch(
      /^(401 unauthenticated|403 signature_required|404 not_found)$/,
    )
  })

  it('anyone with a signed URL, and with that URL only', async () => {
    const url = new URL(sizeUrl('small'), api.baseUrl)
    expect((await anyone.get(url.href)).status).toBe(200)
    const wider = new URL(url)
    wider.searchParams.set('preset', 'large')
    expect(refusal(await anyone.get(wider.href))).toBe('403 signature_invalid')
    const later = new URL(url)
    later.searchParams.set('exp', String(Number(url.searchParams.get('exp')) + 1))
    expect(refusal(await anyone.get(later.href))).toBe('403 signature_invalid')
    const past = new URL(url)
    past.searchParams.set('exp', '1000000000')
    expect(refusal(await anyone.get(past.href))).toMatch(/^403 signature_(invalid|expired)$/)
    const broken = new URL(url)
    broken.searchParams.set('sig', 'AAAA')
    expect(refusal(await anyone.get(broken.href))).toBe('403 signature_invalid')
  })

  it('anyone sees the ladder of a public image, and signed URLs beyond it', async () => {
    const open = await api.picture(await jpeg(900, 600), 'open.jpg', { visibility: 'public' })
    expect((await anyone.get(`/images/${open.id}?preset=small`)).status).toBe(200)
    expect((await anyone.get(`/images/${open.id}?width=640`)).status).toBe(200)
    expect(refusal(await anyone.get(`/images/${open.id}?width=641`))).toBe('403 signature_required')
    await api.patch(`/api/images/${open.id}`, { visibility: 'private' })
    await expect
      .poll(async () => (await anyone.get(`/images/${open.id}?preset=small`)).status, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(400)
  })

  it('a key with images:read', async () => {
    const { body } = await api.post<{ key: string }>('/api/auth/keys', { scopes: ['images:read'] })
    const answer = await anyone.get(`/images/${image.id}?width=123`, { 'x-api-key': body.key })
    expect(answer.status).toBe(200)
  })
})

describe('downloads', () => {
  it('carry a safe name', async () => {
    await api.patch(`/api/images/${image.id}`, { originalName: 'ä "quoted"; x=1.jpg' })
    const { headers } = await api.get(`/images/${image.id}?width=100&download=true`)
    const disposition = headers.get('content-disposition') ?? ''
    expect(disposition).toMatch(/^attachment; filename="[^"\\]*(\\.[^"\\]*)*"; filename\*=UTF-8''[\w%.~-]+$/)
  })
})

describe('explain', () => {
  it('says how a URL is understood', async () => {
    const { status, body } = await api.get(`/api/images/${image.id}/explain?w=300&format=webp`)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toMatch(/resize/)
    expect(JSON.stringify(body)).toMatch(/webp/)
  })
})
