import {
  adminJobListQuerySchema,
  adminJobSchema,
  cachePurgeRequestSchema,
  cachePurgeSchema,
  historyQuerySchema,
  historySchema,
  laneChangeSchema,
  lanesSchema,
  manyJobsChangedSchema,
  manyJobsChangeSchema,
  pageQuerySchema,
  pageSchema,
  prioritySchema,
  processesSchema,
  releasesSchema,
  settingsSchema,
  storageStateSchema,
} from '@rendition/contract'
import { z } from 'zod'
import type { App } from '../platform/http/app.ts'
import { needsAdmin } from '../platform/http/rights.ts'
import type { Operations } from './create-operations.ts'

const tags = ['admin']
const config = { limit: 'requests' as const, rights: needsAdmin('account:manage') }

/** What administrators see of the installation and do with it, below `/api/admin`. */
export function registerOperations(app: App, operations: Operations): void {
  registerQueue(app, operations)
  registerCaches(app, operations)
  registerInstallation(app, operations)
}

function registerQueue(app: App, operations: Operations): void {
  app.get(
    '/api/admin/lanes',
    {
      config,
      schema: {
        tags,
        operationId: 'listLanes',
        summary: 'How both lanes of the queue are',
        response: { 200: lanesSchema },
      },
    },
    async () => ({ items: await operations.lanes() }),
  )

  app.patch(
    '/api/admin/lanes/:lane',
    {
      config,
      schema: {
        tags,
        operationId: 'changeLane',
        summary: 'Pause a lane, or let it go on',
        params: z.object({ lane: prioritySchema }),
        body: laneChangeSchema,
        response: { 200: lanesSchema },
      },
    },
    async (request) => {
      const { lane } = request.params
      const principal = await request.principal()
      return {
        items: await operations.changeLane(principal, lane, request.body.paused),
      }
    },
  )

  app.get(
    '/api/admin/jobs',
    {
      config,
      schema: {
        tags,
        operationId: 'listAllJobs',
        summary: 'Jobs of all accounts, newest first',
        description: 'Those that the service asks for itself are among them.',
        querystring: adminJobListQuerySchema,
        response: { 200: pageSchema(adminJobSchema) },
      },
    },
    async (request) => operations.jobs(request.query),
  )

  app.post(
    '/api/admin/jobs/change',
    {
      config: { ...config, refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'changeAllJobs',
        summary: 'Cancel, retry or re-lane the next hundred jobs that a filter means',
        description:
          'Call it again with `nextCursor` until that is null. One job is changed at `/api/jobs/{id}`.',
        body: manyJobsChangeSchema,
        response: { 200: manyJobsChangedSchema },
      },
    },
    async (request) => operations.changeJobs(await request.principal(), request.body),
  )
}

function registerCaches(app: App, operations: Operations): void {
  app.get(
    '/api/admin/storage',
    {
      config,
      schema: {
        tags,
        operationId: 'getStorage',
        summary: 'Bytes by kind, and where answers come from',
        response: { 200: storageStateSchema },
      },
    },
    async () => operations.storage(),
  )

  app.get(
    '/api/admin/purges',
    {
      config,
      schema: {
        tags,
        operationId: 'listPurges',
        summary: 'Purges of the last weeks, newest first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(cachePurgeSchema) },
      },
    },
    async (request) => operations.purges(request.query),
  )

  app.post(
    '/api/admin/purges',
    {
      config: { ...config, limit: 'jobs', refusals: ['conflict', 'not_found'] },
      schema: {
        tags,
        operationId: 'purgeCaches',
        summary: 'Have pictures made anew: of an image, a tag, a preset, or all',
        description:
          'A job removes what was made, in every layer and process, and tells caches in front; it goes on where it was when its worker dies. Originals are never touched.',
        body: cachePurgeRequestSchema,
        response: { 202: cachePurgeSchema },
      },
    },
    async (request, reply) => {
      const purge = await operations.purge(await request.principal(), request.body)
      return reply.code(202).send(purge)
    },
  )
}

function registerInstallation(app: App, operations: Operations): void {
  app.get(
    '/api/admin/processes',
    {
      config,
      schema: {
        tags,
        operationId: 'listProcesses',
        summary: 'Processes of the installation, and what their workers do now',
        description:
          'Each that opens the database says how it is every ten seconds; a gateway alone opens none.',
        response: { 200: processesSchema },
      },
    },
    async () => ({ items: await operations.processes() }),
  )

  app.get(
    '/api/admin/history',
    {
      config,
      schema: {
        tags,
        operationId: 'getHistory',
        summary: 'How parts, layers and lanes were in the last hours',
        querystring: historyQuerySchema,
        response: { 200: historySchema },
      },
    },
    async (request) => operations.history(request.query.hours),
  )

  app.get(
    '/api/admin/settings',
    {
      config,
      schema: {
        tags,
        operationId: 'getSettings',
        summary: 'The configuration as it is in force, secrets hidden',
        response: { 200: settingsSchema },
      },
    },
    async () => operations.settings(),
  )

  app.get(
    '/api/admin/releases',
    {
      config,
      schema: {
        tags,
        operationId: 'getReleases',
        summary: 'The version that runs, and what is new',
        response: { 200: releasesSchema },
      },
    },
    async () => operations.releases(),
  )
}
