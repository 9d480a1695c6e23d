import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Authenticate, requireScope } from '../platform/http/principal.ts'
import type { EventStreams } from './event-stream.ts'
import { watchCredential } from './watch-credential.ts'

/** Under the idle limits of common proxies (60 s). */
const pingMs = 15_000

export interface StreamingDeps {
  streams: EventStreams
  authenticate: Authenticate
  /** Aborts when the process stops: streams end, clients reconnect elsewhere. */
  closing: AbortSignal
}

/** Server-Sent Events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  after: string | null,
  deps: StreamingDeps,
): Promise<void> {
  const principal = await request.principal()
  requireScope(principal, 'images:read')
  const stream = deps.streams.open(principal)

  const { raw } = reply
  const gone = new AbortController()
  const end = (): void => gone.abort()
  raw.on('close', end)
  const signal = AbortSignal.any([gone.signal, deps.closing])
  const write = async (text: string): Promise<void> => {
    if (signal.aborted || raw.write(text)) return
    await once(raw, 'drain', { signal }).catch(() => undefined)
  }

  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nginx buffers answers unless told not to.
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 2000\n\n')
  const ping = setInterval(() => void write(': ping\n\n'), pingMs)
  const unwatch = watchCredential(deps.authenticate, request.headers, principal, end)
  try {
    await stream.run(
      after,
      {
        send: (event) => write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
        reset: () => write('event: reset\ndata: {}\n\n'),
      },
      signal,
    )
  } catch (error) {
    request.log.warn({ err: error, reqId: request.id }, 'an event stream broke off')
  } finally {
    clearInterval(ping)
    unwatch()
    raw.end()
  }
}
