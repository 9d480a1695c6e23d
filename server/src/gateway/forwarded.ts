import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { leavingHeader } from '../platform/http/app.ts'

/** Headers of one connection (RFC 9110 7.6.1), and those only the gateway may say. */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  leavingHeader,
])

/** What an endpoint is told: the caller's headers, who the caller is by network, and the request id. */
export function forwardedHeaders(request: FastifyRequest): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = withoutHopByHop(request.headers)
  const body = request.headers['transfer-encoding']
  if (body !== undefined) headers['transfer-encoding'] = body
  headers['x-request-id'] = request.id
  // Replaced, not extended: what a client says of itself is believed only where TRUST_PROXY lets `request.ip` believe it.
  headers['x-forwarded-for'] = request.ip
  headers['x-forwarded-proto'] = request.protocol
  headers['x-forwarded-host'] = request.host
  return headers
}

export function withoutHopByHop(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !dropped.has(name) && !named.includes(name)),
  )
}
