import {
  presetEstimateSchema,
  presetMatchSchema,
  presetSetListQuerySchema,
  presetSetPageSchema,
  presetSetParamsSchema,
  presetSetSchema,
  presetStateSchema,
} from '@rendition/contract'
import { presetChangeSchema, presetEstimateRequestSchema } from '@rendition/contract/recipe'
import type { FastifyReply } from 'fastify'
import type { App } from '../../platform/http/app.ts'
import { needs, needsAdmin } from '../../platform/http/rights.ts'
import type { PresetsShown } from '../presets/create-presets.ts'
import type { ImagesRoutesDeps } from './context.ts'

const tags = ['presets']
const administering = { limit: 'requests' as const, rights: needsAdmin('account:manage') }
const ifMatch =
  'If-Match names the ETag of what was changed from: 412 when the presets were changed meanwhile.'

/** `/api/presets`: everybody reads what is in force, administrators change it. */
export function registerPresets(app: App, { images: { presets } }: Pick<ImagesRoutesDeps, 'images'>): void {
  app.get(
    '/api/presets',
    {
      config: { limit: 'requests', rights: needs('images:read') },
      schema: {
        tags,
        operationId: 'getPresets',
        summary: 'The presets in force, and those that are being made',
        response: { 200: presetStateSchema },
      },
    },
    async (_request, reply) => said(reply, await presets.show()),
  )

  app.put(
    '/api/presets',
    {
      config: { ...administering, refusals: ['presets_configured', 'precondition_failed', 'invalid_recipe'] },
      schema: {
        tags,
        operationId: 'changePresets',
        summary: 'Make these the presets',
        description: `All of them: what is left out is no preset any more. They come in force when the pictures of all images are made; until then those of before are. ${ifMatch}`,
        headers: presetMatchSchema,
        body: presetChangeSchema,
        response: { 202: presetStateSchema },
      },
    },
    async (request, reply) => {
      const { body, headers } = request
      const principal = await request.principal()
      return said(reply.code(202), await presets.change(principal, body, headers['if-match']))
    },
  )

  app.post(
    '/api/presets/estimate',
    {
      config: { ...administering, refusals: ['presets_configured', 'invalid_recipe'] },
      schema: {
        tags,
        operationId: 'estimatePresets',
        summary: 'What it would cost to make these the presets',
        description:
          'Judged from a sample of what is stored and from the time of earlier jobs. Changes nothing.',
        body: presetEstimateRequestSchema,
        response: { 200: presetEstimateSchema },
      },
    },
    async (request) => presets.estimate(request.body.presets),
  )

  app.get(
    '/api/presets/sets',
    {
      config: { ...administering, refusals: ['presets_configured'] },
      schema: {
        tags,
        operationId: 'listPresetSets',
        summary: 'All sets of presets there were, the newest first',
        querystring: presetSetListQuerySchema,
        response: { 200: presetSetPageSchema },
      },
    },
    async (request) => presets.list(request.query),
  )

  app.get(
    '/api/presets/sets/:n',
    {
      config: { ...administering, refusals: ['presets_configured'] },
      schema: {
        tags,
        operationId: 'getPresetSet',
        summary: 'One set of presets',
        params: presetSetParamsSchema,
        response: { 200: presetSetSchema },
      },
    },
    async (request) => presets.get(request.params.n),
  )

  app.post(
    '/api/presets/sets/:n/restore',
    {
      config: { ...administering, refusals: ['presets_configured', 'precondition_failed'] },
      schema: {
        tags,
        operationId: 'restorePresetSet',
        summary: 'Make the presets of an earlier set the next ones',
        description: `Restoring the set in force ends what is being made. ${ifMatch}`,
        headers: presetMatchSchema,
        params: presetSetParamsSchema,
        response: { 202: presetStateSchema },
      },
    },
    async (request, reply) => {
      const { params, headers } = request
      const principal = await request.principal()
      const shown = await presets.restore(principal, params.n, headers['if-match'])
      return said(reply.code(202), shown)
    },
  )
}

function said(reply: FastifyReply, { state, etag }: PresetsShown): PresetsShown['state'] {
  reply.header('etag', etag)
  return state
}
