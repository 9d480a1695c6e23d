import {
  idSchema,
  type Job,
  jobBatchSchema,
  jobChangeSchema,
  jobListQuerySchema,
  jobRequestSchema,
  jobSchema,
  pageSchema,
} from '@rendition/contract'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { App } from '../platform/http/app.ts'
import { type Principal, requireScope } from '../platform/http/principal.ts'
import type { Jobs } from './create-jobs.ts'
import type { ResultAnswer } from './job-result.ts'
import type { JobRecord } from './types.ts'
import { withoutPicture } from './view.ts'

const params = z.object({ id: idSchema })
const tags = ['jobs']
/** Seconds after which asking again makes sense: a small picture is done by then. */
const retryAfter = 1
const resultQuery = z.object({
  wait: z.coerce.number().min(0).max(60).default(0).describe('Seconds to wait for the end.'),
})

/** `/api/jobs`. */
export function registerJobs(app: App, { jobs }: { jobs: Jobs }): void {
  /** A signed address is as good as the picture: it goes only to whom the picture may go. */
  const shown = (principal: Principal, job: JobRecord): Job =>
    principal.scopes.has('images:read') ? jobs.view(job) : withoutPicture(jobs.view(job))

  app.post(
    '/api/jobs',
    {
      schema: {
        tags,
        summary: 'Ask for work on one image or on many',
        body: jobRequestSchema,
        response: { 202: z.union([jobBatchSchema, jobSchema]) },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      requireScope(principal, 'jobs:write')
      const {
        imageId,
        imageIds,
        type,
        presets,
        parameters,
        saveImage,
        priority,
        webhookUrl,
        idempotencyKey,
        ...rest
      } = request.body
      // It writes the image's history, as its twin under /api/images does.
      if (saveImage) requireScope(principal, 'images:write')
      const batch = imageIds !== undefined
      const accepted = await jobs.request(principal, {
        imageIds: imageIds ?? [imageId ?? ''],
        type,
        presets,
        transform: { ...parameters, ...rest },
        saveImage,
        priority: priority ?? (batch ? 'bulk' : 'interactive'),
        webhookUrl,
        idempotencyKey,
        batch,
      })
      const views = accepted.jobs.map((job) => shown(principal, job))
      reply.code(202)
      if (accepted.batchId !== null) return { batchId: accepted.batchId, jobs: views }
      const [view] = views
      if (view === undefined) throw new Error('no job was written')
      reply.header('location', `/api/jobs/${view.id}`)
      return view
    },
  )

  app.get(
    '/api/jobs',
    {
      schema: {
        tags,
        summary: 'Your jobs, newest first',
        querystring: jobListQuerySchema,
        response: { 200: pageSchema(jobSchema) },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'jobs:read')
      const page = await jobs.list(principal, request.query)
      return { ...page, items: page.items.map((job) => shown(principal, job)) }
    },
  )

  app.get(
    '/api/jobs/:id',
    { schema: { tags, summary: 'One job', params, response: { 200: jobSchema } } },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'jobs:read')
      return shown(principal, await jobs.get(principal, request.params.id))
    },
  )

  app.patch(
    '/api/jobs/:id',
    {
      schema: {
        tags,
        summary: 'Cancel, retry or re-lane a job',
        params,
        body: jobChangeSchema,
        response: { 200: jobSchema },
      },
    },
    async (request) => {
      const principal = await request.principal()
      requireScope(principal, 'jobs:write')
      return shown(principal, await jobs.change(principal, request.params.id, request.body))
    },
  )

  app.delete(
    '/api/jobs/:id',
    { schema: { tags, summary: 'Remove a job; a running one is cancelled first', params } },
    async (request, reply) => {
      const principal = await request.principal()
      requireScope(principal, 'jobs:write')
      await jobs.delete(principal, request.params.id)
      return reply.code(204).send()
    },
  )

  app.get(
    '/api/jobs/:id/result',
    {
      schema: {
        tags,
        summary: 'The picture a job made; 202 with the job while it is not ready',
        params,
        querystring: resultQuery,
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      requireScope(principal, 'jobs:read')
      requireScope(principal, 'images:read')
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const waitMs = request.query.wait * 1000
      return sendResult(
        reply,
        await jobs.result(principal, request.params.id, waitMs, gone.signal),
        jobs,
        request.headers['if-none-match'],
      )
    },
  )
}

function sendResult(
  reply: FastifyReply,
  answer: ResultAnswer,
  jobs: Jobs,
  known: string | undefined,
): FastifyReply {
  if (answer.is === 'waiting') {
    return reply
      .code(202)
      .header('retry-after', retryAfter)
      .header('cache-control', 'no-store')
      .send(jobs.view(answer.job))
  }
  if (answer.is === 'told') {
    const view = jobs.view(answer.job)
    if (view.imageUrl === null) return reply.code(200).header('cache-control', 'no-store').send(view)
    return reply.code(303).header('location', view.imageUrl).send()
  }
  const { result, bytes } = answer
  reply.header('cache-control', 'private, no-cache')
  if (result.etag !== null) reply.header('etag', result.etag)
  if (result.etag !== null && known === result.etag) {
    if ('destroy' in bytes) (bytes as { destroy(): void }).destroy()
    return reply.code(304).send()
  }
  if (result.size !== null) reply.header('content-length', result.size)
  return reply.type(result.contentType ?? 'application/octet-stream').send(bytes)
}
