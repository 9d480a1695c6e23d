import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { Failure } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { leavingHeader } from '../platform/http/app.ts'
import { isShortage } from '../platform/shortage.ts'
import { type Balancer, type Lease, nameOf } from './balancer.ts'
import { bodyOf, forwardedHeaders, withoutHopByHop } from './forwarded.ts'

export interface ProxyOptions {
  /** Milliseconds to reach an endpoint. */
  connectTimeoutMs: number
  /** Milliseconds without a byte in either direction. */
  idleTimeoutMs: number
}

export interface HttpProxy {
  /** Sends the request to an endpoint and streams its answer back; of a body only what its route has read is held. */
  forward(request: FastifyRequest, reply: FastifyReply, balancer: Balancer): Promise<FastifyReply>
  /**
   * Ends Server-Sent Events, those to come as well: they never end by themselves, and their clients connect again,
   * to another gateway.
   */
  endStreams(): void
  close(): void
}

const replayable = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The endpoint could not be talked to; `sent` says whether it may have seen a part of the request. */
class EndpointError extends Error {
  readonly sent: boolean
  constructor(sent: boolean, cause: unknown) {
    super('the endpoint failed', { cause })
    this.sent = sent
  }
}

export function createProxy(options: ProxyOptions): HttpProxy {
  const keepAlive = new Agent({ keepAlive: true, maxSockets: 1_024, maxFreeSockets: 64 })
  const streams = new Map<ServerResponse, () => void>()
  let ending = false

  /** A client drops an event that is not whole, and asks for what came after the last whole one. */
  function endInOrder(answer: IncomingMessage, response: ServerResponse): void {
    const end = (): void => {
      answer.unpipe(response)
      response.end()
      answer.destroy()
    }
    streams.set(response, end)
    response.once('close', () => streams.delete(response))
  }

  /**
   * Opens one exchange. The body is piped only once the connection stands, so a refused connection leaves it whole
   * for the next endpoint. What cannot be sent twice gets a connection of its own: on a kept-alive one, an endpoint's
   * close and our first byte can cross.
   */
  function exchange(request: FastifyRequest, lease: Lease): Promise<IncomingMessage> {
    const { method, raw } = request
    const body = bodyOf(request)
    const headers = forwardedHeaders(request, body)
    return new Promise((resolve, reject) => {
      let sent = false
      const outgoing: ClientRequest = httpRequest({
        host: lease.endpoint.host,
        port: lease.endpoint.port,
        method,
        path: raw.url,
        // Asked to keep the connection: an endpoint that closes it behind an early answer resets it, unread body and all.
        headers: { ...headers, connection: 'keep-alive' },
        agent: body.kind !== 'none' || !replayable.has(method) ? false : keepAlive,
      })
      const connectTimer = setTimeout(
        () => outgoing.destroy(new Error('connect timeout')),
        options.connectTimeoutMs,
      )
      const begin = (): void => {
        clearTimeout(connectTimer)
        sent = true
        outgoing.setTimeout(options.idleTimeoutMs, () => outgoing.destroy(new Error('idle timeout')))
        // Not `pipeline`: it would close the client's connection when the endpoint ends, with the answer unsent.
        if (body.kind === 'stream') raw.pipe(outgoing)
        else outgoing.end(body.kind === 'whole' ? body.bytes : undefined)
      }
      const fell = (): void => void outgoing.destroy(new Error('the endpoint stopped answering'))
      const left = (): void => {
        if (!raw.complete) outgoing.destroy(new Error('the client left'))
      }
      const settle = (): void => {
        clearTimeout(connectTimer)
        lease.down.removeEventListener('abort', fell)
        raw.off('close', left)
      }
      outgoing.once('socket', (socket) => {
        if (socket.connecting) socket.once('connect', begin)
        else begin()
      })
      outgoing.once('response', (answer) => {
        settle()
        // An answer to a body that is still coming stands, whatever becomes of the rest.
        outgoing.on('error', () => raw.unpipe(outgoing))
        answer.once('close', () => {
          if (!outgoing.writableFinished) outgoing.destroy()
        })
        resolve(answer)
      })
      outgoing.once('error', (error) => {
        settle()
        raw.unpipe(outgoing)
        reject(new EndpointError(sent, error))
      })
      raw.once('close', left)
      lease.down.addEventListener('abort', fell, { once: true })
    })
  }

  return {
    async forward(request, reply, balancer) {
      const tried = new Set<string>()
      for (;;) {
        const lease = balancer.lease(tried)
        if (lease === null) {
          throw new Failure('unavailable', 'This part of the service is not reachable.', { retryAfter: 2 })
        }
        tried.add(nameOf(lease.endpoint))
        try {
          const answer = await exchange(request, lease)
          if (answer.headers[leavingHeader] !== undefined) lease.leave()
          const cut = (): void => void answer.destroy(new Error('the endpoint stopped answering'))
          lease.down.addEventListener('abort', cut, { once: true })
          answer.once('close', () => {
            lease.down.removeEventListener('abort', cut)
            lease.release('ok')
          })
          // A client that leaves must not keep an endpoint working for nobody.
          reply.raw.once('close', () => answer.destroy())
          reply.code(answer.statusCode ?? 502).headers(withoutHopByHop(answer.headers))
          if (isEventStream(answer)) {
            if (ending) {
              answer.destroy()
              // Empty, not refused: EventSource gives up for good when it is told anything but 200.
              return reply.send('')
            }
            endInOrder(answer, reply.raw)
          }
          return reply.send(answer)
        } catch (error) {
          const clientLeft = request.raw.destroyed && !request.raw.complete
          // An endpoint that we could not even call is as good as before.
          lease.release(clientLeft || isShortage(error) ? 'ok' : 'failed')
          const again = error instanceof EndpointError && (!error.sent || replayable.has(request.method))
          if (clientLeft || !again) {
            throw new Failure('unavailable', 'The connection to this part of the service broke.', {
              retryAfter: 2,
              cause: error,
            })
          }
        }
      }
    },
    endStreams() {
      ending = true
      for (const end of [...streams.values()]) end()
    },
    close: () => keepAlive.destroy(),
  }
}

const isEventStream = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('text/event-stream') === true
