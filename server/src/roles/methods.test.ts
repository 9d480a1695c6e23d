import { Agent, METHODS, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { allScopes } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rewriteOlderPath } from '../gateway/index.ts'
import { loadConfig } from '../platform/config/load.ts'
import { createApp } from '../platform/http/app.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from './config.ts'
import { mountInert } from './openapi.ts'
import { startService } from './service.ts'
import { type Closers, gatewayFolder } from './testing/gateway.ts'

/**
 * Every path that there is, by every method that it does not have: 405 with `Allow`, before the body is looked at. In
 * the process that has the routes, and at a gateway before it.
 */
const closers: Closers = []
/** The methods of each path, as they were registered. */
const routes = new Map<string, Set<string>>()
/** Node's parser knows neither of the last two. */
const everyMethod = [
  ...METHODS.filter((method) => method !== 'CONNECT' && method !== 'QUERY'),
  'QUERY',
  'BREW',
]
const urls: Record<string, string> = {}
const agent = new Agent({ keepAlive: true })

beforeAll(async () => {
  const app = createApp({
    log: createLogger('silent'),
    authenticate: async () => ({
      userId: '019c0000-0000-7000-8000-00000000000a',
      role: 'admin',
      email: null,
      username: 'root',
      scopes: new Set(allScopes),
      sessionId: null,
      keyId: null,
      expiresAt: null,
    }),
    requestTimeoutMs: 60_000,
    rewriteUrl: rewriteOlderPath,
  })
  app.addHook('onRoute', ({ method, url }) => {
    const methods = routes.get(url) ?? new Set()
    for (const each of [method].flat()) methods.add(each)
    routes.set(url, methods)
  })
  await mountInert(
    app,
    '0.0.0',
    loadConfig(configSchema, {}, () => ''),
  )
  urls.role = await app.listen({ host: '127.0.0.1', port: 0 })
  closers.push(() => app.close())
  const folder = await gatewayFolder(closers)
  const gateway = await startService(
    loadConfig(
      configSchema,
      {
        ROLES: 'gateway',
        PORT: '0',
        UPSTREAM_AUTH: urls.role,
        UPSTREAM_API: urls.role,
        UPSTREAM_DELIVERY: urls.role,
      },
      () => '',
    ),
    {
      version: '0.0.0',
      migrationsFolder: folder,
      webRoot: folder,
      openApiFile: fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url)),
      log: createLogger('silent'),
    },
  )
  closers.push(() => gateway.stop())
  urls.gateway = gateway.url
}, 60_000)
afterAll(async () => {
  agent.destroy()
  for (const close of closers.reverse()) await close()
})

function ask(
  base: string,
  method: string,
  path: string,
): Promise<{ status: number; allow: string | undefined }> {
  return new Promise((resolve, reject) => {
    const body = ['GET', 'HEAD'].includes(method) ? undefined : '{'
    const sent = request(base + path, {
      method,
      agent,
      headers: body === undefined ? {} : { 'content-type': 'application/json', 'content-length': 1 },
    })
    sent.once('error', reject)
    sent.once('response', (answer) => {
      answer.resume()
      answer.once('error', reject)
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, allow: answer.headers.allow }))
    })
    sent.end(body)
  })
}

/** The older paths, and today's of which they are another name. */
const older: Readonly<Record<string, string>> = {
  '/auth/login': '/api/auth/login',
  '/auth/me': '/api/auth/me',
  '/images/upload': '/api/images/upload',
  '/images': '/api/images',
  '/images/transform/x': '/api/images/:id/transform',
  '/images/transformedImage/x': '/api/jobs/:id/result',
}

describe.each(['role', 'gateway'])('at the %s', (layer) => {
  it('another method is 405 and says which there are', async () => {
    const faults: string[] = []
    let asked = 0
    const paths = [...routes.keys()].filter((url) => !url.includes('*')).map((url) => [url, url])
    for (const [path = '', of = ''] of [...paths, ...Object.entries(older)]) {
      const methods = [...(routes.get(of) ?? [])].sort()
      for (const method of everyMethod.filter((each) => !methods.includes(each))) {
        const { status, allow } = await ask(urls[layer] ?? '', method, path.replace(/:\w+/g, 'x'))
        asked += 1
        if (status !== 405 || allow !== methods.join(', '))
          faults.push(`${method} ${path}: ${status}, Allow: ${allow} and not ${methods.join(', ')}`)
      }
    }
    expect(faults).toEqual([])
    expect(asked).toBeGreaterThan(1_500)
  })

  it('an unknown path is 404 by any method, whatever is sent', async () => {
    for (const method of everyMethod.slice(0, -2))
      expect(await ask(urls[layer] ?? '', method, '/nowhere'), method).toEqual({
        status: 404,
        allow: undefined,
      })
  })
})
