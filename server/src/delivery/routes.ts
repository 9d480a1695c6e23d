import type { IncomingMessage } from 'node:http'
import { explanationSchema, idSchema, isFailure, markupQuerySchema, markupSchema } from '@rendition/contract'
import { querySchema } from '@rendition/contract/recipe'
import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { picture } from '../platform/http/answers.ts'
import type { App } from '../platform/http/app.ts'
import { OutOfRange } from '../platform/http/conditions.ts'
import { goneSignal } from '../platform/http/gone.ts'
import { largeBody, letGoWhenIdle } from '../platform/http/idle-clients.ts'
import { countedFor } from '../platform/http/limits.ts'
import { networkOf } from '../platform/http/network.ts'
import { ofRendering, ofSignatures } from '../platform/http/refusals.ts'
import { judgedByHandler, needs } from '../platform/http/rights.ts'
import { isRedirectable } from './answer/redirect.ts'
import type { Delivery } from './create-delivery.ts'
import { callerOf } from './request/access.ts'
import type { PictureRequest } from './request/picture-request.ts'

const params = z.object({ id: idSchema })
/** Of pictures, any text: what cannot be an id is answered as a missing image is, word for word. */
const pictureParams = z.object({ id: z.string().max(64).describe('The id of an image.') })

/** The query is published here, and read and judged by delivery, after the signature and within configured limits. */
const readElsewhere: FastifySchemaCompiler<unknown> = ({ schema, ...route }) =>
  route.httpPart === 'querystring'
    ? (value: unknown) => ({ value })
    : validatorCompiler({ ...route, schema: schema as z.ZodType })

/** A credential opens what is private; what is public or signed needs none. One that is not valid counts as none. */
const rights = judgedByHandler('images:read')

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
    config: {
      limit: 'renders',
      rights,
      refusals: [
        'invalid_recipe',
        'insufficient_scope',
        ...ofSignatures,
        'precondition_failed',
        'range_not_satisfiable',
        ...ofRendering,
      ],
    },
    exposeHeadRoute: false,
    schema: {
      tags: ['delivery'],
      operationId: 'getRendition',
      summary: 'Any rendition of an image',
      description:
        'Without parameters the current version; with parameters, a rendition. Unknown or out-of-range parameters are 400. A credential that is not valid counts as none: a private image is then 404, as a missing one.',
      params: pictureParams,
      querystring: querySchema,
      response: {
        200: picture('The picture.'),
        206: picture('The part of the original that Range asked for.'),
        302: redirect,
        304: z.undefined().describe('The picture the client has is the current one.'),
      },
    },
    validatorCompiler: readElsewhere,
    handler: async (request, reply) => {
      const gone = goneSignal(reply.raw)
      try {
        const asked = pictureRequest(request, reply, delivery)
        const answer = await delivery.deliver(asked, gone)
        if (answer.repeatable !== null && request.originalUrl === request.url) {
          delivery.learn(request.url, asked.accept, answer.repeatable)
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
      config: {
        limit: 'requests',
        rights,
        refusals: ['invalid_recipe', 'insufficient_scope', ...ofSignatures, ...ofRendering],
      },
      schema: {
        tags: ['delivery'],
        operationId: 'explainRendition',
        summary: 'How a delivery URL is understood',
        description: 'Takes the parameters of the delivery URL, and answers to whom that URL answers.',
        params: pictureParams,
        querystring: querySchema,
        response: { 200: explanationSchema },
      },
      validatorCompiler: readElsewhere,
    },
    async (request, reply) => delivery.explain(pictureRequest(request, reply, delivery)),
  )
  app.get(
    '/api/images/:id/markup',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags: ['delivery'],
        operationId: 'getMarkup',
        summary: 'A picture element to paste',
        params,
        querystring: markupQuerySchema,
        response: { 200: markupSchema },
      },
    },
    async (request) => {
      return delivery.markup(await request.principal(), request.params.id, request.query)
    },
  )
}

function pictureRequest(
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
  delivery: Pick<Delivery, 'sentByFront'>,
): PictureRequest {
  const { headers, params } = request
  const at = request.url.indexOf('?')
  return {
    method: request.method === 'HEAD' ? 'HEAD' : 'GET',
    imageId: params.id,
    query: at === -1 ? '' : request.url.slice(at + 1),
    caller: () => callerOf(() => request.optionalPrincipal()),
    network: () => networkOf(request.ip),
    allowance: {
      holder: () => countedFor(request),
      spend: () => reply.count('renders'),
      giveBack: () => reply.uncount('renders'),
    },
    accept: headers.accept,
    conditions: {
      ifMatch: headers['if-match'],
      ifNoneMatch: headers['if-none-match'],
      ifModifiedSince: headers['if-modified-since'],
    },
    range: { range: headers.range, ifRange: single(headers, 'if-range') },
    hints: headers,
    redirectable: isRedirectable(headers),
    sentByFront: delivery.sentByFront(headers),
  }
}

function single(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
