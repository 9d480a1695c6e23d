import { Readable } from 'node:stream'
import {
  exportRequestSchema,
  exportSchema,
  idSchema,
  isFailure,
  pageQuerySchema,
  pageSchema,
} from '@rendition/contract'
import { z } from 'zod'
import { file, noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { OutOfRange } from '../../platform/http/conditions.ts'
import { goneSignal } from '../../platform/http/gone.ts'
import { letGoWhenIdle } from '../../platform/http/idle-clients.ts'
import { networkOf } from '../../platform/http/network.ts'
import { ofCallers, ofSignatures } from '../../platform/http/refusals.ts'
import { admit, judgedByHandler, needs } from '../../platform/http/rights.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['exports']
const params = z.object({ id: idSchema })
/** An export gives what its maker may see anyway: viewers take their pictures along as well. */
const reading = needs('images:read')
const claim = z.object({
  exp: z.string().max(20).optional().describe('Of the signed `url`: until when.'),
  sig: z.string().max(200).optional().describe('Of the signed `url`.'),
})
/** A client that takes nothing for so long is let go; it goes on by a range. */
const idleMs = 60_000

/** `/api/exports`: archives of what an account has. */
export function registerExports(app: App, { images: { exports } }: ImagesRoutesDeps): void {
  app.get(
    '/api/exports',
    {
      config: { limit: 'requests', rights: reading },
      schema: {
        tags,
        operationId: 'listExports',
        summary: 'Your exports, newest first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(exportSchema) },
      },
    },
    async (request) => exports.list(await request.principal(), request.query),
  )

  app.post(
    '/api/exports',
    {
      config: { limit: 'jobs', rights: reading, refusals: ['quota_exceeded', 'not_found', 'conflict'] },
      schema: {
        tags,
        operationId: 'createExport',
        summary: 'Prepare a ZIP of everything, of a selection, or of what a list would hold',
        description:
          'A job finds what it holds; then it is downloaded from `url`, in ranges too, until `expiresAt`; each answer has a `url` for the next six hours. What lies in the trash is in none.',
        body: exportRequestSchema,
        response: { 202: exportSchema },
      },
    },
    async (request, reply) => {
      const made = await exports.create(await request.principal(), request.body)
      return reply.code(202).header('location', `/api/exports/${made.id}`).send(made)
    },
  )

  app.get(
    '/api/exports/:id',
    {
      config: { limit: 'requests', rights: reading },
      schema: {
        tags,
        operationId: 'getExport',
        summary: 'One export',
        params,
        response: { 200: exportSchema },
      },
    },
    async (request) => exports.get(await request.principal(), request.params.id),
  )

  app.delete(
    '/api/exports/:id',
    {
      config: { limit: 'requests', rights: reading },
      schema: {
        tags,
        operationId: 'deleteExport',
        summary: 'Remove an export, finished or not; your images stay',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await exports.remove(await request.principal(), request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/exports/:id/archive',
    config: {
      limit: 'requests',
      rights: judgedByHandler(...reading.scopes),
      refusals: [
        ...ofCallers,
        ...ofSignatures,
        'conflict',
        'precondition_failed',
        'range_not_satisfiable',
        'overloaded',
      ],
    },
    exposeHeadRoute: false,
    schema: {
      tags,
      operationId: 'getExportArchive',
      summary: 'The ZIP of an export, whole or in ranges',
      description: 'With a credential, or by the signed `url` of the export, which needs none.',
      params,
      querystring: claim,
      response: {
        200: file('application/zip', 'The archive.'),
        206: file('application/zip', 'The part of it that Range asked for.'),
        304: z.undefined().describe('The archive that the client has is this one.'),
      },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const { exp, sig } = request.query
      const signed = exp !== undefined || sig !== undefined
      const caller = signed ? { exp, sig } : await request.principal()
      if ('userId' in caller) admit(caller, reading)
      const gone = goneSignal(reply.raw)
      const { headers } = request
      const ifRange = headers['if-range']
      const archive = await exports
        .open(
          caller,
          id,
          {
            head: request.method === 'HEAD',
            range: headers.range,
            ifRange: typeof ifRange === 'string' ? ifRange : undefined,
            ifMatch: headers['if-match'],
            ifNoneMatch: headers['if-none-match'],
            network: networkOf(request.ip),
          },
          gone,
        )
        .catch((error: unknown) => {
          if (isFailure(error, 'range_not_satisfiable') && error.cause instanceof OutOfRange) {
            reply.header('content-range', `bytes */${error.cause.size}`)
          }
          throw error
        })
      reply.code(archive.status).headers(archive.headers)
      if (archive.body === null) return reply.send()
      // Who is gone already closes no more.
      if (reply.raw.destroyed) archive.leave()
      else reply.raw.once('close', archive.leave)
      letGoWhenIdle(reply.raw, idleMs)
      return reply.send(Readable.from(archive.body, { objectMode: false }))
    },
  })
}
