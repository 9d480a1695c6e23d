import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createStreet } from './testing/gateway.ts'

const street = createStreet()
const { endpoint, deadEndpoint, gateway } = street
afterEach(() => street.close())

describe('the gateway as a proxy', () => {
  it('streams bodies both ways unchanged, without waiting for the end', async () => {
    const echo = await endpoint((request, response) => {
      response.writeHead(201, { 'x-answer': 'yes', 'content-type': 'application/octet-stream' })
      request.pipe(response)
    })
    const { base } = await gateway([echo])
    const body = randomBytes(5_000_000)
    const response = await fetch(`${base}/api/images/upload?x=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/weird' },
      body: Readable.toWeb(Readable.from([body.subarray(0, 10), body.subarray(10)])) as ReadableStream,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(201)
    expect(response.headers.get('x-answer')).toBe('yes')
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
    expect(hash(new Uint8Array(await response.arrayBuffer()))).toBe(hash(body))
  })

  it('goes elsewhere once an endpoint says that it leaves, and tells nobody', async () => {
    const asked: string[] = []
    const named = (name: string, headers: Record<string, string>) =>
      endpoint((_request, response) => {
        asked.push(name)
        response.writeHead(200, { 'x-endpoint': name, ...headers }).end()
      })
    const leaving = await named('leaving', { 'x-rendition-leaving': '1' })
    const staying = await named('staying', {})
    const { base } = await gateway([leaving, staying])
    const answers = []
    for (let at = 0; at < 40; at += 1) answers.push(await fetch(`${base}/api/jobs`))
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
    // At most the first request found out.
    expect(asked.filter((name) => name === 'leaving').length).toBeLessThanOrEqual(1)
    expect(answers.some(({ headers }) => headers.has('x-rendition-leaving'))).toBe(false)
    // Alone, it is still better than nobody.
    const alone = await gateway([leaving])
    await fetch(`${alone.base}/api/jobs`)
    expect((await fetch(`${alone.base}/api/jobs`)).headers.get('x-endpoint')).toBe('leaving')
  })

  it('gives what cannot be sent twice a connection of its own', async () => {
    const sockets = new Set<unknown>()
    const one = await endpoint((request, response) => {
      // A connection that was used before is cut, as by an endpoint that closes just then.
      if (sockets.has(request.socket)) request.socket.destroy()
      else response.end()
      sockets.add(request.socket)
    })
    const { base } = await gateway([one])
    for (let at = 0; at < 3; at += 1) {
      expect((await fetch(`${base}/api/jobs/1`, { method: 'DELETE' })).status).toBe(200)
      expect((await fetch(`${base}/api/images/1/undo`, { method: 'POST' })).status).toBe(200)
    }
  })

  it('says who asks, and lets no client say it', async () => {
    const seen: Record<string, unknown>[] = []
    const upstream = await endpoint((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const { base } = await gateway([upstream])
    const headers = { 'x-forwarded-for': '1.2.3.4', 'x-request-id': 'abc', authorization: 'Bearer t' }
    await fetch(`${base}/api/jobs`, { headers })
    expect(seen[0]).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-request-id': 'abc',
      authorization: 'Bearer t',
    })
  })

  it('goes to another endpoint when one refuses, with the body whole', async () => {
    const dead = await deadEndpoint()
    const live = await endpoint((request, response) => request.pipe(response))
    const { base } = await gateway([dead, live])
    for (let n = 0; n < 10; n++) {
      const response = await fetch(`${base}/api/images`, { method: 'POST', body: `body ${n}` })
      expect(await response.text()).toBe(`body ${n}`)
    }
  })

  it('asks a broken endpoint no more than a few times, then leaves it alone', async () => {
    let hits = 0
    const broken = await endpoint((request) => {
      hits += 1
      request.socket.destroy()
    })
    const live = await endpoint((_request, response) => response.end('fine'))
    const { base } = await gateway([broken, live])
    for (let n = 0; n < 40; n++) expect(await (await fetch(`${base}/api/jobs`)).text()).toBe('fine')
    expect(hits).toBeLessThanOrEqual(6)
  })

  it('does not repeat a write that may have been seen', async () => {
    let hits = 0
    const broken = await endpoint((request) => {
      hits += 1
      request.resume().once('end', () => request.socket.destroy())
    })
    const { base } = await gateway([broken, broken])
    const response = await fetch(`${base}/api/images`, { method: 'POST', body: 'x' })
    expect(response.status).toBe(503)
    expect(hits).toBe(1)
  })

  it('answers 503 with Retry-After when nobody is there', async () => {
    const { base } = await gateway([await deadEndpoint()])
    const response = await fetch(`${base}/api/jobs`)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.json()).toMatchObject({ code: 'unavailable' })
  })

  it('lets the endpoint know when the client leaves', async () => {
    let left = false
    const slow = await endpoint((_request, response) => {
      response.write('a')
      response.once('close', () => {
        left = true
      })
    })
    const { base } = await gateway([slow])
    const abort = new AbortController()
    const response = await fetch(`${base}/api/jobs`, { signal: abort.signal })
    await response.body?.getReader().read()
    abort.abort()
    await vi.waitFor(() => expect(left).toBe(true))
  })

  it('passes WebSockets through, around a dead endpoint', async () => {
    const upstream = await endpoint((_request, response) => response.end())
    const sockets = new WebSocketServer({ server: upstream.server, path: '/api/events' })
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`you said ${data}`)))
    const { base } = await gateway([await deadEndpoint(), upstream])
    for (let n = 0; n < 4; n++) {
      const socket = new WebSocket(`${base.replace('http', 'ws')}/api/events?after=1`)
      const answer = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))))
      socket.once('open', () => socket.send('hi'))
      expect(await answer).toBe('you said hi')
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.close()
      await closed
    }
  })
})
