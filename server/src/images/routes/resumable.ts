import { idSchema, pageQuerySchema, pageSchema, uploadSchema } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { networkOf } from '../../platform/http/network.ts'
import { admitFields, anyone, needs, needsWith } from '../../platform/http/rights.ts'
import { type IncomingBody, incomingBody } from '../resumable/body.ts'
import type { TusAnswer, TusRequest } from '../resumable/create-resumable.ts'
import { uploadsPath } from '../resumable/own-upload.ts'
import type { ImagesRoutesDeps } from './context.ts'
import {
  answers,
  bytesBody,
  bytesType,
  creationHeaders,
  offsetHeaders,
  refusalsOfBytes,
  refusalsOfUploads,
  tusHeaders,
} from './tus-shapes.ts'

const tags = ['uploads']
const params = z.object({ id: idSchema })
const one = `${uploadsPath}/:id`

/** `/api/uploads`: tus 1.0, and the list of what is not finished. */
export async function registerResumable(app: App, { images, limits }: ImagesRoutesDeps): Promise<void> {
  const { resumable } = images
  await app.register(async (plain) => {
    const scope = plain as unknown as App
    // Read as it comes, by whoever keeps it.
    scope.addContentTypeParser(bytesType, (_request, _payload, done) => done(null))
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('tus-resumable', '1.0.0')
      if (reply.statusCode === 412) reply.header('tus-version', '1.0.0')
    })

    async function handle(
      request: FastifyRequest,
      reply: FastifyReply,
      about: Pick<TusRequest, 'method' | 'id'>,
    ): Promise<void> {
      const { userId } = await request.principal()
      const brings = request.headers['content-type'] === bytesType
      const { uploadPaceMs: spanMs, uploadLeastRate: leastBytesPerSecond } = limits
      const incoming = brings ? incomingBody(request.raw, { spanMs, leastBytesPerSecond }) : null
      try {
        const answer = await counted(reply, incoming, () =>
          resumable.handle({
            ...about,
            headers: textsOf(request.headers),
            body: incoming,
            ownerId: userId,
            network: networkOf(request.ip),
            async admit(fields) {
              await admitFields(request, { ...fields })
              if (fields.webhookUrl !== null) await request.server.judgeAddress(fields.webhookUrl)
            },
          }),
        )
        const failure = incoming?.failure() ?? null
        if (failure !== null) throw failure
        await send(reply, answer)
      } finally {
        incoming?.stop()
      }
    }

    scope.get(
      uploadsPath,
      {
        config: { limit: 'requests', rights: needs('images:read') },
        schema: {
          tags,
          operationId: 'listUploads',
          summary: 'Your unfinished uploads',
          querystring: pageQuerySchema,
          response: { 200: pageSchema(uploadSchema) },
        },
      },
      async (request) => resumable.list((await request.principal()).userId, request.query),
    )

    for (const [url, operationId] of [
      [uploadsPath, 'getUploadAbilities'],
      [one, 'getUploadAbilitiesOfOne'],
    ] as const) {
      scope.options(
        url,
        {
          config: { limit: 'none', rights: anyone },
          schema: {
            tags,
            operationId,
            summary: 'What of tus is understood here',
            ...(url === one ? { params } : {}),
            response: { 204: answers.abilities },
          },
        },
        async (_request, reply) => send(reply, await resumable.abilities()),
      )
    }

    scope.post(
      uploadsPath,
      {
        config: {
          limit: 'uploads',
          rights: needsWith({ webhookUrl: 'images:read' }, 'images:write'),
          refusals: [...refusalsOfBytes, 'not_found', 'address_not_allowed'],
          streamsBody: true,
          publishedBody: bytesBody.optional(),
        },
        schema: {
          tags,
          operationId: 'createUpload',
          summary: 'Begin a resumable upload, or make one of partial ones',
          description:
            'tus 1.0 with creation, creation-with-upload, creation-defer-length, expiration, checksum and concatenation. `Upload-Metadata` may hold `filename`, `visibility`, `tags`, `keywordsAsTags`, `duplicates`, `sha256` and `webhookUrl`. Where all the bytes are there, the answer names the image. `Repr-Digest` (RFC 9530) says the digest of the whole file as `sha256` does: it is held against the bytes.',
          consumes: [bytesType],
          headers: creationHeaders,
          response: { 201: answers.created },
        },
      },
      (request, reply) => handle(request, reply, { method: 'POST', id: null }),
    )

    scope.head(
      one,
      {
        config: {
          limit: 'requests',
          rights: needs('images:write'),
          refusals: refusalsOfBytes,
          // The route has no GET beside it that would be described for it.
          swagger: { exposeHeadRoute: true },
        },
        schema: {
          tags,
          operationId: 'getUploadOffset',
          summary: 'How far an upload is',
          description: 'A request that still writes to it is ended first.',
          params,
          headers: tusHeaders,
          response: { 200: answers.offset },
        },
      },
      (request, reply) => handle(request, reply, { method: 'HEAD', id: request.params.id }),
    )

    scope.patch(
      one,
      {
        config: {
          limit: 'requests',
          rights: needs('images:write'),
          refusals: refusalsOfBytes,
          streamsBody: true,
          publishedBody: bytesBody,
        },
        schema: {
          tags,
          operationId: 'appendToUpload',
          summary: 'Send more of an upload',
          description: 'With the last byte it becomes an image, which the answer names.',
          params,
          consumes: [bytesType],
          headers: offsetHeaders,
          response: { 204: answers.appended },
        },
      },
      (request, reply) => handle(request, reply, { method: 'PATCH', id: request.params.id }),
    )

    scope.delete(
      one,
      {
        config: { limit: 'requests', rights: needs('images:write'), refusals: refusalsOfUploads },
        schema: {
          tags,
          operationId: 'deleteUpload',
          summary: 'Give an upload up',
          description: 'The image that a finished one has become stays.',
          params,
          headers: tusHeaders,
          response: { 204: noContent },
        },
      },
      (request, reply) => handle(request, reply, { method: 'DELETE', id: request.params.id }),
    )
  })
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
async function send(reply: FastifyReply, { status, headers }: TusAnswer): Promise<void> {
  await reply.code(status).headers(headers).send()
}

/** Those that may be sent once; an empty one counts as absent, as an empty value does everywhere. */
function textsOf(headers: FastifyRequest['headers']): Record<string, string | undefined> {
  const wanted = Object.entries(headers)
    .filter(([name]) => /^(tus-|upload-|content-(type|length|digest)$|repr-digest$)/.test(name))
    .map(([name, value]) => [name, Array.isArray(value) ? value[0] : value] as const)
  return Object.fromEntries(wanted.filter(([, value]) => value !== ''))
}
