import {
  idSchema,
  importRequestSchema,
  jobSchema,
  uploadBatchSchema,
  uploadedImageSchema,
} from '@rendition/contract'
import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import { requireScope } from '../../platform/http/principal.ts'
import type { ImagesRoutesDeps } from '../routes.ts'
import { goneSignal, readMultipart } from './multipart.ts'

const tags = ['images']
const params = z.object({ id: idSchema })
const consumes = ['multipart/form-data']

/** Everything that brings bytes. */
export function registerUploads(app: App, { images, jobs, limits }: ImagesRoutesDeps): void {
  for (const url of ['/api/images', '/api/images/upload']) {
    app.post(
      url,
      {
        schema: {
          tags,
          summary: 'Upload one image or many',
          description:
            'multipart/form-data: every file part, whatever its name; optional fields `visibility`, `tags`, `webhookUrl`.',
          consumes,
          response: { 201: z.union([uploadedImageSchema, uploadBatchSchema]) },
        },
      },
      async (request, reply) => {
        const principal = await request.principal()
        requireScope(principal, 'images:write')
        const session = await images.openUpload(principal, goneSignal(request))
        try {
          const fields = await readMultipart(request, session, limits)
          const answer = await session.finish(fields)
          reply.code(201)
          if ('many' in answer) return answer.many
          reply.header('location', `/api/images/${answer.one.id}`)
          return answer.one
        } finally {
          await session.close()
        }
      },
    )
  }

  app.post(
    '/api/images/:id/replace',
    {
      schema: {
        tags,
        summary: 'Replace the original: the new one becomes the next version',
        params,
        consumes,
        response: { 201: uploadedImageSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      requireScope(principal, 'images:write')
      await images.get(principal, request.params.id)
      const session = await images.openUpload(principal, goneSignal(request))
      try {
        const { webhookUrl } = await readMultipart(request, session, limits)
        const file = session.takeOne()
        const image = await images.replace(principal, request.params.id, file, webhookUrl)
        reply.code(201).header('location', `/api/images/${image.id}`)
        const url = image.sizes.original?.url ?? ''
        const message = 'The new original was stored; its renditions are being made.'
        return { ...image, imageId: image.id, jobId: image.jobId ?? '', url, message }
      } finally {
        await session.close()
      }
    },
  )

  app.post(
    '/api/images/import',
    {
      schema: {
        tags,
        summary: 'Fetch an image from a public address, as a job',
        body: importRequestSchema,
        response: { 202: jobSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      requireScope(principal, 'images:write')
      const job = await images.import(principal, request.body)
      reply.code(202).header('location', `/api/jobs/${job.id}`)
      return jobs.view(job)
    },
  )
}
