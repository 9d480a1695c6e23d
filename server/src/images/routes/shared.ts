import {
  guestUploadSchema,
  pageQuerySchema,
  pageSchema,
  sharedImageSchema,
  sharedSchema,
  sharePassHeader,
  shareTokenSchema,
  unlockedSchema,
  unlockRequestSchema,
} from '@rendition/contract'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import { bodyGoneSignal } from '../../platform/http/gone.ts'
import { networkOf } from '../../platform/http/network.ts'
import { originOf } from '../../platform/http/origin.ts'
import { ofFiles } from '../../platform/http/refusals.ts'
import { anyone } from '../../platform/http/rights.ts'
import type { Guest } from '../shares/guests.ts'
import type { ImagesRoutesDeps } from './context.ts'
import { readFilesAlone } from './multipart.ts'

const tags = ['shares']
const params = z.object({ token: shareTokenSchema })
export const passHeaders = z.looseObject({
  [sharePassHeader]: z.string().max(512).optional().describe('What the password of the share gave.'),
})
/** No credential is looked at: the token is what opens. */
const config = { limit: 'requests' as const, rights: anyone, refusals: ['share_expired' as const] }
const opening = { ...config, refusals: ['share_expired' as const, 'share_locked' as const] }

export const guestOf = (request: FastifyRequest<{ Params: { token: string } }>): Guest => {
  const { params, headers } = request
  const pass = headers[sharePassHeader]
  return { token: params.token, pass: typeof pass === 'string' ? pass : undefined, origin: originOf(request) }
}

/** `/api/shared/:token`: what a share opens, to whoever has its token. */
export function registerShared(app: App, { images: { guests } }: ImagesRoutesDeps): void {
  app.get(
    '/api/shared/:token',
    {
      config,
      schema: {
        tags,
        operationId: 'getShared',
        summary: 'What a share is, to its guests',
        params,
        headers: passHeaders,
        response: { 200: sharedSchema },
      },
    },
    async (request) => guests.look(guestOf(request)),
  )

  app.post(
    '/api/shared/:token/unlock',
    {
      config: { ...config, refusals: ['share_expired', 'invalid_credentials', 'overloaded'] },
      schema: {
        tags,
        operationId: 'unlockShared',
        summary: 'Open a share by its password',
        params,
        body: unlockRequestSchema,
        response: { 200: unlockedSchema },
      },
    },
    async (request) => guests.unlock(request.params.token, request.body.password, networkOf(request.ip)),
  )

  app.get(
    '/api/shared/:token/images',
    {
      config: opening,
      schema: {
        tags,
        operationId: 'listSharedImages',
        summary: 'The images of a share, in their order',
        description:
          'Their URLs work while the share does: a change or the end of it, and the trash, end them at once. They are kept by no cache without asking.',
        params,
        headers: passHeaders,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(sharedImageSchema) },
      },
    },
    async (request) => guests.images(guestOf(request), request.query),
  )
}

const guestForm = z.looseObject({}).describe('Files, each under any field name, and nothing beside them.')

/** The same for what brings bytes; in a scope that reads multipart bodies. */
export function registerGuestUploads(app: App, { images: { guests }, limits }: ImagesRoutesDeps): void {
  app.post(
    '/api/shared/:token/images',
    {
      config: {
        limit: 'uploads',
        rights: anyone,
        refusals: [...ofFiles, 'share_expired', 'share_locked', 'forbidden'],
        streamsBody: true,
        publishedBody: guestForm,
      },
      schema: {
        tags,
        operationId: 'uploadToShared',
        summary: "Add pictures to a shared album, within its owner's quota",
        params,
        headers: passHeaders,
        consumes: ['multipart/form-data'],
        response: { 201: guestUploadSchema },
      },
    },
    async (request, reply) => {
      const session = await guests.upload(
        guestOf(request),
        bodyGoneSignal(request.raw),
        networkOf(request.ip),
      )
      try {
        await readFilesAlone(request, reply, session, limits)
        return reply.code(201).send(await session.finish())
      } finally {
        await session.close()
      }
    },
  )
}
