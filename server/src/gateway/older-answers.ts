import type { Job } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from '../platform/http/app.ts'

/** An answer of today's routes, asked for on behalf of the caller. */
export interface UpstreamAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | number | undefined>>
  body: Buffer
}

/** Asks the service itself (GET) on behalf of a caller: from the same address, with the same credentials. */
export type AskUpstream = (caller: FastifyRequest, url: string) => Promise<UpstreamAnswer>

const idParams = z.object({ id: z.string().max(200) })

const olderStatus: Readonly<Record<Job['status'], string>> = {
  pending: 'pending',
  processing: 'processing',
  complete: 'completed',
  failed: 'failed',
  cancelled: 'failed',
}

/** The older routes whose answers have another shape than today's. Each asks today's route and reshapes. */
export function registerOlderAnswers(app: App, ask: AskUpstream): void {
  app.get(
    '/api/JobStatus/:id',
    {
      schema: {
        tags: ['older paths'],
        summary: 'State of a job, older shape',
        params: idParams,
        response: {
          200: z.object({
            status: z.enum(['pending', 'processing', 'completed', 'failed']),
            imageId: z.string().nullable(),
            imageUrl: z.string().nullable(),
          }),
        },
      },
    },
    async (request, reply) => {
      const answer = await ask(request, `/api/jobs/${encodeURIComponent(request.params.id)}`)
      if (answer.status !== 200) return pass(reply, answer)
      const job = JSON.parse(answer.body.toString()) as Job
      return reply.send({
        status: olderStatus[job.status] as 'pending',
        imageId: job.imageId,
        imageUrl: job.imageUrl,
      })
    },
  )

  app.get(
    '/jobs',
    { schema: { tags: ['older paths'], summary: "The caller's jobs as a plain array" } },
    async (request, reply) => {
      const at = request.url.indexOf('?')
      const query = at === -1 ? '' : request.url.slice(at)
      const answer = await ask(request, `/api/jobs${query}`)
      if (answer.status !== 200) return pass(reply, answer)
      const page = JSON.parse(answer.body.toString()) as { items: Job[] }
      return reply.type('application/json').serializer(JSON.stringify).send(page.items)
    },
  )

  app.get(
    '/thumbnails/:id',
    {
      schema: {
        tags: ['older paths'],
        summary: "The thumbnail's bytes, by image id or job id",
        params: idParams,
      },
    },
    async (request, reply) => {
      const id = encodeURIComponent(request.params.id)
      const byImage = await ask(request, `/images/${id}?preset=thumbnail`)
      if (byImage.status !== 404) return pass(reply, byImage)
      const job = await ask(request, `/api/jobs/${id}`)
      // Not an answer about the job: the image may well be there.
      if (job.status === 429 || job.status >= 500) return pass(reply, job)
      const imageId = job.status === 200 ? (JSON.parse(job.body.toString()) as Job).imageId : null
      if (imageId === null) return pass(reply, byImage)
      return pass(reply, await ask(request, `/images/${imageId}?preset=thumbnail`))
    },
  )
}

/** Headers of the connection, not of the answer. */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'x-request-id'])

function pass(reply: FastifyReply, answer: UpstreamAnswer): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !hopByHop.has(name)) reply.header(name, value)
  }
  return reply.code(answer.status).send(answer.body)
}
