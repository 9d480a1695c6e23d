import { createHash } from 'node:crypto'
import { type Problem, problemSchema } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Door, type House, openHouse, owner, ownerAsking, stranger } from './testing/house.ts'
import { animatedGif, photo, transparentPng } from './testing/pictures.ts'

let house: House
let door: Door
let original: Buffer
let open: string
let hidden: string

beforeAll(async () => {
  house = await openHouse()
  door = await house.open()
  original = await photo(1600, 1200)
  open = (await house.upload(original, 'public')).id
  hidden = (await house.upload(original, 'private', owner, 'Ferien "24".jpg')).id
})
afterAll(() => house.close())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${door.url}${path}`, { headers, method })
const problemOf = async (response: Response): Promise<Problem> => problemSchema.parse(await response.json())
const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${(await problemOf(response)).code}`
const signed = (imageId: string, query: Record<string, string | number>): string =>
  house.signer.signedUrl({ imageId, query })

describe('who may have a picture', () => {
  it('gives a missing image and a foreign one the same answer, and what is no id a hint', async () => {
    const missing = '01930d4c-7c2e-7a54-9f3e-2b6f0f1a2b3c'
    const answersTo = async (...ids: string[]): Promise<Record<string, unknown>[]> => {
      const bodies: Record<string, unknown>[] = []
      for (const id of ids) {
        for (const headers of [{}, house.as(stranger)] as Record<string, string>[]) {
          const response = await get(`/images/${encodeURIComponent(id)}?preset=small`, headers)
          const { instance, ...body } = await problemOf(response)
          expect(instance).toBeTruthy()
          bodies.push({ ...body, cache: response.headers.get('cache-control') })
        }
      }
      expect(bodies).toEqual(bodies.map(() => bodies[0]))
      expect(bodies[0]).toMatchObject({ status: 404, code: 'not_found', cache: 'no-store' })
      return bodies
    }
    const [known] = await answersTo(missing, hidden)
    const [malformed] = await answersTo('x', `${missing}'--`)
    expect(malformed?.detail).not.toBe(known?.detail)
  })

  it('lets the owner and an admin in, and a key only with its scope', async () => {
    expect((await get(`/images/${hidden}?w=64`, house.as(owner))).status).toBe(200)
    expect((await get(`/images/${hidden}?w=64`, house.as(stranger, 'admin'))).status).toBe(200)
    expect(await codeOf(await get(`/images/${hidden}?w=64`, house.as(owner, 'keyless')))).toBe(
      '403 insufficient_scope',
    )
    expect(await codeOf(await get(`/images/${hidden}?w=64`, house.as('bad')))).toBe('404 not_found')
  })

  it('keeps what a credential opened from every shared cache and the next user', async () => {
    const response = await get(`/images/${hidden}?w=64&v=1`, house.as(owner))
    expect(response.headers.get('cache-control')).toMatch(/^private/)
    expect(response.headers.get('vary')).toContain('Authorization')
    expect((await get(`/images/${hidden}?w=64&v=1`)).status).toBe(404)
  })

  it('takes a signature from anyone, for exactly what was signed', async () => {
    const url = signed(hidden, { w: 80, blur: 2 })
    const response = await get(url)
    expect(response.status).toBe(200)
    const [, maxAge] = /^private, max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '') ?? []
    expect(Number(maxAge)).toBeLessThanOrEqual(60)
    expect(await codeOf(await get(url.replace('w=80', 'w=81')))).toBe('403 signature_invalid')
    expect(await codeOf(await get(url.replace(hidden, open)))).toBe('403 signature_invalid')
    expect(await codeOf(await get(url.replace(/&sig=.*/, '')))).toBe('403 signature_required')
  })

  it('judges the signature before it reads the parameters', async () => {
    expect(await codeOf(await get(`/images/${open}?w=nonsense&exp=9999999999&sig=a.b`))).toBe(
      '403 signature_invalid',
    )
  })

  it('gives strangers presets and ladder widths of public images and asks a signature for the rest', async () => {
    for (const query of ['', '?preset=small', '?preset=original', '?w=640', '?w=640&format=auto&v=1']) {
      expect((await get(`/images/${open}${query}`)).status, query).toBe(200)
    }
    for (const query of ['?w=641', '?w=640&blur=2', '?rotate=90', '?format=png', '?preset=small&q=1']) {
      const code = await codeOf(await get(`/images/${open}${query}`))
      expect(code, query).toBe(query.includes('&q=') ? '400 invalid_recipe' : '403 signature_required')
    }
    expect((await get(signed(open, { w: 641 }))).status).toBe(200)
    expect((await get(`/images/${open}?w=641`, house.as(owner))).headers.get('cache-control')).toMatch(
      /^private/,
    )
  })

  it('says which parameter is wrong', async () => {
    const response = await get(`/images/${open}?w=0&nonsense=1&fit=x`)
    const { errors = [] } = await problemOf(response)
    expect(response.status).toBe(400)
    expect(errors.map(({ path }) => path).sort()).toEqual(['fit', 'nonsense', 'w'])
  })

  it('has no picture of a version or preset that does not exist', async () => {
    expect(await codeOf(await get(`/images/${open}?v=2`))).toBe('404 not_found')
    expect(await codeOf(await get(`/images/${open}?preset=huge`))).toBe('400 invalid_recipe')
  })
})

describe('a rendition', () => {
  it('has the size and format that were asked for', async () => {
    const response = await get(signed(hidden, { w: 320, h: 200, fit: 'cover', format: 'webp' }))
    const meta = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
    expect(meta).toMatchObject({ width: 320, height: 200, format: 'webp' })
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-request-id')).toBeTruthy()
    expect(response.headers.get('server-timing')).toMatch(/render;dur=\d/)
    expect(response.headers.get('vary')).toBe(null)
  })

  it('comes from a render, then from memory, through the fast path, with the same headers', async () => {
    const path = `/images/${open}?w=384&v=1`
    const first = await get(path)
    const second = await get(path)
    expect(first.headers.get('cache-status')).toBe('rendition; fwd=miss; detail=rendered')
    expect(second.headers.get('cache-status')).toBe('rendition; hit; detail=memory')
    const names = ['etag', 'content-type', 'cache-control', 'content-disposition', 'last-modified', 'vary']
    for (const name of [
      ...names,
      'content-length',
      'cross-origin-resource-policy',
      'content-security-policy',
    ])
      expect(second.headers.get(name), name).toBe(first.headers.get(name))
    expect(second.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(second.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(Buffer.from(await second.arrayBuffer())).toEqual(Buffer.from(await first.arrayBuffer()))
  })

  it('answered hot touches neither database, storage nor renders', async () => {
    const path = signed(hidden, { w: 128 })
    await get(path)
    await door.delivery.idle()
    const before = { ...house.counts }
    const hotBefore = door.delivery.load().hotAnswers
    for (let n = 0; n < 20; n += 1) {
      const response = await get(path, { 'x-request-id': `mine-${n}` })
      expect(response.headers.get('x-request-id')).toBe(`mine-${n}`)
      await response.arrayBuffer()
    }
    expect(house.counts).toEqual(before)
    expect(door.delivery.load().hotAnswers).toBe(hotBefore + 20)
  })

  it('is found in storage by another process, with the same strong ETag', async () => {
    const path = signed(hidden, { w: 222 })
    const first = await get(path)
    await door.delivery.idle()
    const other = await house.open()
    const second = await fetch(`${other.url}${path}`)
    expect(second.headers.get('cache-status')).toBe('rendition; hit; detail=storage')
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
    expect(first.headers.get('etag')).toMatch(/^"[\w-]{20,}"$/)
  })

  it('is answered 304 before any pixels are read, in every process', async () => {
    const path = signed(hidden, { w: 232 })
    const first = await get(path)
    const etag = first.headers.get('etag') ?? ''
    await first.arrayBuffer()
    await door.delivery.idle()
    const other = await house.open()
    const before = { ...house.counts }
    for (const url of [door.url, other.url]) {
      const response = await fetch(`${url}${path}`, { headers: { 'if-none-match': `W/"x", ${etag}` } })
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(etag)
      expect(response.headers.get('cache-control')).toMatch(/^private/)
      expect(await response.text()).toBe('')
    }
    expect(house.counts.reads).toBe(before.reads)
    expect(house.counts.renders).toBe(before.renders)
  })

  it('has a HEAD like its GET', async () => {
    const path = signed(hidden, { w: 242 })
    const cold = await get(path, {}, 'HEAD')
    const warm = await get(path)
    const hot = await get(path, {}, 'HEAD')
    for (const response of [cold, hot]) {
      expect(response.status).toBe(200)
      expect(response.headers.get('content-length')).toBe(warm.headers.get('content-length'))
      expect(response.headers.get('etag')).toBe(warm.headers.get('etag'))
      expect(await response.text()).toBe('')
    }
  })

  it('has a safe name, the type of what is sent, and downloads when asked', async () => {
    const inline = await get(signed(hidden, { w: 64, format: 'webp' }))
    expect(inline.headers.get('content-disposition')).toBe('inline; filename="Ferien _24_.webp"')
    const saved = await get(signed(hidden, { w: 64, format: 'webp', download: 'näme' }))
    expect(saved.headers.get('content-disposition')).toBe(
      `attachment; filename="n_me.webp"; filename*=UTF-8''n%C3%A4me.webp`,
    )
  })

  it('under an expired URL is gone from the fast path too', async () => {
    const path = signed(hidden, { w: 252 })
    await get(path)
    expect((await get(path)).status).toBe(200)
    house.forward(2 * 3_600_000 + 1)
    expect(await codeOf(await get(path))).toBe('403 signature_expired')
  })
})

describe('the original', () => {
  const path = () => `/images/${open}?preset=original`
  it('is byte for byte what was uploaded, whole and in ranges', async () => {
    const whole = await get(path())
    expect(original.equals(Buffer.from(await whole.arrayBuffer()))).toBe(true)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    const sha256 = createHash('sha256').update(original).digest('hex')
    expect(whole.headers.get('etag')).toBe(`"${sha256}"`)
    const part = await get(path(), { range: 'bytes=100-199' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${original.length}`)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(original.subarray(100, 200))
    const rest = await get(path(), { range: 'bytes=-7', 'if-range': `"${sha256}"` })
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(original.subarray(-7))
    const changed = await get(path(), { range: 'bytes=0-1', 'if-range': '"older"' })
    expect(changed.status).toBe(200)
    await changed.arrayBuffer()
  })

  it('has nothing beyond its end', async () => {
    const response = await get(path(), { range: `bytes=${original.length}-` })
    expect(response.headers.get('content-range')).toBe(`bytes */${original.length}`)
    expect(await codeOf(response)).toBe('416 range_not_satisfiable')
  })

  it('is what an unedited image is without parameters, and takes none beside', async () => {
    const whole = await get(`/images/${open}`)
    expect(original.equals(Buffer.from(await whole.arrayBuffer()))).toBe(true)
    expect(await codeOf(await get(`${path()}&w=64`, house.as(owner)))).toBe('400 invalid_recipe')
  })

  it('answers HEAD and 304 without reading it', async () => {
    const before = house.counts.reads
    const head = await get(path(), {}, 'HEAD')
    expect(head.headers.get('content-length')).toBe(String(original.length))
    const again = await get(path(), { 'if-none-match': head.headers.get('etag') ?? '' })
    expect(again.status).toBe(304)
    expect(house.counts.reads).toBe(before)
  })
})

describe('format=auto', () => {
  const chrome = 'image/avif,image/webp,image/*,*/*;q=0.8'
  const typeOf = async (id: string, accept: string, more = ''): Promise<string | null> => {
    const response = await get(`/images/${id}?w=96&format=auto${more}`, { accept })
    expect(response.headers.get('vary')).toBe('Accept')
    await response.arrayBuffer()
    return response.headers.get('content-type')
  }

  it('gives each client what it takes, cold and hot', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await typeOf(open, chrome)).toBe('image/webp')
      expect(await typeOf(open, '*/*')).toBe('image/jpeg')
    }
  })

  it('keeps transparency and movement', async () => {
    const clear = (await house.upload(await transparentPng(200), 'public')).id
    const moving = (await house.upload(await animatedGif(100), 'public')).id
    expect(await typeOf(clear, '*/*')).toBe('image/png')
    expect(await typeOf(moving, '*/*')).toBe('image/gif')
    const webp = await get(`/images/${moving}?w=96&format=auto`, { accept: chrome })
    expect((await sharp(Buffer.from(await webp.arrayBuffer())).metadata()).pages).toBe(3)
  })

  /** What a browser or a cache is told of the picture. */
  const told = async (url: string, headers: Record<string, string> = { accept: chrome }) => {
    const { status, headers: all } = await fetch(url, { headers }).then(async (answer) => {
      await answer.arrayBuffer()
      return answer
    })
    const [type, keep, etag] = ['content-type', 'cache-control', 'etag'].map((name) => all.get(name))
    return { status, type, keep, etag: etag ?? '', vary: all.get('vary'), date: all.get('last-modified') }
  }
  const forAWhile = expect.stringMatching(/^public, max-age=60, stale-while-revalidate=/)
  const forEver = 'public, max-age=31536000, immutable'

  it('gives the second visitor AVIF, and lets nobody keep for long what came before', async () => {
    const making = await house.open({ avif: 'later' })
    const url = `${making.url}/images/${open}?w=256&format=auto&v=1`
    const first = await told(url)
    expect(first).toMatchObject({ type: 'image/webp', vary: 'Accept', keep: forAWhile, date: null })
    // From memory, in front of the router: no time has to pass.
    const second = await vi.waitFor(
      async () => {
        const answer = await told(url)
        expect(answer.type).toBe('image/avif')
        return answer
      },
      { timeout: 20_000, interval: 100 },
    )
    expect(second).toMatchObject({ vary: 'Accept', keep: forEver, date: expect.any(String) })
    expect(second.etag).not.toBe(first.etag)
    // Who comes back with the first one is given the better one, once.
    expect(await told(url, { accept: chrome, 'if-none-match': first.etag })).toMatchObject({
      status: 200,
      type: 'image/avif',
    })
    expect(await told(url, { accept: chrome, 'if-none-match': second.etag })).toMatchObject({ status: 304 })
    // Whoever takes no AVIF has the last word already.
    expect(await told(url, { accept: 'image/webp' })).toMatchObject({ type: 'image/webp', keep: forEver })
    await making.close()
  })

  it('makes AVIF of what is asked for often enough, and of nothing where that is switched off', async () => {
    const making = await house.open({ avif: 'later', avifAfter: 4 })
    const url = `${making.url}/images/${open}?w=384&format=auto&v=1`
    const before = house.counts.renders
    for (let asked = 1; asked < 4; asked += 1) expect((await told(url)).type).toBe('image/webp')
    await fetch(url, { method: 'HEAD', headers: { accept: chrome } })
    await told(url, { accept: 'image/webp' })
    expect(house.counts.renders).toBe(before + 1)
    await told(url)
    await vi.waitFor(async () => expect((await told(url)).type).toBe('image/avif'), { timeout: 20_000 })
    await making.close()

    const never = await house.open({ avif: 'stored' })
    const kept = await told(`${never.url}/images/${open}?w=640&format=auto&v=1`)
    expect(kept).toMatchObject({ type: 'image/webp', keep: forEver })
    await never.close()
  })
})

describe('client hints', () => {
  it('choose among the ladder only when the URL asks, and say so in Vary', async () => {
    const response = await get(`/images/${open}?w=auto`, { 'sec-ch-width': '300' })
    expect(response.status).toBe(200)
    expect(response.headers.get('vary')).toBe('Sec-CH-Width')
    expect(response.headers.get('accept-ch')).toContain('Sec-CH-Width')
    const { width } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
    expect(width).toBe(384)
    const both = await get(`/images/${open}?w=auto&dpr=auto`, {
      'sec-ch-viewport-width': '100',
      'sec-ch-dpr': '2',
    })
    expect((await sharp(Buffer.from(await both.arrayBuffer())).metadata()).width).toBe(256)
    const ignored = await get(`/images/${open}?w=96`, { 'sec-ch-width': '300' })
    expect((await sharp(Buffer.from(await ignored.arrayBuffer())).metadata()).width).toBe(96)
    expect(ignored.headers.get('vary')).toBe(null)
  })
})

it('gives nobody a picture that is in the trash, however hot it was, and gives it again afterwards', async () => {
  const { id } = await house.upload(original, 'public')
  const urls = [`/images/${id}?preset=small`, `/images/${id}?preset=original`, signed(id, { w: 90 })]
  const statuses = (headers = {}): Promise<number[]> =>
    Promise.all(urls.map(async (url) => (await get(url, headers)).status))
  expect(await statuses()).toEqual([200, 200, 200])
  expect(await statuses()).toEqual([200, 200, 200])
  const { library } = house.images
  await library.trash(ownerAsking, id)
  expect(await statuses()).toEqual([404, 404, 404])
  expect(await statuses(house.as(owner))).toEqual([404, 404, 404])
  await library.restore(ownerAsking, id)
  expect(await statuses()).toEqual([200, 200, 200])
})
