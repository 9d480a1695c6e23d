import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyRequest } from 'fastify'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLogger } from '../telemetry/logger.ts'
import { type App, createApp } from './app.ts'
import { anyone } from './rights.ts'
import { watchBodies } from './unfinished-bodies.ts'

let app: App
let port: number
const sockets: Socket[] = []
const config = { limit: 'none' as const, rights: anyone }
const start = async (timeMs: number): Promise<void> => {
  app = createApp({
    log: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 60_000,
    bodyTimeoutMs: timeMs,
  })
  app.post('/small', { config }, async (request) => ({ got: request.body }))
  app.post('/large', { config, bodyLimit: 1024 ** 2 }, async () => 'large')
  await app.register(async (scope) => {
    scope.addContentTypeParser('text/slow', (_request, payload, done) => {
      let length = 0
      payload.on('data', (chunk: Buffer) => {
        length += chunk.length
      })
      payload.on('end', () => done(null, length))
    })
    scope.post('/streamed', { config: { ...config, streamsBody: true } }, async (request) => ({
      got: request.body,
    }))
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
}
beforeEach(() => start(1_500))
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await app.close()
})

async function begin(
  head: readonly string[],
  body = '',
): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(`${[...head, 'host: x', 'connection: close', '', ''].join('\r\n')}${body}`)
  return { socket, answer: text(socket).catch(() => '') }
}
const json = 'content-type: application/json'
const half = (path: string, length: number) =>
  begin([`POST ${path} HTTP/1.1`, json, `content-length: ${length}`], '{"a":')

it.each([
  ['a length', [json, 'content-length: 100'], '{"a":'],
  ['chunks', [json, 'transfer-encoding: chunked'], '5\r\n{"a":\r\n'],
  ['nothing of it', [json, 'content-length: 100'], ''],
])('a body that does not come to its end is given up: %s', async (_name, headers, body) => {
  const { answer } = await begin(['POST /small HTTP/1.1', ...headers], body)
  expect(await answer).toMatch(/^HTTP\/1.1 408 [\s\S]*request_timeout/)
})

it('so is one for a path that does not exist', async () => {
  expect(await (await half('/nowhere', 100)).answer).toMatch(/^HTTP\/1.1 40[48] /)
})

it('headers that do not come are given up as well', async () => {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.write('GET /small HTTP/1.1\r\nhost: x\r\nx: ')
  expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /)
})

it('a route that streams its body is left its time', async () => {
  const head = ['POST /streamed HTTP/1.1', 'content-type: text/slow', 'content-length: 8']
  const slow = await begin(head, '1234')
  // Longer than any other body is given: another one shows that it is over.
  await (await half('/small', 100)).answer
  slow.socket.write('5678')
  expect(await slow.answer).toMatch(/^HTTP\/1.1 200 [\s\S]*\{"got":8\}/)
})

it('one that gave way is not given up again when its time is over', () => {
  vi.useFakeTimers()
  try {
    const watch = watchBodies({ timeMs: 1_000 })
    const half = () => {
      const raw = new IncomingMessage(new Socket())
      const given = vi.fn()
      raw.on('error', given)
      const headers = { 'content-length': String(1024 ** 2) }
      const routeOptions = { bodyLimit: 1024 ** 2 }
      watch({ raw, headers, method: 'POST', routeOptions } as unknown as FastifyRequest)
      return given
    }
    const [first, ...rest] = Array.from({ length: 9 }, half)
    expect(first).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1_000)
    for (const given of [first, ...rest]) expect(given).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

it('where they hold too much the largest gives way, and what is small and quick never notices', async () => {
  await app.close()
  // So long that what is answered before was given up for its size.
  await start(300_000)
  const small = await half('/small', 8)
  const stalled = []
  for (let n = 0; n < 40; n += 1) stalled.push(await half('/large', 1024 ** 2))
  const quick = await begin(['POST /small HTTP/1.1', json, 'content-length: 7'], '{"a":1}')
  expect(await quick.answer).toMatch(/^HTTP\/1.1 200 /)
  small.socket.write('12}')
  expect(await small.answer).toMatch(/^HTTP\/1.1 200 [\s\S]*\{"got":\{"a":12\}\}/)
  // Eight of the largest find room; those who came first gave it.
  for (const { answer } of stalled.slice(0, 32)) expect(await answer).toMatch(/^HTTP\/1.1 408 /)
  expect(stalled.slice(33).map(({ socket }) => socket.readableEnded)).toEqual(Array(7).fill(false))
})
