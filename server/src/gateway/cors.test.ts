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

async function gateway(origins: readonly string[]): Promise<App> {
  app = createApp({
    logger: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 5_000,
  })
  await registerOtherOrigins(app, origins)
  const api = await street.endpoint((_request, response) => response.end('in'))
  const logger = createLogger('silent')
  const balancer = createBalancer({ endpoints: () => [api], close: () => {} }, { now: () => new Date() })
  await registerUpstreams(
    app,
    { api: balancer },
    createProxy({ connectTimeoutMs: 1_000, idleTimeoutMs: 5_000 }),
    createTunnels({ connectTimeoutMs: 1_000, logger }),
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
    for (const name of ['x-request-id', 'retry-after', 'upload-offset']) {
      expect(answer.headers['access-control-expose-headers']).toContain(name)
    }
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  })

  it('may not when it is another one, or none is named', async () => {
    for (const origins of [['https://other.example'], []]) {
      const gate = await gateway(origins)
      const answer = await gate.inject({ url: '/api/jobs', headers: asked })
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      await gate.close()
    }
  })

  it('may all with a star', async () => {
    const answer = await (await gateway(['*'])).inject({ url: '/api/jobs', headers: asked })
    expect(answer.headers['access-control-allow-origin']).toBe('*')
  })
})
