import {
  adminStatsSchema,
  adminUserChangeSchema,
  adminUserListQuerySchema,
  adminUserSchema,
  auditEntrySchema,
  auditListQuerySchema,
  pageSchema,
} from '@rendition/contract'
import type { App } from '../../platform/http/app.ts'
import { problems } from '../../platform/http/problems.ts'
import type { Auth } from '../types.ts'
import { idParamsSchema, noContent, originOf, signedIn } from './shared.ts'

/** What administrators see and do. */
export function registerAdminRoutes(app: App, { admin }: Auth): void {
  const tags = ['admin']
  const security = signedIn

  app.get(
    '/api/admin/users',
    {
      schema: {
        tags,
        summary: 'All accounts',
        security,
        querystring: adminUserListQuerySchema,
        response: { 200: pageSchema(adminUserSchema), ...problems(400, 401, 403) },
      },
    },
    async (request) => admin.listUsers(await request.principal(), request.query),
  )

  app.get(
    '/api/admin/users/:id',
    {
      schema: {
        tags,
        summary: 'One account',
        security,
        params: idParamsSchema,
        response: { 200: adminUserSchema, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => admin.showUser(await request.principal(), request.params.id),
  )

  app.patch(
    '/api/admin/users/:id',
    {
      schema: {
        tags,
        summary: 'Change a role, disable or enable an account, set a password',
        description: 'The last administrator can be neither demoted nor disabled: 409.',
        security,
        params: idParamsSchema,
        body: adminUserChangeSchema,
        response: { 200: adminUserSchema, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request) =>
      admin.changeUser(await request.principal(), request.params.id, request.body, originOf(request)),
  )

  app.delete(
    '/api/admin/users/:id',
    {
      schema: {
        tags,
        summary: 'Erase an account and its images',
        security,
        params: idParamsSchema,
        response: { 204: noContent, ...problems(400, 401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      await admin.deleteUser(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/admin/stats',
    {
      schema: {
        tags,
        summary: 'How much there is of everything',
        security,
        response: { 200: adminStatsSchema, ...problems(401, 403) },
      },
    },
    async (request) => admin.showStats(await request.principal()),
  )

  app.get(
    '/api/admin/audit',
    {
      schema: {
        tags,
        summary: 'Who did what, when, from where',
        security,
        querystring: auditListQuerySchema,
        response: { 200: pageSchema(auditEntrySchema), ...problems(400, 401, 403) },
      },
    },
    async (request) => admin.listAudit(await request.principal(), request.query),
  )
}
