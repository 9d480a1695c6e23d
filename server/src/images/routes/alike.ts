import {
  duplicateGroupSchema,
  duplicatesQuerySchema,
  idSchema,
  pageQuerySchema,
  pageSchema,
  similarImageSchema,
} from '@rendition/contract'
import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import { needs } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['images']

/** What looks nearly the same. */
export function registerAlike(app: App, { images }: ImagesRoutesDeps): void {
  app.get(
    '/api/images/duplicates',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'listDuplicates',
        summary: 'Your images in groups that look nearly the same',
        querystring: duplicatesQuerySchema,
        response: { 200: pageSchema(duplicateGroupSchema) },
      },
    },
    async (request) => images.library.duplicates(await request.principal(), request.query),
  )

  app.get(
    '/api/images/:id/similar',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'listSimilarImages',
        summary: 'Images of the same account that look nearly like this one, the most alike first',
        params: z.object({ id: idSchema }),
        querystring: pageQuerySchema,
        response: { 200: pageSchema(similarImageSchema) },
      },
    },
    async (request) => images.library.similar(await request.principal(), request.params.id, request.query),
  )
}
