import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { portOf } from '../gateway/testing/gateway.ts'
import { loadConfig } from '../platform/config/load.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from './config.ts'
import { type RunningService, startService } from './service.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A gateway by itself, before one server that stands for every role elsewhere. */
async function startGateway(roles: Server): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-gateway-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  await Promise.all(['index.html', 'openapi.json'].map((name) => writeFile(join(folder, name), '{}')))
  await new Promise<void>((resolve) => roles.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    roles.closeAllConnections()
    roles.close()
  })
  const upstream = `http://127.0.0.1:${portOf(roles)}`
  const environment = {
    ROLES: 'gateway',
    PORT: '0',
    UPSTREAM_AUTH: upstream,
    UPSTREAM_API: upstream,
    UPSTREAM_DELIVERY: upstream,
  }
  const service = await startService(
    loadConfig(configSchema, environment, () => ''),
    {
      version: '0.0.0',
      migrationsFolder: folder,
      webRoot: folder,
      openApiFile: join(folder, 'openapi.json'),
      log: createLogger('silent'),
    },
  )
  closers.push(() => service.stop())
  return service
}

it('a gateway by itself stops although a WebSocket is open, and tells its client to go elsewhere', async () => {
  const api = createServer((_request, response) => response.end())
  const sockets = new WebSocketServer({ server: api, path: '/api/events' })
  const service = await startGateway(api)
  closers.push(() => {
    for (const socket of sockets.clients) socket.terminate()
  })
  const client = new WebSocket(`${service.url.replace('http', 'ws')}/api/events`)
  closers.push(() => client.terminate())
  const closed = new Promise<number>((resolve) => client.once('close', resolve))
  await new Promise((resolve) => client.once('open', resolve))
  await service.stop()
  expect(await closed).toBe(1001)
}, 30_000)

it('a gateway by itself stops although events are followed, and ends them in order', async () => {
  const streams = new Set<ServerResponse>()
  const api = createServer((request, response) => {
    if (request.url !== '/api/events') return void response.end()
    streams.add(response)
    response.once('close', () => streams.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: 1\ndata: {}\n\n')
  })
  const service = await startGateway(api)
  const followed = await fetch(`${service.url}/api/events`)
  const text = followed.text()
  const before = performance.now()
  await service.stop()
  // STOP_DRAIN_MS is what it took before: 10 s.
  expect(performance.now() - before).toBeLessThan(5_000)
  expect(await text).toBe('id: 1\ndata: {}\n\n')
  await vi.waitFor(() => expect(streams.size).toBe(0), 10_000)
}, 30_000)
