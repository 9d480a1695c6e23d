import type { IncomingMessage } from 'node:http'
import { explanationSchema, isFailure, markupQuerySchema, markupSchema } from '@rendition/contract'
import { querySchema } from '@rendition/contract/recipe'
import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../platform/http/app.ts'
import { problems } from '../platform/http/problems.ts'
import { isRedirectable } from './direct.ts'
import { largeBody, letGoWhenIdle } from './idle-clients.ts'
import { type Ask, type Delivery, OutOfRange } from './index.ts'

const params = z.object({ id: z.string().max(64) })

/** The query is published here, and read and judged by delivery, after the signature and within configured limits. */
const readElsewhere: FastifySchemaCompiler<unknown> = ({ schema, ...route }) =>
  route.httpPart === 'querystring'
    ? (value: unknown) => ({ value })
    : validatorCompiler({ ...route, schema: schema as z.ZodType })

/** A credential opens what is private; what is public or signed needs none. */
const credentialOrNone: Record<string, string[]>[] = [{}, { token: [] }, { apiKey: [] }]

const picture = (description: string) => ({
  description,
  content: { 'image/*': { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
})

const redirect = z.undefined().meta({
  description:
    'Where the operator lets clients download from the storage (DELIVERY_DIRECT_URL): an original of some size, for GET without a credential, a date condition or If-Match.',
  headers: {
    location: { type: 'string', format: 'uri', description: 'Works for a short time, and for GET alone.' },
  },
})

/** `GET|HEAD /images/:id`. */
export function registerDelivery(app: App, delivery: Delivery): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/images/:id',
    exposeHeadRoute: false,
    schema: {
      tags: ['delivery'],
      summary: 'Any rendition of an image',
      description:
        'Without parameters the current version; with parameters, a rendition. Unknown or out-of-range parameters are 400.',
      security: credentialOrNone,
      params,
      querystring: querySchema,
      response: {
        200: picture('The picture.'),
        206: picture('The part of the original that Range asked for.'),
        302: redirect,
        304: z.undefined().describe('The picture the client has is the current one.'),
        ...problems(400, 401, 403, 404, 416, 422, 503),
      },
    },
    validatorCompiler: readElsewhere,
    handler: async (request, reply) => {
      const gone = goneSignal(reply)
      try {
        const ask = askOf(request, request.params.id)
        const answer = await delivery.deliver(ask, gone)
        if (answer.repeatable !== null && request.originalUrl === request.url) {
          delivery.learn(request.url, ask.accept, answer.repeatable)
        }
        reply.code(answer.status).headers(answer.headers)
        const small = Buffer.isBuffer(answer.body) && answer.body.length <= largeBody
        if (answer.body !== null && !small) letGoWhenIdle(reply.raw, delivery.idleMs)
        // Not null: that is the four bytes of its JSON.
        return await reply.send(answer.body ?? undefined)
      } catch (error) {
        if (gone.aborted) return reply.hijack()
        if (isFailure(error, 'range_not_satisfiable') && error.cause instanceof OutOfRange) {
          reply.header('content-range', `bytes */${error.cause.size}`)
        }
        throw error
      }
    },
  })
}

/** `GET /api/images/:id/explain` and `/markup`. */
export function registerDeliveryTools(app: App, delivery: Delivery): void {
  app.get(
    '/api/images/:id/explain',
    {
      schema: {
        tags: ['delivery'],
        summary: 'How a delivery URL is understood',
        description: 'Takes the parameters of the delivery URL, and answers to whom that URL answers.',
        security: credentialOrNone,
        params,
        querystring: querySchema,
        response: { 200: explanationSchema, ...problems(400, 401, 403, 404, 503) },
      },
      validatorCompiler: readElsewhere,
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return delivery.explain(askOf(request, request.params.id))
    },
  )
  app.get(
    '/api/images/:id/markup',
    {
      schema: {
        tags: ['delivery'],
        summary: 'A picture element to paste',
        params,
        querystring: markupQuerySchema,
        response: { 200: markupSchema },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return delivery.markup(await request.principal(), request.params.id, request.query)
    },
  )
}

function askOf(request: FastifyRequest, imageId: string): Ask {
  const { headers } = request
  const at = request.url.indexOf('?')
  return {
    method: request.method === 'HEAD' ? 'HEAD' : 'GET',
    imageId,
    query: at === -1 ? '' : request.url.slice(at + 1),
    caller: () => request.optionalPrincipal(),
    accept: headers.accept,
    conditions: {
      ifNoneMatch: headers['if-none-match'],
      ifModifiedSince: headers['if-modified-since'],
    },
    range: { range: headers.range, ifRange: single(headers, 'if-range') },
    hints: headers,
    redirectable: isRedirectable(headers),
  }
}

function single(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Aborts when the client goes away before the answer is out. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
