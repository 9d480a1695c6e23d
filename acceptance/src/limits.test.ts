import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Answer, type Api, createApi, refusal } from './api.ts'
import { type Service, startService } from './service.ts'

/** What is small enough to be met here; the rest is as it comes. */
const small = {
  LIMIT_REGISTRATIONS: '6/1h',
  LIMIT_LOGINS: '4/15m',
  LIMIT_REFRESHES: '3/15m',
  LIMIT_UPLOADS: '3/1h',
  LIMIT_UPLOAD_BYTES: '200KiB/1h',
  LIMIT_JOBS: '5/1h',
  LIMIT_RENDERS: '3/10m',
  LIMIT_REQUESTS: '80/1m',
}

const solid = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()

const headersOf = ({ headers }: Answer<unknown>) => ({
  policy: headers.get('ratelimit-policy'),
  state: headers.get('ratelimit')?.replaceAll(/;t=\d+/g, ''),
  retryAfter: headers.has('retry-after'),
})
/** Answered as fast as the machine can, however busy it is. */
const load = { tags: 'slow/load', timeout: 600_000 }

/** The answers to one thing asked again and again, until it is refused for that. */
async function untilRefused(ask: () => Promise<Answer<unknown>>, most: number): Promise<Answer<unknown>[]> {
  const answers: Answer<unknown>[] = []
  for (let n = 0; n < most; n += 1) {
    const answer = await ask()
    answers.push(answer)
    if (answer.status === 429) break
  }
  return answers
}
const statusesOf = (answers: readonly Answer<unknown>[]) => answers.map(({ status }) => status)

describe('limits that are met', () => {
  let service: Service
  let api: Api
  let ann: Api
  let annAccount: Account
  let bob: Api
  let picture: Buffer
  /** Public ones of ann's, ready: one that is worked on, and one that is looked at. */
  let imageId: string
  let shownId: string
  beforeAll(async () => {
    service = await startService({ own: true, env: small })
    api = createApi(service.baseUrl)
    const admin = api.as((await api.register()).accessToken)
    annAccount = await api.register()
    ann = api.as(annAccount.accessToken)
    bob = api.as((await api.register()).accessToken)
    picture = await solid(3_000, 2_000)
    const upload = async (): Promise<string> => {
      const { id } = (await ann.upload([{ name: 'a.png', bytes: picture }], { visibility: 'public' })).body
      // By somebody else, whose calls are not looked at.
      return (await admin.complete(id)).id
    }
    imageId = await upload()
    shownId = await upload()
  })
  afterAll(() => service?.stop())

  it('stop a flood of registrations from one address', async () => {
    const register = () =>
      api.post('/api/auth/register', {
        username: `u${randomBytes(6).toString('hex')}`,
        password: 'long enough',
      })
    const answers = await untilRefused(register, 20)
    expect(statusesOf(answers)).toEqual([201, 201, 201, 429])
    expect(headersOf(answers[0] as Answer)).toEqual({
      policy: '"registrations";q=6;w=3600',
      state: '"registrations";r=2',
      retryAfter: false,
    })
    const last = answers.at(-1) as Answer
    expect(refusal(last)).toBe('429 rate_limited')
    expect(headersOf(last)).toEqual({
      policy: '"registrations";q=6;w=3600',
      state: '"registrations";r=0',
      retryAfter: true,
    })
    // By the path of old as well: it is the same route.
    expect((await api.post('/auth/register', { username: 'old', password: 'long enough' })).status).toBe(429)
  })

  it('stop signing in and renewing again and again, right or wrong, each by itself', async () => {
    const { username, password } = annAccount
    const logIn = () => api.post('/api/auth/login', { username, password })
    expect(statusesOf(await untilRefused(logIn, 10))).toEqual([200, 200, 200, 200, 429])
    const refresh = () => api.post('/api/auth/refresh', { refreshToken: 'rnr_none' })
    expect(statusesOf(await untilRefused(refresh, 10))).toEqual([401, 401, 401, 429])
    expect((await ann.get('/api/auth/me')).status).toBe(200)
  })

  it('count uploads and their bytes for one account, however the bytes come', async () => {
    const file = (kibibytes: number) => [{ name: 'a.bin', bytes: randomBytes(kibibytes * 1024) }]
    // Not a picture, and yet bytes that came.
    const first = await bob.upload(file(150))
    expect(first.status).toBe(415)
    expect(headersOf(first).policy).toBe(
      '"uploads";q=3;w=3600, "upload-bytes";q=204800;w=3600;qu="content-bytes"',
    )
    const large = await bob.upload(file(60))
    expect([refusal(large), large.body]).toEqual([
      '429 rate_limited',
      expect.objectContaining({ detail: expect.stringContaining('uploaded bytes') }),
    ])
    // In chunks nothing says how many bytes there will be: they are counted when they came, and nothing is left then.
    const chunked = await bob.send('/api/images', { ...chunkedUpload(60), duplex: 'half' } as RequestInit)
    expect([chunked.status, headersOf(chunked).state]).toEqual([
      415,
      expect.stringContaining('"upload-bytes";r=0'),
    ])
    const fourth = await bob.upload(file(1))
    expect([refusal(fourth), headersOf(fourth).state]).toEqual(['429 rate_limited', '"uploads";r=0'])
  })

  it('count jobs, each image of a batch as one; what does not fit leaves room for less', async () => {
    const transform = () => ann.post(`/api/images/${imageId}/transform`, { saveImage: false, width: 10 })
    expect(headersOf(await transform())).toMatchObject({ policy: '"jobs";q=5;w=3600', state: '"jobs";r=4' })
    const batch = (images: number) =>
      ann.post('/api/jobs', { imageIds: Array(images).fill(imageId), type: 'renditions' })
    const large = await batch(5)
    expect([refusal(large), headersOf(large)]).toEqual([
      '429 rate_limited',
      expect.objectContaining({ state: '"jobs";r=3', retryAfter: true }),
    ])
    expect((await transform()).status).toBe(202)
    expect((await transform()).status).toBe(202)
    expect((await transform()).status).toBe(202)
    expect((await transform()).status).toBe(429)
  })

  it('stop a crawl of new widths, while pictures that are there go on being served', async () => {
    const show = (width: number, headers: Record<string, string> = {}) =>
      api.get(`/images/${shownId}?width=${width}`, headers)
    const first = await show(640)
    expect(headersOf(first)).toMatchObject({ policy: '"renders";q=3;w=600', state: '"renders";r=2' })
    expect((await show(750)).status).toBe(200)
    expect((await show(828)).status).toBe(200)
    const refused = await show(1080)
    expect([refusal(refused), headersOf(refused)]).toEqual([
      '429 rate_limited',
      { policy: '"renders";q=3;w=600', state: '"renders";r=0', retryAfter: true },
    ])
    for (const width of [640, 750, 828, 640]) {
      const hit = await show(width)
      expect([hit.status, hit.headers.get('ratelimit')]).toEqual([200, null])
    }
    expect((await show(640, { 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(304)
    expect((await api.get(`/images/${shownId}?preset=thumbnail`)).status).toBe(200)
    // Who is signed in has an allowance of his own, at the same address.
    expect((await bob.get(`/images/${shownId}?width=1080`)).status).toBe(200)
  })

  it('count everything else together, and say so beside what is answered', async () => {
    const me = () => ann.get('/api/auth/me')
    const answers = await untilRefused(me, 100)
    expect(answers.at(-1)?.status).toBe(429)
    expect(headersOf(answers.at(-1) as Answer)).toMatchObject({
      policy: '"requests";q=80;w=60',
      retryAfter: true,
    })
    // Another account, and what is not counted.
    expect((await bob.get('/api/auth/me')).status).toBe(200)
    for (const path of ['/health', '/ready', '/api/openapi.json']) {
      expect((await fetch(service.baseUrl + path)).headers.get('ratelimit')).toBeNull()
    }
  })
})

describe('limits as they come', () => {
  let service: Service
  beforeAll(async () => {
    // Presets are made behind the uploads: without them the pictures have to themselves what renders.
    service = await startService({ own: true, env: { PRESETS: '{}' } })
  })
  afterAll(() => service?.stop())

  it('have room for a batch of 200 uploads and a page that shows 200 new pictures at once', async () => {
    const ann = await createApi(service.baseUrl).signedIn()
    const bytes = await solid(60, 40)
    const uploaded = await ann.upload([{ name: 'a.png', bytes }], { visibility: 'public' })
    const { headers } = await ann.anonymous().get(`/images/${uploaded.body.id}?width=640`)
    const policies = [uploaded.headers, headers].map((one) => one.get('ratelimit-policy') ?? '')
    const roomOf = (name: string): number =>
      Number(new RegExp(`"${name}";q=(\\d+)`).exec(policies.join(', '))?.[1])
    for (const name of ['uploads', 'renders']) expect(roomOf(name), policies.join(', ')).toBeGreaterThan(200)
    expect(roomOf('upload-bytes')).toBeGreaterThan(200 * 40_000_000)
  })

  it(
    'are met neither by a batch of 200 uploads nor by a page that shows 200 new pictures at once',
    load,
    async () => {
      const ann = await createApi(service.baseUrl).signedIn()
      const bytes = await solid(60, 40)
      const upload = async (n: number): Promise<string> => {
        const { body } = await unlessBusy(() =>
          ann.upload([{ name: `${n}.png`, bytes }], { visibility: 'public' }),
        )
        return body.id
      }
      const ids = await sixAtOnce(
        Array.from({ length: 200 }, (_, n) => n),
        upload,
      )
      const show = async (id: string): Promise<string> => {
        const { status, headers } = await unlessBusy(() => ann.anonymous().get(`/images/${id}?width=640`))
        return `${status} ${headers.get('ratelimit-policy')}`
      }
      const shown = await sixAtOnce(ids, show)
      expect(shown).toHaveLength(200)
      expect(new Set(shown)).toEqual(new Set(['200 "renders";q=2000;w=600']))
    },
  )
})

/** Asks again, when it is told to, where the machine has more to do than it can: that is no limit of this caller's. */
async function unlessBusy<T extends Answer<unknown>>(ask: () => Promise<T>): Promise<T> {
  const answer = await ask()
  if (answer.status !== 503) return answer
  await pause(Number(answer.headers.get('retry-after')) * 1000)
  return unlessBusy(ask)
}

/** As a browser asks one host. */
async function sixAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const waiting = [...items]
  const done: R[] = []
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) done.push(await work(item))
  }
  await Promise.all(Array.from({ length: 6 }, worker))
  return done
}

function chunkedUpload(kibibytes: number): RequestInit {
  const boundary = 'chunks'
  const part = `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="a.bin"\r\n\r\n`
  const pieces = [Buffer.from(part), randomBytes(kibibytes * 1024), Buffer.from(`\r\n--${boundary}--\r\n`)]
  return {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new Uint8Array(piece))
        controller.close()
      },
    }),
  }
}
