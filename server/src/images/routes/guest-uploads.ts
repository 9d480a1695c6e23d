import { idSchema, shareTokenSchema } from '@rendition/contract'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { anyone } from '../../platform/http/rights.ts'
import { uploadsPath } from '../resumable/own-upload.ts'
import type { ImagesRoutesDeps } from './context.ts'
import { guestOf, passHeaders } from './shared.ts'
import { tusHandler } from './tus-handler.ts'
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

const tags = ['shares']
const base = '/api/shared/:token/uploads'
const all = z.object({ token: shareTokenSchema })
const one = z.object({ token: shareTokenSchema, id: idSchema })
const ofShares = ['share_expired', 'share_locked', 'forbidden'] as const

type GuestRequest = FastifyRequest<{ Params: { token: string } }>

/** `/api/shared/:token/uploads`: tus 1.0 for guests, each file in one upload that goes into the album. */
export async function registerGuestResumable(
  app: App,
  { images: { guests, resumable }, limits }: ImagesRoutesDeps,
): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain as unknown as App
    const handle = tusHandler<GuestRequest>(
      scope,
      resumable,
      limits,
      async (request) => {
        const { id, ownerId } = await guests.taking(guestOf(request))
        return { ownerId, shareId: id }
      },
      ({ status, headers }, { params }) => {
        // The job is its owner's alone.
        const { location, 'x-job-id': _, ...rest } = headers
        const here = location?.replace(uploadsPath, `/api/shared/${params.token}/uploads`)
        return { status, headers: { ...rest, ...(here === undefined ? {} : { location: here }) } }
      },
    )

    scope.post(
      base,
      {
        config: {
          limit: 'uploads',
          rights: anyone,
          refusals: [...refusalsOfBytes, ...ofShares],
          streamsBody: true,
          publishedBody: bytesBody.optional(),
        },
        schema: {
          tags,
          operationId: 'createSharedUpload',
          summary: "Begin a resumable upload to a shared album, within its owner's quota",
          description:
            'tus 1.0 as at `/api/uploads`, without concatenation. Of `Upload-Metadata` `filename` and `sha256` are heard.',
          params: all,
          consumes: [bytesType],
          headers: passHeaders.extend(creationHeaders.shape),
          response: { 201: answers.created },
        },
      },
      (request, reply) => handle(request, reply, { method: 'POST', id: null }),
    )

    scope.head(
      `${base}/:id`,
      {
        config: {
          limit: 'requests',
          rights: anyone,
          refusals: [...refusalsOfBytes, ...ofShares],
          swagger: { exposeHeadRoute: true },
        },
        schema: {
          tags,
          operationId: 'getSharedUploadOffset',
          summary: "How far a guest's upload is",
          description: offsetRefusals,
          params: one,
          headers: passHeaders.extend(tusHeaders.shape),
          response: { 200: answers.offset },
        },
      },
      (request, reply) => handle(request, reply, { method: 'HEAD', id: request.params.id }),
    )

    scope.patch(
      `${base}/:id`,
      {
        config: {
          limit: 'requests',
          rights: anyone,
          refusals: [...refusalsOfBytes, ...ofShares],
          streamsBody: true,
          publishedBody: bytesBody,
        },
        schema: {
          tags,
          operationId: 'appendToSharedUpload',
          summary: "Send more of a guest's upload",
          description: 'With the last byte it becomes an image in the album, which the answer names.',
          params: one,
          consumes: [bytesType],
          headers: passHeaders.extend(offsetHeaders.shape),
          response: { 204: answers.appended },
        },
      },
      (request, reply) => handle(request, reply, { method: 'PATCH', id: request.params.id }),
    )

    scope.post(
      `${base}/:id`,
      {
        config: {
          limit: 'requests',
          rights: anyone,
          refusals: [...refusalsOfBytes, ...ofShares],
          streamsBody: true,
          publishedBody: bytesBody.optional(),
        },
        schema: {
          tags,
          operationId: 'overrideSharedUploadMethod',
          summary: "PATCH, DELETE or HEAD of a guest's upload, for clients that can only POST",
          params: one,
          consumes: [bytesType],
          headers: passHeaders.extend(overrideHeaders.shape),
          response: overridden,
        },
      },
      (request, reply) =>
        handle(request, reply, { method: request.headers[methodOverride], id: request.params.id }),
    )

    scope.delete(
      `${base}/:id`,
      {
        config: { limit: 'requests', rights: anyone, refusals: [...refusalsOfUploads, ...ofShares] },
        schema: {
          tags,
          operationId: 'deleteSharedUpload',
          summary: "Give a guest's upload up",
          params: one,
          headers: passHeaders.extend(tusHeaders.shape),
          response: { 204: noContent },
        },
      },
      (request, reply) => handle(request, reply, { method: 'DELETE', id: request.params.id }),
    )
  })
}
