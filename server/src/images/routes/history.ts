import {
  acceptedJobSchema,
  idSchema,
  imageSchema,
  jobSchema,
  pageSchema,
  transformRequestSchema,
  versionSchema,
} from '@rendition/contract'
import { transformBodySchema } from '@rendition/contract/recipe'
import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import { goneSignal } from '../../platform/http/gone.ts'
import { needs, needsWith } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['images']
const params = z.object({ id: idSchema })
const versionParams = z.object({ id: idSchema, n: z.coerce.number().int().min(1).max(2_147_483_647) })
const versionsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
})
/** Milliseconds that `async: false` waits; whoever needs longer is answered 202 like the rest. */
const patience = 60_000

/** Editing: transformations and the history they make. */
export function registerHistory(app: App, { images, jobs }: ImagesRoutesDeps): void {
  app.post(
    '/api/images/:id/transform',
    {
      config: {
        limit: 'jobs',
        rights: needsWith({ webhookUrl: 'images:read' }, 'images:write'),
        refusals: ['invalid_recipe', 'conflict'],
        publishedBody: transformBodySchema,
      },
      schema: {
        tags,
        operationId: 'transformImage',
        summary: 'Transform an image, as a job',
        description: 'Transform parameters as in a delivery URL, or `steps` in an order of your own.',
        params,
        body: transformRequestSchema,
        response: { 200: jobSchema, 202: acceptedJobSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const {
        saveImage,
        version,
        async: later,
        priority,
        webhookUrl,
        idempotencyKey,
        ...transform
      } = request.body
      const accepted = await jobs.request(principal, {
        imageIds: [request.params.id],
        type: 'transform',
        transform,
        saveImage,
        version,
        priority,
        webhookUrl,
        idempotencyKey,
        batch: false,
      })
      const [job] = accepted.jobs
      if (job === undefined) throw new Error('no job was written')
      reply.header('location', `/api/jobs/${job.id}`)
      if (!later) {
        await jobs.watch.finished(job.id, patience, goneSignal(reply.raw))
        const now = await jobs.get(principal, job.id)
        if (now.finishedAt !== null) return reply.code(200).send(jobs.viewFor(principal, now))
      }
      const message = 'Job submitted successfully'
      return reply.code(202).send({ message, jobId: job.id, status: job.status })
    },
  )

  app.get(
    '/api/images/:id/versions',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'listVersions',
        summary: 'The history, newest first',
        params,
        querystring: versionsQuery,
        response: { 200: pageSchema(versionSchema) },
      },
    },
    async (request) => {
      const principal = await request.principal()
      const { limit, cursor } = request.query
      const page = { below: cursor ?? 2_147_483_647, limit: limit + 1 }
      const versions = await images.history.versions(principal, request.params.id, page)
      const items = versions.slice(0, limit)
      const last = versions.length > limit ? items.at(-1) : undefined
      return { items, nextCursor: last === undefined ? null : String(last.version) }
    },
  )

  for (const step of ['undo', 'redo'] as const) {
    app.post(
      `/api/images/:id/${step}`,
      {
        config: {
          limit: 'jobs',
          rights: needs('images:write'),
          refusals: [`nothing_to_${step}`, 'conflict'],
        },
        schema: {
          tags,
          operationId: `${step}Image`,
          summary: step === 'undo' ? 'Go back one version' : 'Go forward again',
          params,
          response: { 200: imageSchema },
        },
      },
      async (request) => {
        const principal = await request.principal()
        return images.history[step](principal, request.params.id)
      },
    )
  }

  app.post(
    '/api/images/:id/versions/:n/restore',
    {
      config: { limit: 'jobs', rights: needs('images:write'), refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'restoreVersion',
        summary: 'Append a version that is version n again',
        params: versionParams,
        response: { 200: imageSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      return images.history.restore(principal, request.params.id, request.params.n)
    },
  )
}
