import { request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from '../platform/telemetry/logger.ts'
import { type Balancer, nameOf } from './balancer.ts'

export interface TunnelOptions {
  server: Server
  /** The balancer of the role that answers this path, null when none takes upgrades there. */
  balancerOf: (path: string) => Balancer | null
  connectTimeoutMs: number
  logger: Logger
}

/** Passes WebSocket upgrades through: once both sides have agreed, bytes flow both ways untouched. */
export function tunnelUpgrades(options: TunnelOptions): void {
  options.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const balancer = options.balancerOf(path)
    if (balancer === null) refuse(socket, 404)
    else connect(request, socket, head, balancer, new Set(), options)
  })
}

function connect(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  balancer: Balancer,
  tried: Set<string>,
  options: TunnelOptions,
): void {
  const lease = balancer.lease(tried)
  if (lease === null) {
    refuse(socket, 503)
    return
  }
  tried.add(nameOf(lease.endpoint))
  const outgoing = httpRequest({
    host: lease.endpoint.host,
    port: lease.endpoint.port,
    method: 'GET',
    path: request.url,
    headers: request.headers,
    agent: false,
    timeout: options.connectTimeoutMs,
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
  outgoing.on('error', (error) => {
    lease.release('failed')
    options.logger.debug({ err: error, endpoint: nameOf(lease.endpoint) }, 'an upgrade failed')
    // Nothing has reached the client yet, and an upgrade request has no body: the next endpoint may have it.
    connect(request, socket, head, balancer, tried, options)
  })
  outgoing.on('response', (answer) => {
    lease.release('ok')
    answer.resume()
    refuse(socket, answer.statusCode ?? 502)
  })
  outgoing.on('upgrade', (answer, upstream, upstreamHead) => {
    outgoing.setTimeout(0)
    socket.write(headOf(answer))
    if (upstreamHead.length > 0) socket.write(upstreamHead)
    if (head.length > 0) upstream.write(head)
    upstream.pipe(socket).pipe(upstream)
    const end = (): void => {
      upstream.destroy()
      socket.destroy()
    }
    upstream.on('error', end)
    socket.on('close', end)
    // A client that hears nothing would wait for ever; one that is cut off connects again, to another endpoint.
    lease.down.addEventListener('abort', end, { once: true })
    upstream.on('close', () => {
      end()
      lease.down.removeEventListener('abort', end)
      lease.release('ok')
    })
  })
  outgoing.end()
}

function headOf(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
