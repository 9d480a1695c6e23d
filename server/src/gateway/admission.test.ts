import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisMissing, startRedis } from '../../test/services/redis.ts'
import type { Service } from '../../test/services/service.ts'
import { type App, createApp } from '../platform/http/app.ts'
import { inMemory, type Limits, openLimits } from '../platform/limits/index.ts'
import { silentLog } from '../platform/log.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { createAdmission } from './admission.ts'
import { askWithin } from './ask-within.ts'
import { registerOlderAnswers } from './older-answers.ts'

function gateway(admit: ReturnType<typeof createAdmission>): App {
  const logger = createLogger('silent')
  const app = createApp({ logger, authenticate: async () => null, requestTimeoutMs: 5_000, admit })
  for (const path of ['/api/jobs', '/images/x', '/api/health']) app.get(path, async () => ({ items: [] }))
  return app
}

const statuses = async (app: App, path: string, times: number, remoteAddress = '10.0.0.1') => {
  const seen: number[] = []
  for (let n = 0; n < times; n += 1) seen.push((await app.inject({ url: path, remoteAddress })).statusCode)
  return seen
}

describe('the limit of calls a minute', () => {
  it('refuses with the time to wait, each address by itself, pictures and health aside', async () => {
    const app = gateway(createAdmission(3, inMemory))
    expect(await statuses(app, '/api/jobs', 4)).toEqual([200, 200, 200, 429])
    const refused = await app.inject({ url: '/api/jobs', remoteAddress: '10.0.0.1' })
    expect(refused.json()).toMatchObject({ code: 'rate_limited' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"requests";q=3;w=60',
      ratelimit: expect.stringMatching(/^"requests";r=0;t=\d+$/),
    })
    expect(await statuses(app, '/images/x', 5)).toEqual(Array(5).fill(200))
    expect(await statuses(app, '/api/health', 5)).toEqual(Array(5).fill(200))
    expect(await statuses(app, '/api/jobs', 1, '10.0.0.2')).toEqual([200])
    // Any address of one IPv6 network is one caller.
    expect(await statuses(app, '/api/jobs', 3, '2001:db8::1')).toEqual([200, 200, 200])
    expect(await statuses(app, '/api/jobs', 1, '2001:db8::2')).toEqual([429])
  })

  it('counts a path in whatever way it is written', async () => {
    const app = gateway(createAdmission(2, inMemory))
    expect(await statuses(app, '/%61pi/jobs', 1)).toEqual([200])
    expect(await statuses(app, '/api/%6aobs', 1)).toEqual([200])
    expect(await statuses(app, '/%61pi/j%6fbs', 1)).toEqual([429])
    expect(await statuses(app, '/api/nowhere', 1)).toEqual([429])
    expect(await statuses(app, '/api/h%65alth', 1)).toEqual([200])
  })

  it.each(['/jobs', '/api/JobStatus/a', '/thumbnails/a'])(
    'counts what %s asks once, for the one who asks',
    async (path) => {
      const app = gateway(createAdmission(2, inMemory))
      app.get('/api/jobs/:id', async () => ({ status: 'pending', imageId: null, imageUrl: null }))
      registerOlderAnswers(app, askWithin(app))
      const good = path === '/thumbnails/a' ? 404 : 200
      expect(await statuses(app, path, 3)).toEqual([good, good, 429])
      expect(await statuses(app, path, 1, '10.0.0.2')).toEqual([good])
      expect(await statuses(app, '/api/jobs', 2, '127.0.0.1')).toEqual([200, 200])
    },
  )
})

describe.skipIf(redisMissing)('the limit of several gateways, counted in Redis', () => {
  let folder: string
  let redis: Service
  const limits: Limits[] = []
  const open = async (): Promise<App> => {
    const opened = await openLimits({ url: redis.url, log: silentLog })
    limits.push(opened)
    return gateway(createAdmission(4, opened.createLimiter))
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-limits-'))
    redis = await startRedis(folder)
  })
  afterAll(async () => {
    await Promise.all(limits.map((one) => one.close()))
    await redis?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('is one for all, and one for each while Redis is away', async () => {
    const [one, other] = [await open(), await open()]
    expect(await statuses(one, '/api/jobs', 2)).toEqual([200, 200])
    expect(await statuses(other, '/api/jobs', 3)).toEqual([200, 200, 429])
    expect(await statuses(one, '/api/jobs', 1)).toEqual([429])
    await redis.kill()
    expect(await statuses(one, '/api/jobs', 5)).toEqual([200, 200, 200, 200, 429])
    expect(await statuses(other, '/api/jobs', 4)).toEqual([200, 200, 200, 200])
  })
})
