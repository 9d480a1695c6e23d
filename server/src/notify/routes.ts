import websocket from '@fastify/websocket'
import { Failure, textSchema } from '@rendition/contract'
import { z } from 'zod'
import type { App } from '../platform/http/app.ts'
import { type StreamingDeps, streamEvents } from './sse.ts'
import { streamTiming } from './timing.ts'
import { chooseProtocol, serveSocket } from './websocket.ts'

const querySchema = z.object({
  after: textSchema.max(64).optional().describe('Replay what came after this event id.'),
})

/** Live events: WebSocket and Server-Sent Events. */
export async function registerEvents(
  app: App,
  options: Omit<StreamingDeps, 'timing'> & Partial<Pick<StreamingDeps, 'timing'>>,
): Promise<void> {
  const deps: StreamingDeps = { timing: streamTiming, ...options }
  // Clients send one short message, the credential.
  await app.register(websocket, { options: { maxPayload: 16_384, handleProtocols: chooseProtocol } })
  app.route({
    method: 'GET',
    url: '/api/events',
    schema: {
      tags: ['events'],
      summary: 'WebSocket of your events',
      description:
        'Send `{ "type": "auth", "token": "…" }` first, or offer the subprotocol `bearer.<token>`. Then come ' +
        '`{ id, type, timestamp, data }`; `ready` says that you are subscribed, `reset` that `after` is unknown.',
      querystring: querySchema,
    },
    handler: async () => {
      throw new Failure('invalid_request', 'This is a WebSocket; for plain HTTP use /api/events/stream.')
    },
    wsHandler: (socket, request) => {
      void serveSocket(socket, request, request.query.after ?? null, deps)
    },
  })
  app.get(
    '/api/events/stream',
    {
      schema: {
        tags: ['events'],
        summary: 'Server-Sent Events of your events',
        description: 'Resumes after `Last-Event-ID`, or `after`.',
        querystring: querySchema,
      },
    },
    async (request, reply) => {
      const last = request.headers['last-event-id']
      const after =
        typeof last === 'string' && last !== '' ? last.slice(0, 64) : (request.query.after ?? null)
      await streamEvents(request, reply, after, deps)
    },
  )
}
