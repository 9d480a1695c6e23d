import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { type UpstreamName, upstreamNames } from '../gateway/index.ts'
import { streamed, upstreamRoutes } from '../gateway/upstream-routes.ts'
import { loadConfig } from '../platform/config/load.ts'
import { createApp } from '../platform/http/app.ts'
import { exposedHeaders } from '../platform/http/keeping.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from './config.ts'
import { inertRooms } from './openapi.ts'
import { registerRoles } from './routes.ts'

const config = loadConfig(configSchema, {}, () => '')

/** What a role serves when it runs by itself. */
async function routesOf(
  role: UpstreamName,
): Promise<{ method: string; url: string; streamsBody: boolean }[]> {
  const app = createApp({
    log: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 0,
  })
  const routes: { method: string; url: string; streamsBody: boolean }[] = []
  app.addHook('onRoute', ({ method, url, config: { streamsBody = false } = {} }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, streamsBody })
  })
  await registerRoles(app, [role], inertRooms(), config)
  await app.ready()
  await app.close()
  return routes
}

const pathOf = (url: string): string => url.replaceAll(/:\w+/g, 'some')

describe('the gateway', () => {
  it.each(upstreamNames)('sends everything that %s serves to it', async (role) => {
    const gateway = fastify({ logger: false })
    for (const name of upstreamNames) {
      for (const url of upstreamRoutes[name])
        gateway.all(url, (_request, reply) => reply.header('x-role', name).send())
    }
    const routes = await routesOf(role)
    expect(routes.length).toBeGreaterThan(2)
    for (const { method, url } of routes) {
      const answer = await gateway.inject({ method: method as 'GET', url: pathOf(url) })
      expect(`${method} ${url}: ${answer.headers['x-role']}`).toBe(`${method} ${url}: ${role}`)
    }
    await gateway.close()
  })

  it.each(upstreamNames)('sends nothing to %s that it does not serve', async (role) => {
    const urls = (await routesOf(role)).map(({ url }) => url)
    const idle = upstreamRoutes[role].filter((row) =>
      row.endsWith('/*')
        ? !urls.some((url) => url.startsWith(row.slice(0, -1)))
        : !urls.some((url) => pathOf(url) === pathOf(row)),
    )
    expect(idle).toEqual([])
  })

  it('streams the bodies that its roles take as they come, and no others', async () => {
    const routes = (await Promise.all(upstreamNames.map(routesOf))).flat()
    const streams = routes.filter(({ streamsBody }) => streamsBody)
    const named = ({ method, url }: { method: string; url: string }) => `${method} ${url}`
    expect(streamed.map(named).toSorted()).toEqual(streams.map(named).toSorted())
  })

  it('lets pages read only headers that some answer has', async () => {
    const source = join(import.meta.dirname, '..')
    const files = (await readdir(source, { recursive: true })).filter(
      (file) => file.endsWith('.ts') && !file.includes('.test.') && !file.endsWith('http/keeping.ts'),
    )
    const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')))
    const text = texts.join('\n').toLowerCase()
    const idle = exposedHeaders.filter((name) => !new RegExp(`['"]?${name}['"]?[,:]`).test(text))
    expect(idle).toEqual([])
  })
})
