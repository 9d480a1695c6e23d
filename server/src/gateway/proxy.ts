import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Failure } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { leavingHeader } from '../platform/http/app.ts'
import { type Balancer, type Lease, nameOf } from './balancer.ts'
import { forwardedHeaders, withoutHopByHop } from './forwarded.ts'

export interface ProxyOptions {
  /** Milliseconds to reach an endpoint. */
  connectTimeoutMs: number
  /** Milliseconds without a byte in either direction. */
  idleTimeoutMs: number
}

export interface HttpProxy {
  /** Streams the request to an endpoint and its answer back; nothing is held in memory. */
  forward(request: FastifyRequest, reply: FastifyReply, balancer: Balancer): Promise<FastifyReply>
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

  /**
   * Opens one exchange. The body is piped only once the connection stands, so a refused connection leaves it whole
   * for the next endpoint. What cannot be sent twice gets a connection of its own: on a kept-alive one, an endpoint's
   * close and our first byte can cross.
   */
  function exchange(request: FastifyRequest, endpoint: Lease['endpoint']): Promise<IncomingMessage> {
    const { method } = request
    const hasBody =
      request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
    return new Promise((resolve, reject) => {
      let sent = false
      const outgoing: ClientRequest = httpRequest({
        host: endpoint.host,
        port: endpoint.port,
        method,
        path: request.raw.url,
        headers: forwardedHeaders(request),
        agent: hasBody || !replayable.has(method) ? false : keepAlive,
      })
      const connectTimer = setTimeout(
        () => outgoing.destroy(new Error('connect timeout')),
        options.connectTimeoutMs,
      )
      const begin = (): void => {
        clearTimeout(connectTimer)
        sent = true
        outgoing.setTimeout(options.idleTimeoutMs, () => outgoing.destroy(new Error('idle timeout')))
        if (!hasBody) {
          outgoing.end()
          return
        }
        pipeline(request.raw, outgoing).catch((error: Error) => outgoing.destroy(error))
      }
      outgoing.once('socket', (socket) => {
        if (socket.connecting) socket.once('connect', begin)
        else begin()
      })
      outgoing.once('response', resolve)
      outgoing.once('error', (error) => {
        clearTimeout(connectTimer)
        reject(new EndpointError(sent, error))
      })
      const abandon = (): void => {
        if (request.raw.destroyed && !request.raw.complete) outgoing.destroy(new Error('the client left'))
      }
      request.raw.once('close', abandon)
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
          const answer = await exchange(request, lease.endpoint)
          answer.once('close', () => lease.release('ok'))
          if (answer.headers[leavingHeader] !== undefined) lease.leave()
          // A client that leaves must not keep an endpoint working for nobody.
          reply.raw.once('close', () => answer.destroy())
          return reply
            .code(answer.statusCode ?? 502)
            .headers(withoutHopByHop(answer.headers))
            .send(answer)
        } catch (error) {
          const clientLeft = request.raw.destroyed && !request.raw.complete
          lease.release(clientLeft ? 'ok' : 'failed')
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
    close: () => keepAlive.destroy(),
  }
}
