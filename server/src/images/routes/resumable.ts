import { idSchema, pageQuerySchema, pageSchema, uploadSchema } from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { anyone, needs, needsWith } from '../../platform/http/rights.ts'
import { uploadsPath } from '../resumable/own-upload.ts'
import type { ImagesRoutesDeps } from './context.ts'
import { sendTus, tusHandler } from './tus-handler.ts'
import {
  answers,
  bytesBody,
  bytesType,
  creationHeaders,
  methodOverride,
  offsetHeaders,
  offsetRefusals,
  overridden,
  overrideHeaders,
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
    const handle = tusHandler(scope, images.resumable, limits, async (request) => ({
      ownerId: (await request.principal()).userId,
    }))

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
        async (_request, reply) => sendTus(reply, await resumable.abilities()),
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
          description: `A request that still writes to it is ended first. ${offsetRefusals}`,
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

    scope.post(
      one,
      {
        config: {
          limit: 'requests',
          rights: needs('images:write'),
          refusals: refusalsOfBytes,
          streamsBody: true,
          publishedBody: bytesBody.optional(),
        },
        schema: {
          tags,
          operationId: 'overrideUploadMethod',
          summary: 'PATCH, DELETE or HEAD of an upload, for clients that can only POST',
          params,
          consumes: [bytesType],
          headers: overrideHeaders,
          response: overridden,
        },
      },
      (request, reply) =>
        handle(request, reply, { method: request.headers[methodOverride], id: request.params.id }),
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
