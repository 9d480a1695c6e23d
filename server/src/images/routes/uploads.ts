import {
  idSchema,
  importRequestSchema,
  jobSchema,
  uploadBatchSchema,
  uploadedImageSchema,
  uploadFormSchema,
} from '@rendition/contract'
import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import { bodyGoneSignal } from '../../platform/http/gone.ts'
import { networkOf } from '../../platform/http/network.ts'
import { ofFiles } from '../../platform/http/refusals.ts'
import { needsWith } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'
import { readMultipart } from './multipart.ts'

const tags = ['images']
const params = z.object({ id: idSchema })
const consumes = ['multipart/form-data']
const config = {
  limit: 'uploads' as const,
  rights: needsWith({ webhookUrl: 'images:read' }, 'images:write'),
  refusals: ofFiles,
  streamsBody: true,
  publishedBody: uploadFormSchema,
}

/** Everything that brings bytes. */
export function registerUploads(app: App, { images, jobs, limits }: ImagesRoutesDeps): void {
  for (const [url, operationId] of [
    ['/api/images', 'uploadImages'],
    ['/api/images/upload', 'uploadImagesToUpload'],
  ] as const) {
    app.post(
      url,
      {
        config,
        schema: {
          tags,
          operationId,
          summary: 'Upload one image or many',
          description:
            'Every file part is taken, whatever its name. One file is answered with the image, several with a list.',
          consumes,
          response: { 201: z.union([uploadedImageSchema, uploadBatchSchema]) },
        },
      },
      async (request, reply) => {
        const principal = await request.principal()
        const session = await images.uploads.open(
          principal,
          bodyGoneSignal(request.raw),
          networkOf(request.ip),
        )
        try {
          const fields = await readMultipart(request, reply, session, limits)
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
      config: { ...config, refusals: [...ofFiles, 'conflict'] },
      schema: {
        tags,
        operationId: 'replaceImage',
        summary: 'Replace the original: the new one becomes the next version',
        params,
        consumes,
        response: { 201: uploadedImageSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const { id } = request.params
      const gone = bodyGoneSignal(request.raw)
      const session = await images.uploads.openReplacement(principal, id, gone, networkOf(request.ip))
      try {
        const { webhookUrl } = await readMultipart(request, reply, session, limits)
        const file = session.takeOne()
        const image = await images.uploads.replace(principal, id, file, webhookUrl)
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
      config: {
        limit: 'uploads',
        rights: needsWith({ webhookUrl: 'images:read' }, 'images:write'),
        refusals: ['quota_exceeded', 'conflict', 'address_not_allowed'],
      },
      schema: {
        tags,
        operationId: 'importImage',
        summary: 'Fetch an image from a public address, as a job',
        body: importRequestSchema,
        response: { 202: jobSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const job = await images.uploads.import(principal, request.body)
      reply.code(202).header('location', `/api/jobs/${job.id}`)
      return jobs.viewFor(principal, job)
    },
  )
}
