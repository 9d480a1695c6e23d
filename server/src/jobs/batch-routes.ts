import {
  batchChangeSchema,
  batchProgressSchema,
  idSchema,
  jobsChangedAtOnce,
  manyJobsChangedSchema,
} from '@rendition/contract'
import { z } from 'zod'
import { noContent } from '../platform/http/answers.ts'
import type { App } from '../platform/http/app.ts'
import { needs } from '../platform/http/rights.ts'
import type { Jobs } from './create-jobs.ts'

const params = z.object({ id: idSchema })
const tags = ['jobs']

/** `/api/jobs/batches`: the jobs that were asked for in one go, as one. */
export function registerBatches(app: App, { jobs }: { jobs: Jobs }): void {
  app.get(
    '/api/jobs/batches/:id',
    {
      config: { limit: 'requests', rights: needs('jobs:read') },
      schema: {
        tags,
        operationId: 'getBatch',
        summary: 'How far the jobs of one batch are',
        params,
        response: { 200: batchProgressSchema },
      },
    },
    async (request) => jobs.batch(await request.principal(), request.params.id),
  )

  app.patch(
    '/api/jobs/batches/:id',
    {
      config: { limit: 'requests', rights: needs('jobs:write') },
      schema: {
        tags,
        operationId: 'changeBatch',
        summary: 'Cancel, retry or re-lane the next hundred jobs of a batch',
        description: 'Call it again with `nextCursor` until that is null.',
        params,
        body: batchChangeSchema,
        response: { 200: manyJobsChangedSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const { change } = request.body
      if ('status' in change && change.status === 'pending') {
        // Each runs again: as dear as new ones.
        const { failed } = await jobs.batch(principal, request.params.id)
        if (failed > 0) await reply.count('jobs', Math.min(failed, jobsChangedAtOnce))
      }
      return jobs.changeBatch(principal, request.params.id, request.body)
    },
  )

  app.delete(
    '/api/jobs/batches/:id',
    {
      config: { limit: 'requests', rights: needs('jobs:write') },
      schema: {
        tags,
        operationId: 'deleteBatch',
        summary: 'Remove all jobs of a batch; what waits or runs is cancelled first',
        params,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await jobs.deleteBatch(await request.principal(), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
