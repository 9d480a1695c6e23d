import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Failure } from '@rendition/contract'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { EventLog, LoggedEvent } from '../jobs/index.ts'
import { type App, createApp } from '../platform/http/app.ts'
import type { Authenticate, Principal } from '../platform/http/principal.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { createNotify, type Notify, registerEvents } from './index.ts'

/** A log in memory with the port's promises, so that these tests are about streams and not about SQL. */
function createLog(): EventLog & { append(ownerId: string, type?: LoggedEvent['type']): LoggedEvent } {
  const rows: LoggedEvent[] = []
  return {
    append(ownerId, type = 'job.progress') {
      const position = rows.length + 1
      const row = {
        id: `e${position}`,
        position,
        type,
        ownerId,
        imageId: null,
        data: { n: position },
        createdAt: new Date(),
      }
      rows.push(row)
      return row
    },
    after: async (position, { ownerId, limit }) =>
      rows
        .filter((r) => r.position > position && (ownerId === undefined || r.ownerId === ownerId))
        .slice(0, limit),
    positionOf: async (id) => rows.find((row) => row.id === id)?.position ?? null,
    head: async () => rows.length,
  }
}

const principalOf = (userId: string, lifeMs = 60_000): Principal => ({
  userId,
  role: 'user',
  email: null,
  username: userId,
  scopes: new Set(['images:read']),
  sessionId: null,
  keyId: null,
  expiresAt: new Date(Date.now() + lifeMs),
})

const authenticate: Authenticate = async ({ authorization }) => {
  if (authorization === undefined) return null
  const token = authorization.replace('Bearer ', '')
  if (token === 'short') return principalOf('ann', 300)
  if (token === 'ann' || token === 'bob') return principalOf(token)
  throw new Failure('token_invalid')
}

describe('event streams', () => {
  let app: App
  let notify: Notify
  let log: ReturnType<typeof createLog>
  let listeners: Set<(payload: unknown) => void>
  let base: string
  const announce = (): void => {
    for (const listener of listeners) listener({})
  }

  beforeEach(async () => {
    log = createLog()
    listeners = new Set()
    const logger = createLogger('silent')
    notify = await createNotify({
      events: log,
      bus: {
        reach: 'process',
        publish: async () => undefined,
        subscribe: async (_topic, listener) => {
          listeners.add(listener)
          return async () => void listeners.delete(listener)
        },
        check: async () => undefined,
        close: async () => undefined,
      },
      logger,
      config: { streamsPerUser: 2 },
    })
    app = createApp({ logger, authenticate, requestTimeoutMs: 10_000 })
    await registerEvents(app, { streams: notify.streams, closing: notify.closing, authenticate })
    await app.listen({ host: '127.0.0.1', port: 0 })
    base = `127.0.0.1:${(app.server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    await notify.close()
    await app.close()
  })

  /** Opens a socket and collects what it says. */
  function connect(query = '', protocols: string[] = []) {
    const socket = new WebSocket(`ws://${base}/api/events${query}`, protocols)
    const said: { id: string; type: string }[] = []
    socket.on('message', (data) => said.push(JSON.parse(String(data))))
    const closed = once(socket, 'close').then(([code]) => code as number)
    return { socket, said, closed, types: () => said.map((message) => message.type) }
  }

  async function connectAs(token: string, query = '') {
    const connection = connect(query)
    await once(connection.socket, 'open')
    connection.socket.send(JSON.stringify({ type: 'auth', token }))
    await vi.waitFor(() => expect(connection.said.length).toBeGreaterThan(0))
    return connection
  }

  it('sends an account its own events, live and in order, and nobody else’s', async () => {
    const ann = await connectAs('ann')
    const bob = await connectAs('bob')
    for (let n = 0; n < 5; n++) log.append('ann')
    log.append('bob', 'image.created')
    announce()
    await vi.waitFor(() => expect(ann.said.slice(1).map((m) => m.id)).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']))
    await vi.waitFor(() => expect(bob.said.slice(1).map((m) => m.type)).toEqual(['image.created']))
    ann.socket.close()
    bob.socket.close()
  })

  it('replays what came after an id, more than one batch of it', async () => {
    for (let n = 0; n < 250; n++) log.append('ann')
    const ann = await connectAs('ann', '?after=e5')
    await vi.waitFor(() => expect(ann.said.length).toBe(246))
    expect(ann.said[1]?.id).toBe('e6')
    expect(ann.said.at(-1)?.id).toBe('e250')
    ann.socket.close()
  })

  it('says reset for an unknown replay point, then goes on live', async () => {
    log.append('ann')
    const ann = await connectAs('ann', '?after=gone')
    await vi.waitFor(() => expect(ann.types()).toEqual(['ready', 'reset']))
    log.append('ann')
    announce()
    await vi.waitFor(() => expect(ann.said.at(-1)?.id).toBe('e2'))
    ann.socket.close()
  })

  it('takes the token as a subprotocol', async () => {
    const ann = connect('', ['rendition', 'bearer.ann'])
    await vi.waitFor(() => expect(ann.types()).toEqual(['ready']))
    expect(ann.socket.protocol).toBe('rendition')
    ann.socket.close()
  })

  it('closes 4401 for a bad token, a bad first message and an expired token', async () => {
    const bad = connect()
    await once(bad.socket, 'open')
    bad.socket.send(JSON.stringify({ type: 'auth', token: 'nobody' }))
    expect(await bad.closed).toBe(4401)

    const rude = connect()
    await once(rude.socket, 'open')
    rude.socket.send('hello')
    expect(await rude.closed).toBe(4401)

    const short = await connectAs('short')
    expect(await short.closed).toBe(4401)
  })

  it('closes 4429 beyond the streams of an account, and frees places', async () => {
    const first = await connectAs('ann')
    const second = await connectAs('ann')
    const third = connect()
    await once(third.socket, 'open')
    third.socket.send(JSON.stringify({ type: 'auth', token: 'ann' }))
    expect(await third.closed).toBe(4429)
    first.socket.close()
    await first.closed
    await vi.waitFor(async () => {
      const again = await connectAs('ann')
      expect(again.types()).toEqual(['ready'])
      again.socket.close()
      await again.closed
    })
    second.socket.close()
  })

  it('streams the same as Server-Sent Events, resuming after Last-Event-ID', async () => {
    log.append('ann')
    log.append('ann', 'job.complete')
    const abort = new AbortController()
    const response = await fetch(`http://${base}/api/events/stream`, {
      headers: { authorization: 'Bearer ann', 'last-event-id': 'e1' },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('x-request-id')).toBeTruthy()
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('job.complete"')) text += (await reader?.read())?.value ?? ''
    expect(text).toContain('id: e2\nevent: job.complete\ndata: {"id":"e2"')
    abort.abort()
  })

  it('answers SSE without a credential with a problem', async () => {
    const response = await fetch(`http://${base}/api/events/stream`)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })
})
