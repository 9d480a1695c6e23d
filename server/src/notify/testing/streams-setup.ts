import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Failure } from '@rendition/contract'
import { type ClientOptions, WebSocket } from 'ws'
import type { EventLog, LoggedEvent } from '../../jobs/index.ts'
import { createApp } from '../../platform/http/app.ts'
import type { Authenticate, Principal } from '../../platform/http/principal.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { createNotify, registerEvents } from '../index.ts'
import { type StreamTiming, streamTiming } from '../streams/timing.ts'

/** A log in memory with the port's promises, so that these tests are about streams and not about SQL. */
function createLog() {
  const rows: LoggedEvent[] = []
  const log = {
    /** How many events streams have fetched. */
    fetched: 0,
    append(ownerId: string, type: LoggedEvent['type'] = 'job.progress', data = {}): LoggedEvent {
      const position = rows.length + 1
      const row = {
        id: `e${position}`,
        position,
        type,
        ownerId,
        imageId: null,
        data: { n: position, ...data },
        createdAt: new Date(),
      }
      rows.push(row)
      return row
    },
    after: async (position: number, { ownerId, limit }: { ownerId?: string; limit: number }) => {
      const found = rows
        .slice(position)
        .filter((row) => ownerId === undefined || row.ownerId === ownerId)
        .slice(0, limit)
      if (ownerId !== undefined) log.fetched += found.length
      return found
    },
    positionOf: async (id: string) => rows.find((row) => row.id === id)?.position ?? null,
    head: async () => rows.length,
  }
  return log satisfies EventLog
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

export type StreamsSetup = Awaited<ReturnType<typeof openStreams>>

/** The real routes on a real port; tokens are `ann`, `bob`, `short` (expires at once) and whatever `slow` waits for. */
export async function openStreams(timing: Partial<StreamTiming> = {}) {
  const eventLog = createLog()
  const listeners = new Set<(payload: unknown) => void>()
  const revoked = new Set<string>()
  let looks = 0
  const log = createLogger('silent')
  const authenticate: Authenticate = async ({ authorization }) => {
    looks += 1
    if (authorization === undefined) return null
    const token = authorization.replace('Bearer ', '')
    if (revoked.has(token)) throw new Failure('token_invalid')
    if (token === 'short') return principalOf('ann', 300)
    if (token === 'slow') await new Promise((resolve) => setTimeout(resolve, 50))
    if (token === 'ann' || token === 'bob' || token === 'slow') {
      return principalOf(token === 'slow' ? 'ann' : token)
    }
    throw new Failure('token_invalid')
  }
  const notify = await createNotify({
    events: eventLog,
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
    log,
    config: { streamsPerUser: 2 },
  })
  const app = createApp({ log, authenticate, requestTimeoutMs: 10_000 })
  await registerEvents(app, {
    streams: notify.streams,
    closing: notify.closing,
    authenticate,
    timing: { ...streamTiming, ...timing },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const base = `127.0.0.1:${(app.server.address() as AddressInfo).port}`

  /** Opens a socket and collects what it says. */
  function connect(query = '', protocols: string[] = [], options: ClientOptions = {}) {
    const socket = new WebSocket(`ws://${base}/api/events${query}`, protocols, options)
    const said: { id: string; type: string }[] = []
    socket.on('message', (data) => said.push(JSON.parse(String(data))))
    socket.on('error', () => undefined)
    const closed = once(socket, 'close').then(([code]) => code as number)
    return { socket, said, closed, types: () => said.map((message) => message.type) }
  }

  async function connectAs(token: string, query = '', options: ClientOptions = {}) {
    const connection = connect(query, [], options)
    await once(connection.socket, 'open')
    connection.socket.send(JSON.stringify({ type: 'auth', token }))
    const refused = connection.closed.then((code) => Promise.reject(new Error(`closed with ${code}`)))
    refused.catch(() => undefined)
    await Promise.race([once(connection.socket, 'message'), refused])
    return connection
  }

  return {
    log: eventLog,
    base,
    revoked,
    /** How often a credential was looked at. */
    looks: () => looks,
    notify,
    connect,
    connectAs,
    announce(): void {
      for (const listener of listeners) listener({})
    },
    async close(): Promise<void> {
      await notify.close()
      await app.close()
    },
  }
}
