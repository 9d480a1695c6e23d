import {
  idSchema,
  savedSearchChangeSchema,
  savedSearchListSchema,
  savedSearchRequestSchema,
  savedSearchSchema,
} from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { needs } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['searches']
const params = z.object({ id: idSchema })
const reading = { limit: 'requests' as const, rights: needs('images:read') }
const writing = { limit: 'requests' as const, rights: needs('images:write') }

/** `/api/searches`. */
export function registerSearches(app: App, { images: { searches } }: ImagesRoutesDeps): void {
  app.get(
    '/api/searches',
    {
      config: reading,
      schema: {
        tags,
        operationId: 'listSavedSearches',
        summary: 'Your saved searches, by name',
        response: { 200: savedSearchListSchema },
      },
    },
    async (request) => searches.list(await request.principal()),
  )

  app.post(
    '/api/searches',
    {
      config: { ...writing, refusals: ['quota_exceeded', 'conflict'] },
      schema: {
        tags,
        operationId: 'saveSearch',
        summary: 'Keep a search under a name',
        body: savedSearchRequestSchema,
        response: { 201: savedSearchSchema },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await searches.create(await request.principal(), request.body)),
  )

  app.patch(
    '/api/searches/:id',
    {
      config: { ...writing, refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'changeSavedSearch',
        summary: 'Change its name or what it searches',
        params,
        body: savedSearchChangeSchema,
        response: { 200: savedSearchSchema },
      },
    },
    async (request) => searches.change(await request.principal(), request.params.id, request.body),
  )

  app.delete(
    '/api/searches/:id',
    {
      config: writing,
      schema: {
        tags,
        operationId: 'deleteSavedSearch',
        summary: 'Forget a search; its photos stay',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await searches.remove(await request.principal(), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
