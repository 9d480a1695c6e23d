import { afterEach, expect, it } from 'vitest'
import { createRequestLimits, inMemory, type LimitsConfig, limitsConfigSchema } from '../limits/index.ts'
import { createLogger } from '../telemetry/logger.ts'
import { type App, createApp } from './app.ts'
import { limitHeaders } from './limits.ts'
import type { Principal } from './principal.ts'
import { anyone, judgedByHandler, needs } from './rights.ts'

let app: App
afterEach(() => app.close())

/** Whoever says who he is, is believed, but for `bad`. */
function open(limits: Partial<LimitsConfig>): App {
  app = createApp({
    log: createLogger('silent'),
    requestTimeoutMs: 5_000,
    trustProxy: true,
    limits: createRequestLimits(limitsConfigSchema.parse(limits), inMemory),
    authenticate: async ({ authorization }) => {
      if (authorization === 'bad') throw new Error('not valid')
      return authorization === undefined ? null : ({ userId: authorization } as Principal)
    },
  })
  const own = { ...needs() }
  app.get('/api/things/:id', { config: { limit: 'requests', rights: own } }, async () => ({}))
  app.get('/open', { config: { limit: 'requests', rights: judgedByHandler() } }, async () => ({}))
  app.get('/nobody', { config: { limit: 'logins', rights: anyone } }, async () => ({}))
  app.get('/free', { config: { limit: 'none', rights: anyone } }, async () => ({}))
  app.post('/batch', { config: { limit: 'jobs', rights: own } }, async (request, reply) => {
    const { images } = request.body as { images: number }
    await reply.count('jobs', images - 1)
    return {}
  })
  app.post('/files', { config: { limit: 'uploads', rights: own, streamsBody: true } }, async () => ({}))
  return app
}

interface Asked {
  who?: string
  address?: string
  body?: object
}
const ask = async (url: string, { who, address = '192.0.2.1', body }: Asked = {}) => {
  const answer = await app.inject({
    url,
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { payload: body }),
    remoteAddress: address,
    headers: who === undefined ? {} : { authorization: who },
  })
  return { status: answer.statusCode, headers: answer.headers, json: answer.body === '' ? {} : answer.json() }
}
const statuses = async (url: string, times: number, asked: Asked = {}) => {
  const seen: number[] = []
  for (let n = 0; n < times; n += 1) seen.push((await ask(url, asked)).status)
  return seen
}

it('says on every counted answer what is left, and on a refusal how long to wait', async () => {
  open({ requests: '2/1m' })
  const first = await ask('/open')
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"requests";q=2;w=60',
    ratelimit: '"requests";r=1;t=60',
  })
  await ask('/open')
  const refused = await ask('/open')
  expect(refused).toMatchObject({ status: 429, json: { code: 'rate_limited' } })
  expect(refused.headers).toMatchObject({
    'ratelimit-policy': '"requests";q=2;w=60',
    ratelimit: expect.stringMatching(/^"requests";r=0;t=\d+$/),
    'retry-after': expect.stringMatching(/^\d+$/),
    'cache-control': 'no-store',
  })
  for (const url of ['/free', '/nowhere']) {
    const { headers } = await ask(url)
    for (const name of limitHeaders) expect(headers[name]).toBeUndefined()
  }
})

it('counts an account wherever it is, and who has none by address, an IPv6 /64 being one', async () => {
  open({ requests: '2/1m' })
  expect(await statuses('/open', 3, { who: 'ann' })).toEqual([200, 200, 429])
  expect(await statuses('/open', 1, { who: 'ann', address: '192.0.2.9' })).toEqual([429])
  expect(await statuses('/open', 1, { who: 'bob' })).toEqual([200])
  expect(await statuses('/open', 1)).toEqual([200])
  expect(await statuses('/open', 2, { address: '2001:db8::1' })).toEqual([200, 200])
  expect(await statuses('/open', 1, { address: '2001:db8::2' })).toEqual([429])
  expect(await statuses('/open', 1, { address: '2001:db8:0:1::2' })).toEqual([200])
})

it('counts a credential that is not valid by its address, and refuses it before it is judged again', async () => {
  open({ requests: '2/1m' })
  expect(await statuses('/api/things/1', 3, { who: 'bad' })).toEqual([500, 500, 429])
  expect(await statuses('/api/things/1', 1)).toEqual([429])
  expect(await statuses('/api/things/1', 1, { who: 'ann' })).toEqual([200])
})

it('does not look at a credential where none is asked for', async () => {
  open({ logins: '2/1m' })
  const seen = await Promise.all(['ann', 'bob', 'cem'].map((who) => ask('/nobody', { who })))
  expect(seen.map(({ status }) => status).sort()).toEqual([200, 200, 429])
})

it('counts a path in whatever way it is written', async () => {
  open({ requests: '2/1m' })
  const paths = ['/%61pi/things/1', '/api/%74hings/2', '/%61pi/thing%73/3']
  const seen: number[] = []
  for (const path of paths) seen.push((await ask(path, { who: 'ann' })).status)
  expect(seen).toEqual([200, 200, 429])
})

it('counts a batch by its images; one that does not fit leaves what is there to smaller ones', async () => {
  open({ jobs: '10/1h' })
  const batch = (images: number) => ask('/batch', { who: 'ann', body: { images } })
  const all = await batch(6)
  expect(all.headers).toMatchObject({
    'ratelimit-policy': '"jobs";q=10;w=3600',
    ratelimit: '"jobs";r=4;t=3600',
  })
  const large = await batch(6)
  expect([large.status, large.json.detail]).toEqual([429, expect.stringContaining('3 are left')])
  expect((await batch(3)).status).toBe(200)
})

it('counts uploads and their bytes, before any of them is read', async () => {
  open({ uploads: '3/1h', uploadBytes: '100/1h' })
  const upload = (text: string) => ask('/files', { who: 'ann', body: { text } })
  const first = await upload('a'.repeat(29))
  expect(first.headers['ratelimit-policy']).toBe(
    '"uploads";q=3;w=3600, "upload-bytes";q=100;w=3600;qu="content-bytes"',
  )
  expect(first.headers.ratelimit).toBe('"uploads";r=2;t=3600, "upload-bytes";r=60;t=3600')
  const large = await upload('a'.repeat(60))
  expect([large.status, large.headers.ratelimit]).toEqual([
    429,
    expect.stringMatching(/"uploads";r=1;t=\d+, "upload-bytes";r=60;/),
  ])
  expect((await upload('a')).status).toBe(200)
  expect((await upload('a')).status).toBe(429)
})

it('does not start with a route that does not say what it counts as', async () => {
  open({})
  app.get('/told', { config: { rights: anyone } }, async () => ({}))
  await expect(app.ready()).rejects.toThrow('do not declare what they count as (config.limit): GET /told')
})
