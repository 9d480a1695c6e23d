import { request as httpRequest, type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../platform/http/app.ts'
import { failureKeeping } from '../platform/http/keeping.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { type Balancer, type Lease, nameOf } from './balancer.ts'
import { forwardedHeaders, withoutHopByHop } from './forwarded.ts'
import { createFrameFollower, goingAway } from './frames.ts'

export interface TunnelOptions {
  connectTimeoutMs: number
  log: Logger
}

/** WebSockets on their way through: once both sides have agreed, bytes flow both ways untouched. */
export interface Tunnels {
  /**
   * Sends the upgrades that the app's server is asked for through its routes, so that they are admitted, numbered and
   * refused like any request. Those at other paths are refused here.
   */
  listen(app: App, takesUpgrades: (path: string) => boolean): void
  /** Whether this request came as an upgrade. */
  asked(request: FastifyRequest): boolean
  /** Connects such a request with an endpoint, or answers with what the endpoint says instead. */
  open(request: FastifyRequest, reply: FastifyReply, balancer: Balancer): Promise<FastifyReply>
  /** Ends every tunnel and lets none begin. The server cannot close before: it knows nothing of its upgraded sockets. */
  end(): Promise<void>
}

/** How long a client may take to answer the close frame, or to read the last bytes. */
const farewellMs = 1_000
/** What a client may send before an endpoint has agreed. None has a reason to send anything. */
const earlyBytes = 16_384

export function createTunnels({ connectTimeoutMs, log }: TunnelOptions): Tunnels {
  const upgrades = new WeakMap<IncomingMessage, Upgrade>()
  /** Every client's socket, and how it is ended in order. */
  const live = new Map<Socket, () => void>()
  let ending = false

  function join(agreed: Agreed, { socket, early }: Upgrade, lease: Lease): void {
    const { answer, upstream } = agreed
    const frames = createFrameFollower()
    frames.see(agreed.head)
    upstream.on('data', frames.see)
    socket.write(headOf(answer))
    socket.write(agreed.head)
    upstream.write(early())
    upstream.pipe(socket).pipe(upstream)
    const cut = (): void => {
      upstream.destroy()
      socket.destroy()
    }
    // A client that hears nothing would wait for ever; one that is cut off connects again, to another endpoint.
    lease.down.addEventListener('abort', cut, { once: true })
    socket.once('close', () => upstream.destroy())
    let left = false
    upstream.once('close', () => {
      lease.down.removeEventListener('abort', cut)
      lease.release('ok')
      if (left) return
      socket.setTimeout(farewellMs, () => socket.destroy())
      socket.destroySoon()
    })
    live.set(socket, () => {
      left = true
      upstream.unpipe(socket)
      upstream.destroy()
      if (!frames.between()) return void socket.destroy()
      socket.unpipe(upstream)
      socket.end(goingAway)
      socket.resume()
    })
  }

  return {
    listen(app, takesUpgrades) {
      app.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
        const socket = stream as Socket
        socket.on('error', () => socket.destroy())
        socket.once('close', () => live.delete(socket))
        live.set(socket, () => socket.destroy())
        const response = new ServerResponse(request)
        response.shouldKeepAlive = false
        response.assignSocket(socket)
        response.once('finish', () => socket.destroySoon())
        const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
        const refuse = (status: number): void =>
          void response.writeHead(status, { 'content-length': 0, ...failureKeeping }).end()
        if (request.method !== 'GET' || !takesUpgrades(path)) return refuse(404)
        // Its bytes would be taken for the tunnel's, or for another request.
        if (hasBody(request)) return refuse(400)
        upgrades.set(request, { socket, early: watch(socket, head) })
        app.routing(request, response)
      })
    },

    asked: (request) => upgrades.has(request.raw),

    async open(request, reply, balancer) {
      const upgrade = upgrades.get(request.raw)
      if (upgrade === undefined) throw new Error('this request is no upgrade')
      const { socket } = upgrade
      const tried = new Set<string>()
      while (!socket.destroyed) {
        const lease = ending ? null : balancer.lease(tried)
        if (lease === null) {
          throw new Failure('unavailable', 'This part of the service is not reachable.', { retryAfter: 2 })
        }
        tried.add(nameOf(lease.endpoint))
        try {
          const agreed = await ask(request, socket, lease, connectTimeoutMs)
          if ('upstream' in agreed) {
            reply.hijack()
            ;(reply.raw as ServerResponse).detachSocket(socket)
            join(agreed, upgrade, lease)
            return reply
          }
          lease.release('ok')
          const { answer } = agreed
          return reply
            .code(answer.statusCode ?? 502)
            .headers(withoutHopByHop(answer.headers))
            .send(answer)
        } catch (error) {
          // Nothing has reached the client yet, and an upgrade request has no body: the next endpoint may have it.
          lease.release(socket.destroyed ? 'ok' : 'failed')
          log.debug({ err: error, endpoint: nameOf(lease.endpoint) }, 'an upgrade failed')
        }
      }
      return reply.hijack()
    },

    async end() {
      ending = true
      const closed = [...live.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      for (const bidFarewell of [...live.values()]) bidFarewell()
      await Promise.race([Promise.all(closed), pause(farewellMs, undefined, { ref: false })])
      for (const socket of live.keys()) socket.destroy()
    },
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0

/** A client that waits for its upgrade. */
interface Upgrade {
  socket: Socket
  /** Ends the watch and gives what the client has sent so far. */
  early: () => Buffer
}

/** Destroys the socket when its client leaves: nobody learns of that who does not read. */
function watch(socket: Socket, head: Buffer): Upgrade['early'] {
  const chunks = [head]
  let room = earlyBytes
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk)
    room -= chunk.length
    if (room < 0) socket.destroy()
  }
  const leave = (): void => void socket.destroy()
  socket.on('data', keep).once('end', leave)
  return () => {
    socket.off('data', keep).off('end', leave).pause()
    return Buffer.concat(chunks)
  }
}

/** The endpoint has agreed: its answer, the connection, and what came with the answer. */
interface Agreed {
  answer: IncomingMessage
  upstream: Socket
  head: Buffer
}

/** Asks one endpoint; throws when it cannot be talked to, or the client leaves meanwhile. */
function ask(
  request: FastifyRequest,
  client: Socket,
  lease: Lease,
  timeoutMs: number,
): Promise<Agreed | { answer: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: lease.endpoint.host,
      port: lease.endpoint.port,
      method: 'GET',
      path: request.raw.url,
      headers: { ...forwardedHeaders(request), connection: 'Upgrade', upgrade: request.headers.upgrade },
      agent: false,
      timeout: timeoutMs,
    })
    const give = (): void => void outgoing.destroy(new Error('the client left'))
    const fell = (): void => void outgoing.destroy(new Error('the endpoint stopped answering'))
    client.once('close', give)
    lease.down.addEventListener('abort', fell, { once: true })
    const settle = (): void => {
      client.off('close', give)
      lease.down.removeEventListener('abort', fell)
    }
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
    outgoing.on('error', (error) => {
      settle()
      reject(error)
    })
    outgoing.on('response', (answer) => {
      settle()
      resolve({ answer })
    })
    outgoing.on('upgrade', (answer, upstream, head) => {
      settle()
      outgoing.setTimeout(0)
      upstream.on('error', () => upstream.destroy())
      resolve({ answer, upstream, head })
    })
    outgoing.end()
  })
}

function headOf(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}
