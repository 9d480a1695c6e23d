import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterEach, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { portOf } from '../gateway/testing/gateway.ts'
import type { RunningService } from './service.ts'
import { type Closers, startGateway } from './testing/gateway.ts'

const closers: Closers = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A gateway by itself, before one server that stands for every role elsewhere. */
async function startBefore(roles: Server): Promise<RunningService> {
  await new Promise<void>((resolve) => roles.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    roles.closeAllConnections()
    roles.close()
  })
  return startGateway(`http://127.0.0.1:${portOf(roles)}`, closers)
}

it('a gateway by itself stops although a WebSocket is open, and tells its client to go elsewhere', async () => {
  const api = createServer((_request, response) => response.end())
  const sockets = new WebSocketServer({ server: api, path: '/api/events' })
  const service = await startBefore(api)
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
  const service = await startBefore(api)
  const followed = await fetch(`${service.url}/api/events`)
  const text = followed.text()
  const before = performance.now()
  await service.stop()
  // STOP_DRAIN_MS is what it took before: 10 s.
  expect(performance.now() - before).toBeLessThan(5_000)
  expect(await text).toBe('id: 1\ndata: {}\n\n')
  await vi.waitFor(() => expect(streams.size).toBe(0), 10_000)
}, 30_000)

it('a gateway by itself ends events that are followed while it stops, also when none has come yet', async () => {
  let follow: (() => void) | undefined
  const api = createServer((request, response) => {
    if (request.url !== '/api/events') return void response.end()
    follow = () => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  const service = await startBefore(api)
  const asking = fetch(`${service.url}/api/events`)
  await vi.waitFor(() => expect(follow).toBeDefined(), 10_000)
  const before = performance.now()
  const stopped = service.stop()
  // The door is closed after the streams that were there have ended.
  await vi.waitFor(() => expect(fetch(`${service.url}/health`)).rejects.toThrow(), 10_000)
  follow?.()
  const followed = await asking
  expect([followed.status, followed.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(await followed.text()).toBe('')
  await stopped
  expect(performance.now() - before).toBeLessThan(5_000)
}, 30_000)
