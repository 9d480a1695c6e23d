import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLogger } from '../telemetry/logger.ts'
import { type App, createApp } from './app.ts'
import { anyone } from './rights.ts'

/** Requests that break in the middle of their body, while or after they are answered. */
let app: App
let socket: Socket
let heard = ''
let closed: Promise<unknown>
beforeEach(async () => {
  app = createApp({
    log: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 60_000,
  })
  await app.register(async (scope) => {
    scope.addContentTypeParser('text/raw', (_request, _payload, done) => done(null, undefined))
    const config = { limit: 'none' as const, rights: anyone, streamsBody: true }
    scope.post('/early', { config }, async () => 'early')
    scope.post('/silent', { config }, (_request, reply) => void reply.hijack())
    scope.post('/streaming', { config }, async (_request, reply) => {
      const body = new PassThrough()
      body.write('begun')
      return reply.header('content-length', 1_000).send(body)
    })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  heard = ''
  socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket
    .on('error', () => undefined)
    .on('data', (chunk) => {
      heard += chunk
    })
  closed = once(socket, 'close')
})
afterEach(async () => {
  socket.destroy()
  await app.close()
})
const begin = (path: string): boolean =>
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: text/raw\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n`,
  )
const answers = (): number[] => [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))

it('what cannot be read is answered as a failure that nobody keeps', async () => {
  socket.write('nonsense\r\n\r\n')
  await closed
  expect(heard).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  for (const line of ['cache-control: no-store', 'vary: Authorization, X-API-Key', 'connection: close'])
    expect(heard).toContain(`\r\n${line}\r\n`)
  expect(JSON.parse(heard.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'invalid_request' })
})

it('so is a body, where no answer has begun', async () => {
  begin('/silent')
  socket.write('not a chunk\r\n')
  await closed
  expect(answers()).toEqual([400])
})

it.each([
  ['/streaming', 'begun'],
  ['/early', 'early'],
])('a body that breaks behind its answer ends the connection without another: %s', async (path, body) => {
  begin(path)
  await vi.waitFor(() => expect(heard).toContain(`\r\n\r\n${body}`))
  socket.write('not a chunk\r\n')
  await closed
  expect(answers()).toEqual([200])
  expect(heard.endsWith(body)).toBe(true)
})

it('a next request that cannot be read is answered, behind one that was answered whole', async () => {
  socket.write('POST /early HTTP/1.1\r\nhost: x\r\ncontent-type: text/raw\r\ncontent-length: 1\r\n\r\nx')
  await vi.waitFor(() => expect(heard).toContain('early'))
  socket.write('nonsense\r\n\r\n')
  await closed
  expect(answers()).toEqual([200, 400])
})
