import websocket from '@fastify/websocket'
import { Failure, textSchema } from '@rendition/contract'
import { z } from 'zod'
import { textAnswer } from '../platform/http/answers.ts'
import type { App } from '../platform/http/app.ts'
import { judgedByHandler, needs } from '../platform/http/rights.ts'
import { type StreamingDeps, streamEvents } from './streams/sse.ts'
import { streamTiming } from './streams/timing.ts'
import { chooseProtocol, serveSocket } from './streams/websocket.ts'

const querySchema = z.object({
  after: textSchema.max(64).optional().describe('Replay what came after this event id.'),
})

/** Events hold signed URLs. */
const socketRights = judgedByHandler('images:read')

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
    // The credential may come with the first message.
    config: { limit: 'requests', rights: socketRights, refusals: ['upgrade_required'] },
    schema: {
      tags: ['events'],
      operationId: 'openEventSocket',
      summary: 'WebSocket of your events',
      description:
        'Send `{ "type": "auth", "token": "…" }` first, or offer the subprotocol `bearer.<token>`. Then come ' +
        '`{ id, type, timestamp, data }`; `ready` says that you are subscribed, `reset` that `after` is unknown.',
      querystring: querySchema,
      response: { 101: z.undefined().describe('The WebSocket is open.') },
    },
    handler: async () => {
      throw new Failure('upgrade_required', 'This is a WebSocket; for plain HTTP use /api/events/stream.')
    },
    wsHandler: (socket, request) => {
      void serveSocket(socket, request, request.query.after ?? null, socketRights, deps)
    },
  })
  app.get(
    '/api/events/stream',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags: ['events'],
        operationId: 'streamEvents',
        summary: 'Server-Sent Events of your events',
        description: 'Resumes after `Last-Event-ID`, or `after`.',
        querystring: querySchema,
        response: { 200: textAnswer('text/event-stream', 'One event after the other, without an end.') },
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
