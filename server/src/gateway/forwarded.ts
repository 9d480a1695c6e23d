import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { Failure } from '@rendition/contract'
import type { FastifyRequest } from 'fastify'
import { leavingHeader } from '../platform/http/app.ts'

/** Headers of one connection (RFC 9110 7.6.1), and those only the gateway may say. */
const dropped = new Set([
  'connection',
  'expect',
  'http2-settings',
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

/** Where a body ends. What leaves here says it by what is sent, never by what a client wrote. */
const framing = ['content-length', 'transfer-encoding'] as const

/** What goes to an endpoint behind the headers. */
export type ForwardedBody = { kind: 'none' } | { kind: 'whole'; bytes: Buffer } | { kind: 'stream' }

/** Methods whose content means nothing (RFC 9110 9.3): it is left behind. */
const bodyless = new Set(['GET', 'HEAD', 'TRACE'])

/** The body of a request as its route took it: read to its end, or passed on as it comes. */
export function bodyOf(request: FastifyRequest): ForwardedBody {
  if (bodyless.has(request.method)) return { kind: 'none' }
  if (Buffer.isBuffer(request.body)) return { kind: 'whole', bytes: request.body }
  return framing.some((name) => request.headers[name] !== undefined) ? { kind: 'stream' } : { kind: 'none' }
}

/**
 * What an endpoint is told: the caller's headers, who the caller is by network, and the request id. A client cannot
 * take any of them away: `Connection: content-length` once left a body behind that an endpoint read as further
 * requests, with addresses of the client's invention. Throws `invalid_request` for a coding that nobody here reads.
 */
export function forwardedHeaders(
  request: FastifyRequest,
  body: ForwardedBody = { kind: 'none' },
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !dropped.has(name) && name !== 'content-length'),
  )
  if (body.kind === 'whole') headers['content-length'] = body.bytes.length
  if (body.kind === 'stream') {
    const { 'transfer-encoding': coding, 'content-length': length } = request.headers
    if (coding === undefined) headers['content-length'] = length
    else if (coding.trim().toLowerCase() === 'chunked') headers['transfer-encoding'] = 'chunked'
    else throw new Failure('invalid_request', 'Transfer-Encoding may only be chunked.')
  }
  headers['x-request-id'] = request.id
  // Replaced, not extended: what a client says of itself is believed only where TRUST_PROXY lets `request.ip` believe it.
  headers['x-forwarded-for'] = request.ip
  headers['x-forwarded-proto'] = request.protocol
  headers['x-forwarded-host'] = request.host
  return headers
}

/** An endpoint's answer without what belongs to the connection; an endpoint may name more such headers. */
export function withoutHopByHop(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !dropped.has(name) && !named.includes(name)),
  )
}
