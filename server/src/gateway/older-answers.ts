import { Failure, type Job, jobListQuerySchema, jobSchema, type Page } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { picture } from '../platform/http/answers.ts'
import type { App } from '../platform/http/app.ts'
import { limitHeaders } from '../platform/http/limits.ts'
import { ofCallers, ofRendering } from '../platform/http/refusals.ts'
import { judgedByHandler } from '../platform/http/rights.ts'

/** An answer of today's routes, asked for on behalf of the caller. */
export interface UpstreamAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | number | undefined>>
  body: Buffer
}

/** Asks the service itself (GET) on behalf of a caller: from the same address, with the same credentials. */
export type AskUpstream = (caller: FastifyRequest, url: string) => Promise<UpstreamAnswer>

/** Each asks one of today's routes with the caller's own credential, and that one judges and counts. */
const config = { limit: 'elsewhere' as const, rights: judgedByHandler() }
const idParams = z.object({ id: z.string().max(200) })

/** Pending until it is over: whoever polls by the documents waits for one of the other two. */
const olderStatus: Readonly<Record<Job['status'], 'pending' | 'completed' | 'failed'>> = {
  pending: 'pending',
  processing: 'pending',
  complete: 'completed',
  failed: 'failed',
  cancelled: 'failed',
}

/** Jobs of one answer where the caller names no limit: what fits a page of the documents' day. */
const jobsAtOnce = 1000
/** The most that today's list gives at once. */
const longestPage = 200

/** The older routes whose answers have another shape than today's. Each asks today's route and reshapes. */
export function registerOlderAnswers(app: App, ask: AskUpstream): void {
  const tags = ['older paths']

  app.get(
    '/api/JobStatus/:id',
    {
      config: { ...config, refusals: [...ofCallers] },
      schema: {
        tags,
        operationId: 'getOlderJobStatus',
        summary: 'State of a job, older shape',
        params: idParams,
        response: {
          200: z.object({
            status: z.enum(['pending', 'completed', 'failed']),
            imageId: z.string().nullable(),
            imageUrl: z.string().nullable(),
          }),
        },
      },
    },
    async (request, reply) => {
      const answer = await ask(request, `/api/jobs/${encodeURIComponent(request.params.id)}`)
      if (answer.status !== 200) return pass(reply, answer)
      const { status, imageId, imageUrl } = read<Job>(answer)
      return sayCounted(reply, answer).send({ status: olderStatus[status], imageId, imageUrl })
    },
  )

  app.get(
    '/jobs',
    {
      config: { ...config, refusals: [...ofCallers, 'not_found'] },
      schema: {
        tags,
        operationId: 'listOlderJobs',
        summary: "The caller's jobs as a plain array",
        description: `All of them, or ${jobsAtOnce} with a Link to the next ones; 404 where there is none. Takes the query of /api/jobs.`,
        querystring: jobListQuerySchema,
        response: { 200: z.array(jobSchema).describe('The jobs, newest first.') },
      },
    },
    async (request, reply) => {
      const asked = new URL(request.url, 'http://jobs').searchParams
      for (const [name, value] of [...asked]) if (value === '') asked.delete(name, value)
      const wanted = asked.has('limit') ? null : jobsAtOnce
      const jobs: Job[] = []
      let next = asked.get('cursor')
      do {
        const query = new URLSearchParams(asked)
        if (wanted !== null) query.set('limit', String(Math.min(longestPage, wanted - jobs.length)))
        if (next !== null) query.set('cursor', next)
        const answer = await ask(request, `/api/jobs?${query}`)
        if (answer.status !== 200) return pass(reply, answer)
        sayCounted(reply, answer)
        const page = read<Page<Job>>(answer)
        jobs.push(...page.items)
        next = page.nextCursor
      } while (next !== null && wanted !== null && jobs.length < wanted)
      if (jobs.length === 0 && !asked.has('cursor')) throw new Failure('not_found', 'There are no jobs.')
      if (next !== null) {
        asked.set('cursor', next)
        reply.header('link', `</jobs?${asked}>; rel="next"`)
      }
      return reply.type('application/json').serializer(JSON.stringify).send(jobs)
    },
  )

  app.get(
    '/jobs/:id',
    {
      config: { ...config, refusals: [...ofCallers] },
      schema: {
        tags,
        operationId: 'getOlderJob',
        summary: 'One job, by its id or that of its image',
        description: 'With the id of an image: the job that makes its renditions.',
        params: idParams,
        response: { 200: jobSchema },
      },
    },
    async (request, reply) => pass(reply, await askJob(ask, request, request.params.id)),
  )

  app.get(
    '/thumbnails/:id',
    {
      config: { ...config, refusals: [...ofCallers, ...ofRendering] },
      schema: {
        tags,
        operationId: 'getThumbnail',
        summary: "The thumbnail's bytes, by image id or job id",
        params: idParams,
        response: {
          200: picture('The thumbnail.'),
          304: z.undefined().describe('The one the client has is the current one.'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const byImage = await ask(request, thumbnailOf(id))
      if (byImage.status !== 404) return pass(reply, byImage)
      const job = await ask(request, `/api/jobs/${encodeURIComponent(id)}`)
      // Not an answer about the job: the image may well be there.
      if (job.status === 429 || job.status >= 500) return pass(reply, job)
      const imageId = job.status === 200 ? read<Job>(job).imageId : null
      return pass(reply, imageId === null ? byImage : ownersAlone(await ask(request, thumbnailOf(imageId))))
    },
  )
}

const thumbnailOf = (imageId: string): string => `/images/${encodeURIComponent(imageId)}?preset=thumbnail`

/** The job of an id that an upload answered with, which names an image or a job. */
async function askJob(ask: AskUpstream, caller: FastifyRequest, id: string): Promise<UpstreamAnswer> {
  const byJob = await ask(caller, `/api/jobs/${encodeURIComponent(id)}`)
  if (byJob.status !== 404) return byJob
  const image = await ask(caller, `/api/images/${encodeURIComponent(id)}/status`)
  const jobId = image.status === 200 ? read<{ jobId: string | null }>(image).jobId : null
  return jobId === null ? byJob : ask(caller, `/api/jobs/${jobId}`)
}

const read = <T>(answer: UpstreamAnswer): T => JSON.parse(answer.body.toString()) as T

/**
 * The picture of a job, however public, is its owner's answer: anybody else is told that there is no such job. Without
 * the words of the picture's own answer nobody keeps it.
 */
const ownersAlone = ({ headers, ...answer }: UpstreamAnswer): UpstreamAnswer => {
  const { 'cache-control': _cacheControl, 'cache-tag': _cacheTag, ...others } = headers
  return { ...answer, headers: others }
}

/** Headers of the connection, not of the answer. */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'x-request-id'])

/** What today's route counted is said of the older one, whose answer is another. */
function sayCounted(reply: FastifyReply, { headers }: UpstreamAnswer): FastifyReply {
  for (const name of limitHeaders) if (headers[name] !== undefined) reply.header(name, headers[name])
  return reply
}

function pass(reply: FastifyReply, answer: UpstreamAnswer): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !hopByHop.has(name)) reply.header(name, value)
  }
  return reply.code(answer.status).send(answer.body)
}
