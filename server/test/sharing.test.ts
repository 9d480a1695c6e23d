import { randomUUID } from 'node:crypto'
import type {
  Album,
  CreatedShare,
  GuestUpload,
  Image,
  Page,
  Shared,
  SharedImage,
  Unlocked,
} from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { quarters } from '../src/images/testing/pictures.ts'
import { loggedPath } from '../src/platform/http/logged-path.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/** Shares, from both sides, through the whole service: delivery, accounts and the ingest path take part in them. */
let house: WholeHouse
let ann: Account
let ids: string[]
beforeAll(async () => {
  house = await openWholeHouse()
  await join()
  ann = await join()
  ids = []
  for (let n = 0; n < 3; n += 1) ids.push(await upload(ann))
}, 180_000)
afterAll(() => house?.close())

type Headers = Record<string, string>
interface Account {
  id: string
  headers: Headers
}
interface Answer<T> {
  status: number
  headers: globalThis.Headers
  bytes: Buffer
  body: T
}

/** `url` as an answer gave it, or a path. */
async function ask<T = { code: string }>(
  method: string,
  url: string,
  headers: Headers = {},
  body?: FormData | object,
): Promise<Answer<T>> {
  const form = body instanceof FormData
  const answer = await fetch(url.replace(/^http:\/\/pictures\.test|^(?=\/)/, house.url), {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(body === undefined || form ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  })
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) await answer.body?.cancel()
  const bytes = answer.bodyUsed ? Buffer.of() : Buffer.from(await answer.arrayBuffer())
  const isJson = bytes.length > 0 && /json/.test(answer.headers.get('content-type') ?? '')
  return {
    status: answer.status,
    headers: answer.headers,
    bytes,
    body: (isJson ? JSON.parse(bytes.toString()) : {}) as T,
  }
}

async function join(): Promise<Account> {
  const body = { username: `u${randomUUID().slice(0, 18)}`, password: 'correct horse' }
  const made = await ask<{ accessToken: string; user: { id: string } }>(
    'POST',
    '/api/auth/register',
    {},
    body,
  )
  return { id: made.body.user.id, headers: { authorization: `Bearer ${made.body.accessToken}` } }
}

const located = async (): Promise<Buffer> =>
  quarters(640, 480)
    .jpeg()
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' } })
    .toBuffer()
const formOf = (bytes: Buffer, name = 'a.jpg'): FormData => {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(bytes)]), name)
  return form
}
async function upload(by: Account): Promise<string> {
  const { id } = (await ask<Image>('POST', '/api/images', by.headers, formOf(await located()))).body
  await complete(by, id)
  return id
}
const complete = (by: Account, id: string) =>
  vi.waitFor(
    async () =>
      expect((await ask<Image>('GET', `/api/images/${id}`, by.headers)).body.status).toBe('complete'),
    { timeout: 30_000, interval: 50 },
  )
const share = async (request: object, by = ann): Promise<CreatedShare> =>
  (await ask<CreatedShare>('POST', '/api/shares', by.headers, request)).body
const change = (id: string, body: object) => ask('PATCH', `/api/shares/${id}`, ann.headers, body)
const album = async (imageIds: string[]): Promise<string> =>
  (await ask<Album>('POST', '/api/albums', ann.headers, { name: 'Sea', imageIds })).body.id
const items = async (token: string, headers: Headers = {}): Promise<SharedImage[]> =>
  (await ask<Page<SharedImage>>('GET', `/api/shared/${token}/images`, headers)).body.items
const urlOf = async (token: string, size = 'small', n = 0): Promise<string> =>
  (await items(token))[n]?.sizes[size]?.url ?? ''
const status = async (url: string, headers: Headers = {}): Promise<number> =>
  (await ask('GET', url, headers)).status
const [first, second, third] = [() => ids[0] ?? '', () => ids[1] ?? '', () => ids[2] ?? '']

it('shows guests its images in the sizes that it allows, without their place and kept by no cache', async () => {
  const made = await share({
    imageIds: [second(), first(), second()],
    sizes: ['small', 'original'],
    downloads: true,
    title: ' Two ',
  })
  expect(made).toMatchObject({
    type: 'selection',
    title: 'Two',
    imageCount: 2,
    downloads: true,
    uploads: false,
    hasPassword: false,
  })
  expect(made.token).toMatch(/^[\w-]{43}$/)
  expect(made.url).toBe(`http://pictures.test/s/${made.token}`)
  expect((await ask<Shared>('GET', `/api/shared/${made.token}`)).body).toEqual({
    locked: false,
    share: {
      type: 'selection',
      title: 'Two',
      imageCount: 2,
      sizes: ['small', 'original'],
      downloads: true,
      uploads: false,
      expiresAt: null,
    },
  })
  const page = (await ask<Page<SharedImage>>('GET', `/api/shared/${made.token}/images?limit=1`)).body
  expect(page.items.map(({ id }) => id)).toEqual([second()])
  const rest = await ask<Page<SharedImage>>(
    'GET',
    `/api/shared/${made.token}/images?cursor=${page.nextCursor}`,
  )
  expect(rest.body).toMatchObject({ items: [{ id: first() }], nextCursor: null })
  const [image] = page.items
  expect(Object.keys(image?.sizes ?? {}).toSorted()).toEqual(['original', 'small'])
  for (const name of ['small', 'original']) {
    const picture = await ask('GET', image?.sizes[name]?.url ?? '')
    expect([picture.status, picture.headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
    expect((await sharp(picture.bytes).metadata()).exif?.includes('GPS') ?? false).toBe(false)
    expect(picture.bytes.includes(Buffer.from([51, 0, 0, 0, 1, 0, 0, 0, 30]))).toBe(false)
    const again = { 'if-none-match': picture.headers.get('etag') ?? '' }
    expect(await status(image?.sizes[name]?.url ?? '', again)).toBe(304)
    const file = await ask('GET', image?.downloads[name] ?? '')
    expect([file.status, file.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringMatching(/^attachment/),
    ])
  }
  // By default the same originals are given with everything in them to whoever may see the image.
  const own = (await ask<Image>('GET', `/api/images/${second()}`, ann.headers)).body.sizes.original?.url ?? ''
  expect((await ask('GET', own)).bytes.includes(Buffer.from([51, 0, 0, 0, 1, 0, 0, 0, 30]))).toBe(true)
})

it('opens that and nothing else', async () => {
  const { id, token } = await share({ imageId: first(), sizes: ['small'], downloads: true })
  const url = await urlOf(token)
  expect(await status(url)).toBe(200)
  // Every part of the URL counts.
  for (const changed of [
    url.replace(first(), second()),
    url.replace('preset=small', 'preset=large'),
    url.replace('preset=small', 'preset=original'),
    url.replace('preset=small&', ''),
    `${url}&w=2000`,
    `${url}&v=1`,
    `${url}&download=true`,
    url.replace(/&?share=[^&]+/, ''),
    url.replace(/(share=[^.]+)\.1/, '$1.2'),
    url.replace(/&?sig=[^&]+/, ''),
  ]) {
    expect(changed).not.toBe(url)
    expect([changed, await status(changed)]).toEqual([changed, expect.toBeOneOf([403, 404])])
  }
  // No route takes the token, or what the share gave, for a credential or an id of anything.
  const tried: string[] = []
  const guarded = house.routes.filter(
    ({ rights, method }) => rights !== undefined && rights.who !== 'anyone' && method !== 'OPTIONS',
  )
  for (const route of guarded) {
    const path = route.url.replace(':id', first()).replace(':n', '1').replace(':deliveryId', randomUUID())
    for (const headers of [
      { authorization: `Bearer ${token}`, 'x-share-pass': token },
      { 'x-api-key': token, 'x-share-pass': `${id}.1` },
    ]) {
      const body = ['POST', 'PATCH'].includes(route.method) ? { name: 'x' } : undefined
      const answer = await ask(route.method, path, headers, body)
      if (answer.status < 400) tried.push(`${route.method} ${path} ${answer.status}`)
    }
  }
  expect(tried).toEqual([])
  expect(guarded.length).toBeGreaterThan(80)
  const explained = await ask('GET', url.replace('/images/', '/api/images/').replace('?', '/explain?'))
  expect(explained.status).toBe(200)
  expect(
    await status(url.replace('/images/', '/api/images/').replace('?', '/explain?').replace('small', 'large')),
  ).toBe(403)
  for (const other of ['', 'x', token.slice(1), token.toUpperCase(), id, randomUUID()]) {
    expect(await status(`/api/shared/${other}`)).toBe(404)
    expect(await status(`/api/shared/${other}/images`)).toBe(404)
  }
  expect((await ask('POST', `/api/shared/${token}/images`, {}, formOf(await located()))).body.code).toBe(
    'forbidden',
  )
  // Its owner's objects are 404 to another account, as missing ones.
  const stranger = await join()
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const body = method === 'PATCH' ? { downloads: true } : undefined
    expect((await ask(method, `/api/shares/${id}`, stranger.headers, body)).status).toBe(404)
  }
  expect((await ask('POST', '/api/shares', stranger.headers, { imageId: first() })).status).toBe(404)
  expect((await ask('POST', '/api/shares', stranger.headers, { albumId: await album([]) })).status).toBe(404)
  expect((await ask<Page<unknown>>('GET', '/api/shares', stranger.headers)).body.items).toEqual([])
})

it('ends at once: with the trash, its place in the album, a change, its time, its revocation and its album', async () => {
  const albumId = await album([first(), second()])
  const { id, token } = await share({ albumId })
  const url = await urlOf(token)
  const states: [string, number][] = []
  const look = async (what: string) => void states.push([what, await status(url)])
  await look('open')
  await ask('POST', `/api/images/${first()}/trash`, ann.headers)
  await look('in the trash')
  await ask('POST', `/api/images/${first()}/restore`, ann.headers)
  await look('restored')
  await ask('POST', `/api/albums/${albumId}/images/remove`, ann.headers, { imageIds: [first()] })
  await look('out of the album')
  expect((await items(token)).map(({ id: each }) => each)).toEqual([second()])
  await ask('POST', `/api/albums/${albumId}/images`, ann.headers, { imageIds: [first()], before: second() })
  await look('in it again')
  await change(id, { sizes: ['thumbnail'] })
  await look('of a size that is not given any more')
  expect(await status(await urlOf(token, 'thumbnail'))).toBe(200)
  await change(id, { sizes: ['small'], expiresAt: new Date(Date.now() + 3_600_000).toISOString() })
  await look('as it was given before')
  const late = await urlOf(token)
  // What it is called is not what it allows.
  await change(id, { title: 'Another title' })
  expect(await status(late)).toBe(200)
  await house.database.query(`update shares set expires_at = now() - interval '1 second' where id = $1`, [id])
  expect([await status(late), (await ask('GET', `/api/shared/${token}`)).body.code]).toEqual([
    404,
    'share_expired',
  ])
  await change(id, { expiresAt: null })
  const again = await urlOf(token)
  expect(await status(again)).toBe(200)
  expect((await ask('DELETE', `/api/shares/${id}`, ann.headers)).status).toBe(204)
  expect([await status(again), await status(`/api/shared/${token}`)]).toEqual([404, 404])
  expect(states).toEqual([
    ['open', 200],
    ['in the trash', 404],
    ['restored', 200],
    ['out of the album', 404],
    ['in it again', 200],
    ['of a size that is not given any more', 404],
    ['as it was given before', 404],
  ])
  const other = await share({ albumId })
  const gone = await urlOf(other.token)
  expect(await status(gone)).toBe(200)
  await ask('DELETE', `/api/albums/${albumId}`, ann.headers)
  expect([await status(gone), await status(`/api/shared/${other.token}`)]).toEqual([404, 404])
  await vi.waitFor(async () => {
    const rows = await house.database.query<{ type: string; data: { id: string; token?: string } }>(
      `select type, data from events where type like 'share.%' order by id`,
    )
    const told = (of: string) => rows.filter(({ data }) => data.id === of).map(({ type }) => type)
    expect(told(id)).toEqual(['share.created', ...Array(4).fill('share.updated'), 'share.revoked'])
    expect(told(other.id)).toEqual(['share.created', 'share.revoked'])
    // No event carries what opens.
    expect(JSON.stringify(rows)).not.toContain(token)
  })
  const kept = await house.database.query<{ n: number }>(
    `select count(*)::int as n from shares s where s::text like '%' || $1 || '%'`,
    [other.token],
  )
  expect(kept).toEqual([{ n: 0 }])
})

it('asks for its password, counts wrong ones, and forgets who was let in when it changes', async () => {
  const made = await share({ imageId: first(), password: 'open sesame' })
  expect(made.hasPassword).toBe(true)
  const path = `/api/shared/${made.token}`
  expect((await ask<Shared>('GET', path)).body).toEqual({ locked: true, share: null })
  expect((await ask('GET', `${path}/images`)).body.code).toBe('share_locked')
  const from = (address: string): Headers => ({ 'x-forwarded-for': address })
  const unlock = (password: string, headers: Headers = {}) =>
    ask<Unlocked & { code: string }>('POST', `${path}/unlock`, headers, { password })
  expect([(await unlock('open')).status, (await unlock('open')).body.code]).toEqual([
    401,
    'invalid_credentials',
  ])
  const { pass } = (await unlock('open sesame')).body
  const headers = { 'x-share-pass': pass }
  expect((await ask<Shared>('GET', path, headers)).body).toMatchObject({
    locked: false,
    share: { imageCount: 1 },
  })
  const [image] = await items(made.token, headers)
  const url = image?.sizes.small?.url ?? ''
  expect(await status(url)).toBe(200)
  const other = await share({ imageId: second(), password: 'open sesame' })
  expect((await ask('GET', `/api/shared/${other.token}/images`, headers)).body.code).toBe('share_locked')
  const [at = '', mac = ''] = pass.split('~')
  for (const forged of [`${Number(at) + 1}~${mac}`, mac, '~', `${at}~`, 'x'.repeat(500)]) {
    expect((await ask('GET', `${path}/images`, { 'x-share-pass': forged })).body.code).toBe('share_locked')
  }
  await change(made.id, { password: 'another one' })
  expect([await status(url), (await ask('GET', `${path}/images`, headers)).status]).toEqual([404, 401])
  const [row] = await house.database.query<{ password_hash: string }>(
    'select password_hash from shares where id = $1',
    [made.id],
  )
  expect(row?.password_hash).toMatch(/^\$argon2id\$/)
  const tries = await Promise.all(
    Array.from({ length: 12 }, (_, n) => unlock(`guess ${n}`, from('198.51.100.7'))),
  )
  expect(tries.filter((each) => each.status === 429).length).toBeGreaterThanOrEqual(1)
  const blocked = await unlock('another one', from('198.51.100.7'))
  expect([blocked.status, blocked.headers.get('retry-after') !== null]).toEqual([429, true])
  expect((await unlock('another one', from('203.0.113.9'))).status).toBe(200)
  await change(made.id, { password: null })
  expect((await ask<Shared>('GET', path)).body.locked).toBe(false)
})

it('takes pictures of guests into the album and the quota of its owner, where it is said', async () => {
  const albumId = await album([])
  const { id, token } = await share({ albumId, uploads: true })
  const path = `/api/shared/${token}/images`
  const form = formOf(await located(), 'guest.jpg')
  form.append('more', new Blob(['no picture']), 'words.txt')
  const sent = await ask<GuestUpload>('POST', path, {}, form)
  expect(sent.status).toBe(201)
  expect(sent.body).toMatchObject({
    images: [{ name: 'guest.jpg' }],
    rejected: [{ originalName: 'words.txt', code: 'unsupported_media_type' }],
  })
  const [added] = sent.body.images
  await complete(ann, added?.id ?? '')
  const own = (await ask<Image>('GET', `/api/images/${added?.id}`, ann.headers)).body
  expect(own).toMatchObject({ visibility: 'private', tags: [] })
  expect((await items(token)).map((image) => image.id)).toEqual([added?.id])
  // The answer of a guest holds nothing that opens more than the share does.
  expect(JSON.stringify(sent.body)).not.toContain('sig=')
  const field = formOf(await located())
  field.set('visibility', 'public')
  expect((await ask('POST', path, {}, field)).body.code).toBe('invalid_request')
  expect((await ask('POST', path, {}, { image: 'x' })).body.code).toBe('file_missing')
  await change(id, { uploads: false })
  expect((await ask('POST', path, {}, formOf(await located()))).body.code).toBe('forbidden')
  expect(
    (
      await ask('PATCH', `/api/shares/${(await share({ imageId: first() })).id}`, ann.headers, {
        uploads: true,
      })
    ).body.code,
  ).toBe('invalid_request')
})

it('makes nothing of a picture that comes when the share is over', async () => {
  const albumId = await album([])
  const { id, token } = await share({ albumId, uploads: true })
  const origin = { address: '127.0.0.1', userAgent: null, requestId: 'late' }
  const guest = { token, pass: undefined, origin }
  const session = await house.rooms.images.guests.upload(guest, new AbortController().signal, 'somewhere')
  const { Readable } = await import('node:stream')
  await session.receive('late.jpg', Readable.from([await located()]))
  await ask('DELETE', `/api/shares/${id}`, ann.headers)
  await expect(session.finish()).rejects.toMatchObject({ code: 'not_found' })
  await session.close()
  expect((await ask<Album>('GET', `/api/albums/${albumId}`, ann.headers)).body.imageCount).toBe(0)
})

it('refuses what it cannot be', async () => {
  const faults = [
    {},
    { imageId: third(), albumId: randomUUID() },
    { imageIds: [] },
    { imageId: third(), sizes: ['gigantic'] },
    { imageId: third(), sizes: [] },
    { imageId: third(), expiresAt: '2001-01-01T00:00:00Z' },
    { imageId: third(), expiresAt: 'soon' },
    { imageId: third(), password: 'abc' },
    { imageId: third(), uploads: true },
    { imageId: third(), title: 'x'.repeat(201) },
    { imageId: third(), colour: 'red' },
  ]
  for (const body of faults) {
    const answer = await ask('POST', '/api/shares', ann.headers, body)
    expect([body, answer.status, answer.body.code]).toEqual([body, 400, 'invalid_request'])
  }
  expect((await ask('POST', '/api/shares', ann.headers, { imageIds: [third(), randomUUID()] })).status).toBe(
    404,
  )
  expect((await ask('POST', '/api/shares', {}, { imageId: third() })).status).toBe(401)
})

it('goes with its account', async () => {
  const owner = await join()
  const imageId = await upload(owner)
  const made = await share({ imageId }, owner)
  const url = await urlOf(made.token)
  expect(await status(url)).toBe(200)
  expect((await ask('DELETE', '/api/auth/me', owner.headers, { password: 'correct horse' })).status).toBe(204)
  expect([await status(url), await status(`/api/shared/${made.token}`)]).toEqual([404, 404])
})

it('leaves its token out of logs', () => {
  expect(loggedPath('/api/shared/abc/images?cursor=1')).toBe('/api/shared/…/images')
  expect(loggedPath('/s/abc')).toBe('/s/…')
  expect(loggedPath('/api/shares/abc')).toBe('/api/shares/abc')
})
