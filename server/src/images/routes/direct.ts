import { directRequestSchema, directUploadSchema, Failure, idSchema, imageSchema } from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { networkOf } from '../../platform/http/network.ts'
import { ofFiles } from '../../platform/http/refusals.ts'
import { needs, needsWith } from '../../platform/http/rights.ts'
import { directUrl, uploadsPath } from '../resumable/own-upload.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['uploads']
const params = z.object({ id: idSchema })
const one = directUrl(':id')

/** Files that go to the storage without passing through the service. */
export function registerDirect(app: App, { images }: Pick<ImagesRoutesDeps, 'images'>): void {
  const { direct, library } = images

  app.post(
    `${uploadsPath}/direct`,
    {
      config: {
        limit: 'uploads',
        rights: needsWith({ webhookUrl: 'images:read' }, 'images:write'),
        refusals: ['conflict', 'duplicate', 'file_too_large', 'quota_exceeded', 'address_not_allowed'],
      },
      schema: {
        tags,
        operationId: 'beginDirectUpload',
        summary: 'Begin an upload to the storage itself',
        description:
          'Where the storage is S3 and clients can reach it; 409 `conflict` elsewhere. Send each part by PUT to its link, then POST to `completeUrl`.',
        body: directRequestSchema,
        response: { 201: directUploadSchema },
      },
    },
    async (request, reply) => {
      const { userId } = await request.principal()
      await reply.count('uploadBytes', request.body.size)
      const upload = await direct.begin(userId, request.body)
      reply.code(201).header('location', upload.url)
      return upload
    },
  )

  app.get(
    one,
    {
      config: {
        limit: 'requests',
        rights: needs('images:write'),
        refusals: ['conflict', 'upload_expired'],
      },
      schema: {
        tags,
        operationId: 'getDirectUpload',
        summary: 'What is missing of a direct upload, with new links',
        params,
        response: { 200: directUploadSchema },
      },
    },
    async (request) => direct.get((await request.principal()).userId, request.params.id),
  )

  app.post(
    `${one}/complete`,
    {
      config: {
        limit: 'requests',
        rights: needs('images:write'),
        refusals: [
          ...ofFiles.filter((code) => code !== 'file_missing'),
          'checksum_mismatch',
          'conflict',
          'upload_expired',
          'upload_locked',
          'storage_full',
        ],
      },
      schema: {
        tags,
        operationId: 'completeDirectUpload',
        summary: 'Make the image of a direct upload whose parts are all there',
        description:
          'Size, type, hash and pixels are judged now; what is refused is gone. Asked again it answers with the same image.',
        params,
        response: { 201: imageSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const { imageId } = await direct.complete(principal, request.params.id, networkOf(request.ip))
      if (imageId === null) throw new Failure('internal')
      reply.code(201).header('location', `/api/images/${imageId}`)
      return library.get(principal, imageId)
    },
  )

  app.delete(
    one,
    {
      config: { limit: 'requests', rights: needs('images:write'), refusals: ['upload_expired'] },
      schema: {
        tags,
        operationId: 'deleteDirectUpload',
        summary: 'Give a direct upload up',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await direct.giveUp((await request.principal()).userId, request.params.id)
      await reply.code(204).send(null)
    },
  )
}
