import {
  idSchema,
  imageChangeSchema,
  imageListQuerySchema,
  imageSchema,
  imageStatusViewSchema,
  pageSchema,
  placeholderSchema,
  purgeSchema,
  renditionSchema,
} from '@rendition/contract'
import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import { requireScope } from '../../platform/http/principal.ts'
import type { ImagesRoutesDeps } from '../routes.ts'

const tags = ['images']
const params = z.object({ id: idSchema })

/** Looking at images, changing what is told of them, and taking them away. */
export function registerLibrary(app: App, { images, jobs }: ImagesRoutesDeps): void {
  app.get(
    '/api/images',
    {
      schema: {
        tags,
        summary: 'Your images',
        querystring: imageListQuerySchema,
        response: { 200: pageSchema(imageSchema) },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'images:read')
      return images.list(principal, request.query)
    },
  )

  app.get(
    '/api/images/:id',
    { schema: { tags, summary: 'One image', params, response: { 200: imageSchema } } },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'images:read')
      return images.get(principal, request.params.id)
    },
  )

  app.get(
    '/api/images/:id/status',
    {
      schema: {
        tags,
        summary: 'How far the renditions are',
        params,
        response: { 200: imageStatusViewSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'images:read')
      const { id, status, jobId, errorMessage } = await images.get(principal, request.params.id)
      return { id, status, jobId, errorMessage, progress: await progressOf(status, jobId, principal) }
    },
  )

  const progressOf = async (
    status: string,
    jobId: string | null,
    principal: Parameters<typeof jobs.get>[0],
  ): Promise<number> => {
    if (status === 'complete') return 1
    if (jobId === null) return 0
    // The job may have been removed from the list.
    return jobs.get(principal, jobId).then(
      (job) => job.progress,
      () => 0,
    )
  }

  app.patch(
    '/api/images/:id',
    {
      schema: {
        tags,
        summary: 'Change name, tags, visibility, focal point or alternative text',
        params,
        body: imageChangeSchema,
        response: { 200: imageSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'images:write')
      return images.change(principal, request.params.id, request.body)
    },
  )

  app.delete(
    '/api/images/:id',
    { schema: { tags, summary: 'Delete an image with all that was made of it', params } },
    async (request, reply) => {
      const principal = await request.principal()
      requireScope(principal, 'images:write')
      await images.delete(principal, request.params.id)
      return reply.code(204).send()
    },
  )

  app.get(
    '/api/images/:id/placeholder',
    {
      schema: {
        tags,
        summary: 'ThumbHash and dominant colour',
        params,
        response: { 200: placeholderSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'images:read')
      const { placeholder } = await images.get(principal, request.params.id)
      return placeholder ?? { thumbhash: null, color: null }
    },
  )

  app.get(
    '/api/images/:id/renditions',
    {
      schema: {
        tags,
        summary: 'Everything that was made of an image',
        params,
        response: { 200: pageSchema(renditionSchema) },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'images:read')
      const renditions = await images.renditions(principal, request.params.id)
      const items = renditions.map(({ imageId: _image, storageKey: _key, etag: _etag, ...rendition }) => ({
        ...rendition,
        createdAt: rendition.createdAt.toISOString(),
        usedAt: rendition.usedAt.toISOString(),
        expiresAt: rendition.expiresAt?.toISOString() ?? null,
      }))
      return { items, nextCursor: null }
    },
  )

  app.delete(
    '/api/images/:id/renditions',
    {
      schema: {
        tags,
        summary: 'Purge what URLs and finished jobs can have made again; presets stay',
        params,
        response: { 200: purgeSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'images:write')
      return images.purge(principal, request.params.id)
    },
  )
}
