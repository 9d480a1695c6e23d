import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Authenticate, requireScope } from '../platform/http/principal.ts'
import type { EventStreams } from './event-stream.ts'
import type { StreamTiming } from './timing.ts'
import { watchCredential } from './watch-credential.ts'

export interface StreamingDeps {
  streams: EventStreams
  authenticate: Authenticate
  /** Aborts when the process stops: streams end, clients reconnect elsewhere. */
  closing: AbortSignal
  timing: StreamTiming
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
  const { raw } = reply
  // Gone while it was asked who they are: nothing would ever end this stream, its `close` is past.
  if (raw.destroyed) {
    reply.hijack()
    return
  }
  using stream = deps.streams.open(principal)

  const { pingMs, stuckMs, recheckMs } = deps.timing
  const gone = new AbortController()
  const end = (): void => gone.abort()
  raw.on('close', end)
  const signal = AbortSignal.any([gone.signal, deps.closing])
  const write = async (text: string): Promise<void> => {
    if (signal.aborted || raw.write(text)) return
    const patience = AbortSignal.timeout(stuckMs)
    await once(raw, 'drain', { signal: AbortSignal.any([signal, patience]) }).catch(() => {
      if (patience.aborted) raw.destroy()
    })
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
  const ping = setInterval(() => {
    // Behind what is not yet taken a ping would only queue.
    if (!raw.writableNeedDrain) void write(': ping\n\n')
  }, pingMs)
  const unwatch = watchCredential(deps.authenticate, request.headers, principal, recheckMs, end)
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
