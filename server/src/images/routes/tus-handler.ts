import { Failure } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../platform/http/app.ts'
import { networkOf } from '../../platform/http/network.ts'
import { originOf } from '../../platform/http/origin.ts'
import { admitFields } from '../../platform/http/rights.ts'
import { type IncomingBody, incomingBody } from '../resumable/body.ts'
import type { Resumable, TusAnswer, TusRequest } from '../resumable/create-resumable.ts'
import type { ImagesRoutesDeps } from './context.ts'
import { bytesType } from './tus-shapes.ts'

/** Whose uploads a request is about. */
type Whose = Pick<TusRequest, 'ownerId' | 'shareId'>

/** Makes a scope one of tus, and gives what answers a request of the protocol there. */
export function tusHandler<R extends FastifyRequest>(
  scope: App,
  resumable: Resumable,
  limits: ImagesRoutesDeps['limits'],
  whose: (request: R) => Promise<Whose>,
  asTold: (answer: TusAnswer, request: R) => TusAnswer = (answer) => answer,
) {
  scope.removeAllContentTypeParsers()
  // Read as it comes, by whoever keeps it.
  scope.addContentTypeParser(bytesType, (_request, _payload, done) => done(null))
  // Many a client names a type where it sends nothing.
  scope.addContentTypeParser('*', ({ headers }, _payload, done) => {
    const empty = headers['content-length'] === '0'
    done(empty ? null : new Failure('unsupported_media_type', `Send bytes as ${bytesType}.`))
  })
  scope.addHook('onSend', async (_request, reply) => {
    reply.header('tus-resumable', '1.0.0')
    if (reply.statusCode === 412) reply.header('tus-version', '1.0.0')
  })
  return async (request: R, reply: FastifyReply, about: Pick<TusRequest, 'method' | 'id'>): Promise<void> => {
    const owner = await whose(request)
    const brings = request.headers['content-type'] === bytesType
    const { uploadPaceMs: spanMs, uploadLeastRate: leastBytesPerSecond } = limits
    const incoming = brings ? incomingBody(request.raw, { spanMs, leastBytesPerSecond }) : null
    try {
      const answer = await counted(reply, incoming, () =>
        resumable.handle({
          ...about,
          ...owner,
          headers: textsOf(request.headers),
          body: incoming,
          network: networkOf(request.ip),
          origin: originOf(request),
          async admit(fields) {
            // Nothing of what a guest says of a picture is heard.
            if (owner.shareId != null) return
            await admitFields(request, { ...fields })
            if (fields.webhookUrl !== null) await request.server.judgeAddress(fields.webhookUrl)
          },
        }),
      )
      const failure = incoming?.failure() ?? null
      if (failure !== null) throw failure
      await sendTus(reply, asTold(answer, request))
    } finally {
      incoming?.stop()
    }
  }
}

/** Counts what comes in chunks, which says nothing of its length before, whatever becomes of it. */
async function counted<T>(
  reply: FastifyReply,
  incoming: IncomingBody | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } finally {
    const bytes = reply.request.headers['content-length'] === undefined ? (incoming?.bytes() ?? 0) : 0
    if (bytes > 0) await reply.count('uploadBytes', bytes, 'came')
  }
}

/**
 * Says it all in headers. Until that is sent: Fastify would answer a second time for a handler that ends while a hook
 * still works on the first.
 */
export async function sendTus(reply: FastifyReply, { status, headers }: TusAnswer): Promise<void> {
  await reply.code(status).headers(headers).send()
}

/** Those that may be sent once; an empty one counts as absent, as an empty value does everywhere. */
function textsOf(headers: FastifyRequest['headers']): Record<string, string | undefined> {
  const wanted = Object.entries(headers)
    .filter(([name]) => /^(tus-|upload-|content-(type|length|digest)$|repr-digest$)/.test(name))
    .map(([name, value]) => [name, Array.isArray(value) ? value[0] : value] as const)
  return Object.fromEntries(wanted.filter(([, value]) => value !== ''))
}
