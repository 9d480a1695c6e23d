import { deliveryPath } from '@rendition/contract/delivery'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** What may stand in a URL as its host, with a port or not. */
const hostPattern = /^(?:[\w.-]{1,253}|\[[\da-fA-F:.]{2,45}\])(?::\d{1,5})?$/

/** Scheme and host by which a request came, or by which a trusted proxy says that it came; null where it names none. */
export function originOf(request: Pick<FastifyRequest, 'host' | 'protocol'>): string | null {
  return hostPattern.test(request.host) ? `${request.protocol}://${request.host}` : null
}

/**
 * Without PUBLIC_URL, pictures and results are named by the host that was asked, so that a phone finds those of `nas.lan`. It is done to
 * the finished answer: what is written in the same request to be read later (events, webhooks) keeps the address of the machine,
 * and must not hold whatever one caller took it for.
 */
export function nameByHost(app: Pick<FastifyInstance, 'addHook'>, ownUrl: string): void {
  const own = [deliveryPath(''), '/api/jobs/', '/s/', '/reset-password#', '/invitation#'].map(
    (path) => ownUrl + path,
  )
  app.addHook('onSend', (request, reply, payload, done) => {
    const origin = originOf(request)
    if (origin === null || origin === ownUrl) return done(null, payload)
    const { location } = reply.getHeaders()
    if (typeof location === 'string' && own.some((start) => location.startsWith(start))) {
      reply.header('location', origin + location.slice(ownUrl.length))
    }
    if (typeof payload !== 'string') return done(null, payload)
    const named = own.reduce(
      (text, start) => text.replaceAll(start, origin + start.slice(ownUrl.length)),
      payload,
    )
    done(null, named)
  })
}
