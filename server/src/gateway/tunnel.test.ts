import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createStreet } from './testing/gateway.ts'

const street = createStreet()
afterEach(() => street.close())

const within = { timeout: 20_000, interval: 20 }

/** An endpoint that takes WebSockets, with the requests it has seen. */
async function talker() {
  const seen: IncomingMessage[] = []
  const upstream = await street.endpoint((_request, response) => response.end())
  const sockets = new WebSocketServer({ server: upstream.server, path: '/api/events' })
  sockets.on('connection', (socket, request) => {
    seen.push(request)
    socket.on('message', (data, binary) => socket.send(data, { binary }))
  })
  return { upstream, sockets, seen }
}

/** An endpoint that is asked for upgrades and does not answer by itself. */
async function ponderer() {
  const asked: Socket[] = []
  const upstream = await street.endpoint((_request, response) => response.end())
  upstream.server.on('upgrade', (_request, socket: Socket) => {
    socket.on('error', () => socket.destroy())
    socket.resume().once('end', () => socket.destroy())
    asked.push(socket)
  })
  return { upstream, asked }
}

const eventsAt = (base: string): string => `${base.replace('http', 'ws')}/api/events`

async function opened(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return socket
}

const agreement = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'

/** A client that asks for the upgrade and then does nothing by itself. */
function knock(base: string): Socket {
  const client = connect({ port: Number(new URL(base).port), host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined)
  client.write(
    'GET /api/events HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  return client
}

const refusal = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.on('error', () => undefined)
    socket.once('open', () => reject(new Error('it was let in')))
    socket.once('unexpected-response', (_request, response) => resolve(response))
  })

describe('a tunnel', () => {
  it('says who asks, and lets no client say it', async () => {
    const { upstream, seen } = await talker()
    const { base } = await street.gateway([upstream])
    const client = await opened(eventsAt(base), {
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      authorization: 'Bearer t',
    })
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(base).host,
      'x-request-id': expect.stringMatching(/^[\w.-]{1,64}$/),
      authorization: 'Bearer t',
    })
    client.terminate()
  })

  it('ends its client with a close frame, between two frames of any length', async () => {
    const { upstream, sockets } = await talker()
    const { base, tunnels } = await street.gateway([upstream])
    const client = await opened(eventsAt(base))
    const sizes = [0, 125, 126, 65_535, 65_536, 300_000]
    const got: number[] = []
    client.on('message', (data: Buffer) => got.push(data.length))
    for (const size of sizes) client.send(Buffer.alloc(size))
    await vi.waitFor(() => expect(got).toEqual(sizes), within)
    const closed = new Promise((resolve) => client.once('close', resolve))
    await tunnels.end()
    expect(await closed).toBe(1001)
    await vi.waitFor(() => expect(sockets.clients.size).toBe(0), within)
    // Who comes now is sent elsewhere.
    expect((await refusal(eventsAt(base))).statusCode).toBe(503)
  })

  it('is cut when its client does not answer the close frame, or is in the middle of a frame', async () => {
    const { upstream, asked } = await ponderer()
    const { base, tunnels } = await street.gateway([upstream])
    const clients = [knock(base), knock(base)]
    const heard = clients.map((client) => {
      const chunks: Buffer[] = []
      client.on('data', (chunk) => chunks.push(chunk))
      return () => Buffer.concat(chunks).toString('latin1')
    })
    await vi.waitFor(() => expect(asked).toHaveLength(2), within)
    for (const [at, socket] of asked.entries()) {
      socket.write(agreement)
      // Half a frame of ten bytes to the one, a whole frame of two to the other.
      socket.write(at === 0 ? '\x82\x0a12345' : '\x82\x0212', 'latin1')
    }
    await vi.waitFor(() => expect(heard.every((said) => said().includes('12'))).toBe(true), within)
    await tunnels.end()
    const ends = heard.map((said) => said().split('\r\n\r\n')[1]).sort()
    expect(ends).toEqual(['\x82\x0212\x88\x02\x03\xe9', '\x82\x0a12345'])
    for (const client of clients) client.destroy()
  })

  it('lets the endpoint go when the client leaves while it connects, and asks no other', async () => {
    const one = await ponderer()
    const other = await ponderer()
    const { base, inFlight } = await street.gateway([one.upstream, other.upstream])
    const client = new WebSocket(eventsAt(base))
    client.on('error', () => undefined)
    const asked = () => [...one.asked, ...other.asked]
    await vi.waitFor(() => expect(asked()).toHaveLength(1), within)
    client.terminate()
    await vi.waitFor(() => expect(asked()[0]?.destroyed).toBe(true), within)
    await vi.waitFor(() => expect(inFlight()).toBe(0), within)
    expect(asked()).toHaveLength(1)
  })

  it('passes on what its client sends too early', async () => {
    const { upstream, asked } = await ponderer()
    const { base } = await street.gateway([upstream])
    const client = knock(base)
    await vi.waitFor(() => expect(asked).toHaveLength(1), within)
    let got = ''
    asked[0]?.on('data', (chunk) => {
      got += chunk
    })
    await new Promise((resolve) => client.write('early', resolve))
    asked[0]?.write(agreement)
    await new Promise((resolve) => client.once('data', resolve))
    client.write(' late')
    await vi.waitFor(() => expect(got).toBe('early late'), within)
    client.destroy()
  })

  it('is refused with a problem when nobody takes it, and where there are none', async () => {
    const { base } = await street.gateway([await street.deadEndpoint()])
    const nobody = await refusal(eventsAt(base))
    expect([nobody.statusCode, nobody.headers['retry-after']]).toEqual([503, '2'])
    const nowhere = await refusal(`${base.replace('http', 'ws')}/api/jobs`)
    expect(nowhere.statusCode).toBe(404)
    for (const { headers } of [nobody, nowhere])
      expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: 'Authorization, X-API-Key' })
  })

  it('hands on what an endpoint answers instead', async () => {
    const upstream = await street.endpoint((_request, response) => response.writeHead(403).end('not you'))
    const { base } = await street.gateway([upstream])
    const answer = await refusal(eventsAt(base))
    expect(answer.statusCode).toBe(403)
    expect(String(Buffer.concat(await answer.toArray()))).toBe('not you')
  })
})
