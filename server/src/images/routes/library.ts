import {
  bulkAnswerSchema,
  bulkRequestSchema,
  facetsQuerySchema,
  idSchema,
  imageChangeSchema,
  imageFacetsSchema,
  imageListQuerySchema,
  imageSchema,
  imageStatusViewSchema,
  pageSchema,
  placeholderSchema,
  purgeSchema,
  renditionSchema,
} from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { needs, needsWith } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['images']
const params = z.object({ id: idSchema })

/** Looking at images, changing what is told of them, and taking them away. */
export function registerLibrary(app: App, { images, jobs }: ImagesRoutesDeps): void {
  app.get(
    '/api/images',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'listImages',
        summary: 'Your images',
        querystring: imageListQuerySchema,
        response: { 200: pageSchema(imageSchema) },
      },
    },
    async (request) => {
      const principal = await request.principal()
      return images.library.list(principal, request.query)
    },
  )

  app.get(
    '/api/images/facets',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'getFacets',
        summary: 'Your images counted by month, camera, type and tag',
        querystring: facetsQuerySchema,
        response: { 200: imageFacetsSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      return images.library.facets(principal, request.query)
    },
  )

  app.get(
    '/api/images/:id',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: { tags, operationId: 'getImage', summary: 'One image', params, response: { 200: imageSchema } },
    },
    async (request) => {
      const principal = await request.principal()
      return images.library.get(principal, request.params.id)
    },
  )

  app.get(
    '/api/images/:id/status',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'getImageStatus',
        summary: 'How far the renditions are',
        params,
        response: { 200: imageStatusViewSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      const { id, status, jobId, errorMessage } = await images.library.get(principal, request.params.id)
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
      config: { limit: 'requests', rights: needs('images:write'), refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'changeImage',
        summary: 'Change name, tags, visibility, focal point, alternative text or marks',
        params,
        body: imageChangeSchema,
        response: { 200: imageSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      return images.library.change(principal, request.params.id, request.body)
    },
  )

  app.post(
    '/api/images/bulk',
    {
      config: {
        limit: 'jobs',
        // What a search finds tells of the images, of the place even.
        rights: needsWith({ query: 'images:read' }, 'images:write'),
        refusals: ['not_found', 'quota_exceeded', 'conflict'],
      },
      schema: {
        tags,
        operationId: 'changeImages',
        summary: 'Change many images at once: a selection, or what a list would hold',
        description:
          'Up to 100 ids are changed before the answer; more, and every query, by a job whose result counts them.',
        body: bulkRequestSchema,
        response: { 200: bulkAnswerSchema, 202: bulkAnswerSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const { job, ...outcome } = await images.bulk.change(principal, request.body)
      if (job === null) return { ...outcome, job }
      reply.code(202).header('location', `/api/jobs/${job.id}`)
      return { ...outcome, job: jobs.viewFor(principal, job) }
    },
  )

  app.delete(
    '/api/images/:id',
    {
      config: { limit: 'requests', rights: needs('images:write') },
      schema: {
        tags,
        operationId: 'deleteImage',
        summary: 'Delete an image with all that was made of it',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      await images.library.delete(principal, request.params.id)
      return reply.code(204).send(null)
    },
  )

  for (const [step, operationId, summary] of [
    [
      'trash',
      'trashImage',
      'Move an image to the trash: nobody is given its picture, and it is deleted in time',
    ],
    ['restore', 'restoreImage', 'Take an image out of the trash'],
  ] as const) {
    app.post(
      `/api/images/:id/${step}`,
      {
        config: { limit: 'requests', rights: needs('images:write') },
        schema: { tags, operationId, summary, params, response: { 200: imageSchema } },
      },
      async (request) => {
        const principal = await request.principal()
        return images.library[step](principal, request.params.id)
      },
    )
  }

  app.get(
    '/api/images/:id/placeholder',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'getPlaceholder',
        summary: 'ThumbHash and dominant colour',
        params,
        response: { 200: placeholderSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      const { placeholder } = await images.library.get(principal, request.params.id)
      return placeholder ?? { thumbhash: null, color: null }
    },
  )

  app.get(
    '/api/images/:id/renditions',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'listRenditions',
        summary: 'Everything that was made of an image',
        params,
        response: { 200: pageSchema(renditionSchema) },
      },
    },
    async (request) => {
      const principal = await request.principal()
      const renditions = await images.library.renditions(principal, request.params.id)
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
      config: { limit: 'requests', rights: needs('images:write'), refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'purgeRenditions',
        summary: 'Purge what URLs and finished jobs can have made again; presets stay',
        params,
        response: { 200: purgeSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      return images.library.purge(principal, request.params.id)
    },
  )
}
