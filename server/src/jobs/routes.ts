import { Readable } from 'node:stream'
import {
  Failure,
  idSchema,
  type Job,
  jobBatchSchema,
  jobChangeSchema,
  jobListQuerySchema,
  jobRequestBytes,
  jobRequestSchema,
  jobSchema,
  pageSchema,
} from '@rendition/contract'
import { jobBodySchema } from '@rendition/contract/recipe'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { noContent, pictureOr } from '../platform/http/answers.ts'
import type { App } from '../platform/http/app.ts'
import { goneSignal } from '../platform/http/gone.ts'
import { addVary, credentialHeaders } from '../platform/http/keeping.ts'
import { ofCallers } from '../platform/http/refusals.ts'
import { admit, judgedByHandler, needs, needsWith } from '../platform/http/rights.ts'
import { registerBatches } from './batch-routes.ts'
import type { Jobs } from './create-jobs.ts'
import type { ResultAnswer } from './requests/job-result.ts'

const params = z.object({ id: idSchema })
const tags = ['jobs']
/** Seconds after which asking again makes sense: a small picture is done by then. */
const retryAfter = 1
/** Of whoever asks with a credential. */
const ofResults = needs('jobs:read', 'images:read')
const resultQuery = z.object({
  exp: z.string().max(20).optional().describe('Of the signed URL that `result.url` is: until when.'),
  sig: z.string().max(200).optional().describe('Of the signed URL that `result.url` is.'),
  wait: z.coerce.number().min(0).max(60).default(0).describe('Seconds to wait for the end.'),
})

/** `/api/jobs`. */
export function registerJobs(app: App, { jobs }: { jobs: Jobs }): void {
  registerBatches(app, { jobs })
  app.post(
    '/api/jobs',
    {
      // Saving writes the image's history, as its twin under /api/images does; a webhook is sent signed URLs.
      config: {
        limit: 'jobs',
        rights: needsWith({ saveImage: 'images:write', webhookUrl: 'images:read' }, 'jobs:write'),
        refusals: ['invalid_recipe', 'not_found', 'conflict'],
        publishedBody: jobBodySchema,
      },
      schema: {
        tags,
        operationId: 'createJobs',
        summary: 'Ask for work on one image or on many',
        body: jobRequestSchema,
        response: { 202: z.union([jobBatchSchema, jobSchema]) },
      },
      bodyLimit: jobRequestBytes,
    },
    async (request, reply) => {
      const principal = await request.principal()
      const {
        imageId,
        imageIds,
        type,
        presets,
        parameters,
        saveImage,
        version,
        priority,
        webhookUrl,
        idempotencyKey,
        ...rest
      } = request.body
      const batch = imageIds !== undefined
      if (batch && imageIds.length > 1) await reply.count('jobs', imageIds.length - 1)
      const accepted = await jobs.request(principal, {
        imageIds: imageIds ?? [imageId ?? ''],
        type,
        presets,
        transform: { ...parameters, ...rest },
        saveImage,
        version,
        priority: priority ?? (batch ? 'bulk' : 'interactive'),
        webhookUrl,
        idempotencyKey,
        batch,
      })
      const views = accepted.jobs.map((job) => jobs.viewFor(principal, job))
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
      config: { limit: 'requests', rights: needs('jobs:read') },
      schema: {
        tags,
        operationId: 'listJobs',
        summary: 'Your jobs, newest first',
        querystring: jobListQuerySchema,
        response: { 200: pageSchema(jobSchema) },
      },
    },
    async (request) => {
      const principal = await request.principal()
      const page = await jobs.list(principal, request.query)
      return { ...page, items: page.items.map((job) => jobs.viewFor(principal, job)) }
    },
  )

  app.get(
    '/api/jobs/:id',
    {
      config: { limit: 'requests', rights: needs('jobs:read') },
      schema: { tags, operationId: 'getJob', summary: 'One job', params, response: { 200: jobSchema } },
    },
    async (request) => {
      const principal = await request.principal()
      return jobs.viewFor(principal, await jobs.get(principal, request.params.id))
    },
  )

  app.patch(
    '/api/jobs/:id',
    {
      config: { limit: 'requests', rights: needs('jobs:write'), refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'changeJob',
        summary: 'Cancel, retry or re-lane a job',
        params,
        body: jobChangeSchema,
        response: { 200: jobSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      // It runs again: as dear as a new one.
      if (request.body.status === 'pending') await reply.count('jobs')
      const job = await jobs.change(principal, request.params.id, request.body)
      return jobs.viewFor(principal, job)
    },
  )

  app.delete(
    '/api/jobs/:id',
    {
      config: { limit: 'requests', rights: needs('jobs:write') },
      schema: {
        tags,
        operationId: 'deleteJob',
        summary: 'Remove a job; a running one is cancelled first',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      await jobs.delete(principal, request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/jobs/:id/result',
    {
      config: {
        limit: 'requests',
        rights: judgedByHandler(...ofResults.scopes),
        refusals: [...ofCallers, 'signature_invalid', 'job_not_ready', 'result_expired'],
      },
      schema: {
        tags,
        operationId: 'getJobResult',
        summary: 'The picture a job made; 202 with the job while it is not ready',
        description:
          'With a credential, or by the signed `url` of a result that was not saved: that needs none, and works in an img.',
        params,
        querystring: resultQuery,
        response: {
          200: pictureOr(
            jobSchema,
            'The picture; the job, where it made one for an image rather than a result.',
          ),
          202: jobSchema.describe('Not ready yet.'),
          303: z.undefined().describe('The picture is at Location.'),
          304: z.undefined().describe('The picture the client has is the current one.'),
        },
      },
    },
    async (request, reply) => {
      const { wait, ...claim } = request.query
      const { id } = request.params
      const gone = goneSignal(reply.raw)
      const known = request.headers['if-none-match']
      if (claim.exp !== undefined || claim.sig !== undefined) {
        const answer = await jobs.signedResult(id, claim, gone)
        if (answer.is !== 'picture') throw new Failure('job_not_ready')
        return sendPicture(reply, answer, known, 'signed')
      }
      const principal = await request.principal()
      admit(principal, ofResults)
      const answer = await jobs.result(principal, id, wait * 1000, gone)
      if (answer.is === 'picture') return sendPicture(reply, answer, known, 'caller')
      return sendState(reply, answer, jobs.viewFor(principal, answer.job))
    },
  )
}

function sendState(reply: FastifyReply, { is }: ResultAnswer, job: Job): FastifyReply {
  if (is === 'waiting') return reply.code(202).header('retry-after', retryAfter).send(job)
  if (job.imageUrl === null) return reply.code(200).send(job)
  return reply.code(303).header('location', job.imageUrl).send()
}

function sendPicture(
  reply: FastifyReply,
  { result, bytes }: Extract<ResultAnswer, { is: 'picture' }>,
  known: string | undefined,
  audience: 'signed' | 'caller',
): FastifyReply {
  if (audience === 'caller') {
    reply.header('cache-control', 'private, no-cache')
    addVary(reply, credentialHeaders)
  } else reply.headers(openToPages(result.expiresAt))
  if (result.etag !== null) reply.header('etag', result.etag)
  if (result.etag !== null && known === result.etag) {
    if (bytes instanceof Readable) bytes.destroy()
    return reply.code(304).send()
  }
  if (result.size !== null) reply.header('content-length', result.size)
  return reply.type(result.contentType ?? 'application/octet-stream').send(bytes)
}

/** Who has the URL may have the picture, and pages of any origin may read it, until the URL ends. */
function openToPages(expiresAt: string | null): Record<string, string> {
  const seconds = expiresAt === null ? 0 : Math.floor((Date.parse(expiresAt) - Date.now()) / 1000)
  return {
    'cache-control': `private, max-age=${Math.max(0, seconds)}`,
    'access-control-allow-origin': '*',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  }
}
