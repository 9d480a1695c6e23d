import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { portOf } from '../gateway/testing/gateway.ts'
import { loadConfig } from '../platform/config/load.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from './config.ts'
import { startService } from './service.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

it('a gateway by itself stops although a WebSocket is open, and tells its client to go elsewhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-gateway-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  await Promise.all(['index.html', 'openapi.json'].map((name) => writeFile(join(folder, name), '{}')))
  const api = createServer((_request, response) => response.end())
  const sockets = new WebSocketServer({ server: api, path: '/api/events' })
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets.clients) socket.terminate()
    api.close()
  })
  const upstream = `http://127.0.0.1:${portOf(api)}`
  const config = loadConfig(
    configSchema,
    {
      ROLES: 'gateway',
      PORT: '0',
      UPSTREAM_AUTH: upstream,
      UPSTREAM_API: upstream,
      UPSTREAM_DELIVERY: upstream,
    },
    () => '',
  )
  const service = await startService(config, {
    version: '0.0.0',
    migrationsFolder: folder,
    webRoot: folder,
    openApiFile: join(folder, 'openapi.json'),
    log: createLogger('silent'),
  })
  const client = new WebSocket(`${service.url.replace('http', 'ws')}/api/events`)
  closers.push(() => client.terminate())
  const closed = new Promise<number>((resolve) => client.once('close', resolve))
  await new Promise((resolve) => client.once('open', resolve))
  await service.stop()
  expect(await closed).toBe(1001)
}, 30_000)
