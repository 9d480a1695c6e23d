import { afterEach, describe, expect, it } from 'vitest'
import { type App, createApp } from '../platform/http/app.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { createBalancer } from './balancer.ts'
import { registerOtherOrigins } from './index.ts'
import { createProxy } from './proxy.ts'
import { createStreet } from './testing/gateway.ts'
import { createTunnels } from './tunnel.ts'
import { registerUpstreams } from './upstream-routes.ts'

let app: App | undefined
const street = createStreet()
afterEach(async () => {
  await app?.close()
  await street.close()
})

async function gateway(
  origins: readonly string[],
  said: Readonly<Record<string, string>> = {},
): Promise<App> {
  app = createApp({
    log: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 5_000,
  })
  await registerOtherOrigins(app, origins)
  const api = await street.endpoint((_request, response) => response.writeHead(200, said).end('in'))
  const log = createLogger('silent')
  const balancer = createBalancer({ endpoints: () => [api], close: () => {} }, { now: () => new Date() })
  await registerUpstreams(
    app,
    { api: balancer },
    createProxy({ connectTimeoutMs: 1_000, idleTimeoutMs: 5_000 }),
    createTunnels({ connectTimeoutMs: 1_000, log }),
  )
  return app
}

const asked = { origin: 'https://shop.example', 'access-control-request-method': 'PATCH' }

describe('pages of other origins', () => {
  it('may call when their origin is named, and read what they need', async () => {
    const gate = await gateway(['https://shop.example'])
    const before = await gate.inject({ method: 'OPTIONS', url: '/api/jobs', headers: asked })
    expect(before.headers['access-control-allow-origin']).toBe('https://shop.example')
    expect(before.headers['access-control-allow-methods']).toContain('PATCH')
    const answer = await gate.inject({ url: '/api/jobs', headers: asked })
    expect(answer.headers['access-control-allow-origin']).toBe('https://shop.example')
    for (const name of ['x-request-id', 'retry-after', 'ratelimit', 'upload-offset', 'x-image-id']) {
      expect(answer.headers['access-control-expose-headers']).toContain(name)
    }
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  })

  it('and an OPTIONS that is no question of a browser goes where it leads', async () => {
    const gate = await gateway(['https://shop.example'])
    const answer = await gate.inject({
      method: 'OPTIONS',
      url: '/api/uploads',
      headers: { origin: asked.origin },
    })
    expect([answer.statusCode, answer.body]).toEqual([200, 'in'])
    const before = await gate.inject({ method: 'OPTIONS', url: '/api/uploads', headers: asked })
    expect(before.headers['access-control-allow-methods']).toContain('PATCH')
  })

  it('may not when it is another one, or none is named', async () => {
    for (const origins of [['https://other.example'], []]) {
      const gate = await gateway(origins)
      const answer = await gate.inject({ url: '/api/jobs', headers: asked })
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      await gate.close()
    }
  })

  it('are named in Vary wherever the answer is for some of them, and nowhere else', async () => {
    const varyOf = async (origins: string[], said: Record<string, string>, headers = {}) => {
      const gate = await gateway(origins, said)
      const answer = await gate.inject({ url: '/api/jobs', headers })
      await gate.close()
      return [answer.headers['access-control-allow-origin'], answer.headers.vary]
    }
    const list = ['https://shop.example']
    const forAll = { 'cache-control': 'public, max-age=60', 'access-control-allow-origin': '*' }
    const { origin } = asked
    expect(await varyOf(list, forAll, { origin })).toEqual(['*', undefined])
    expect(await varyOf(list, { ...forAll, vary: 'Accept' }, { origin })).toEqual(['*', 'Accept'])
    const callers = { 'cache-control': 'private, max-age=60', vary: 'Authorization' }
    expect(await varyOf(list, callers, { origin })).toEqual([origin, 'Authorization, Origin'])
    expect(await varyOf(list, callers)).toEqual([undefined, 'Authorization, Origin'])
    expect(await varyOf(['*'], callers, { origin })).toEqual(['*', 'Authorization'])
  })

  it('says of what a role leaves unsaid that nobody keeps it', async () => {
    const { headers } = await (await gateway([])).inject({ url: '/api/jobs' })
    expect([headers['cache-control'], headers.vary]).toEqual([
      'private, no-store',
      'Authorization, X-API-Key',
    ])
  })

  it('may all with a star', async () => {
    const answer = await (await gateway(['*'])).inject({ url: '/api/jobs', headers: asked })
    expect(answer.headers['access-control-allow-origin']).toBe('*')
  })
})
