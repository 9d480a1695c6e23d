import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../../platform/http/gone.ts'
import { sayWhoKeeps } from '../../platform/http/keeping.ts'
import type { Authenticate } from '../../platform/http/principal.ts'
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

const contentType = 'text/event-stream; charset=utf-8'

/** Server-Sent Events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  after: string | null,
  deps: StreamingDeps,
): Promise<void> {
  const principal = await request.principal()
  if (request.method === 'HEAD') {
    // What a stream would begin with, and no more: whoever asks so waits for the end of the answer.
    void reply.type(contentType).send()
    return
  }
  const { raw } = reply
  // Gone while it was asked who they are
  const gone = goneSignal(raw)
  if (gone.aborted) {
    reply.hijack()
    return
  }
  using stream = deps.streams.open(principal)

  const { pingMs, stuckMs, recheckMs } = deps.timing
  const refused = new AbortController()
  const signal = AbortSignal.any([gone, refused.signal, deps.closing])
  const write = async (text: string): Promise<void> => {
    if (signal.aborted || raw.write(text)) return
    const patience = AbortSignal.timeout(stuckMs)
    await once(raw, 'drain', { signal: AbortSignal.any([signal, patience]) }).catch(() => {
      if (patience.aborted) raw.destroy()
    })
  }

  sayWhoKeeps(reply)
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.writeHead(200, {
    'content-type': contentType,
    // Nginx buffers answers unless told not to.
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 2000\n\n')
  const ping = setInterval(() => {
    // Behind what is not yet taken a ping would only queue.
    if (!raw.writableNeedDrain) void write(': ping\n\n')
  }, pingMs)
  const unwatch = watchCredential(deps.authenticate, request.headers, principal, recheckMs, () =>
    refused.abort(),
  )
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
