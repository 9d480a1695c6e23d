import {
  createdShareSchema,
  idSchema,
  pageSchema,
  shareChangeSchema,
  shareListQuerySchema,
  shareRequestSchema,
  shareSchema,
} from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { networkOf } from '../../platform/http/network.ts'
import { needs } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['shares']
const params = z.object({ id: idSchema })
const reading = { limit: 'requests' as const, rights: needs('images:read') }
/** A share gives pictures away: whoever makes one may see them. */
const giving = { limit: 'requests' as const, rights: needs('images:read', 'images:write') }
const ending = { limit: 'requests' as const, rights: needs('images:write') }

/** `/api/shares`: links to images, as their owner makes and ends them. */
export function registerShares(app: App, { images: { shares } }: ImagesRoutesDeps): void {
  app.get(
    '/api/shares',
    {
      config: reading,
      schema: {
        tags,
        operationId: 'listShares',
        summary: 'Your shares, newest first, ended ones too',
        querystring: shareListQuerySchema,
        response: { 200: pageSchema(shareSchema) },
      },
    },
    async (request) => shares.list(await request.principal(), request.query),
  )

  app.post(
    '/api/shares',
    {
      config: { ...giving, refusals: ['quota_exceeded', 'not_found', 'conflict', 'overloaded'] },
      schema: {
        tags,
        operationId: 'createShare',
        summary: 'Share an image, an album or a selection by a link',
        description:
          'Whoever has the link is shown these images and nothing else, in the sizes named, until it ends. Token and URL are told this once.',
        body: shareRequestSchema,
        response: { 201: createdShareSchema },
      },
    },
    async (request, reply) => {
      const share = await shares.create(await request.principal(), request.body, networkOf(request.ip))
      return reply.code(201).header('location', `/api/shares/${share.id}`).send(share)
    },
  )

  app.get(
    '/api/shares/:id',
    {
      config: reading,
      schema: { tags, operationId: 'getShare', summary: 'One share', params, response: { 200: shareSchema } },
    },
    async (request) => shares.get(await request.principal(), request.params.id),
  )

  app.patch(
    '/api/shares/:id',
    {
      config: { ...giving, refusals: ['overloaded'] },
      schema: {
        tags,
        operationId: 'changeShare',
        summary: 'Change what a share gives, its password or its end',
        description:
          'URLs and passes that guests were given before end with the change. The link stays, and gives them anew where it still does.',
        params,
        body: shareChangeSchema,
        response: { 200: shareSchema },
      },
    },
    async (request) =>
      shares.change(await request.principal(), request.params.id, request.body, networkOf(request.ip)),
  )

  app.delete(
    '/api/shares/:id',
    {
      config: ending,
      schema: {
        tags,
        operationId: 'revokeShare',
        summary: 'End a share: its link and every URL it gave answer 404 from now on',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await shares.revoke(await request.principal(), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
