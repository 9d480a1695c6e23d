import {
  adminStatsSchema,
  adminUserChangeSchema,
  adminUserListQuerySchema,
  adminUserSchema,
  auditEntrySchema,
  auditListQuerySchema,
  pageSchema,
} from '@rendition/contract'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { needsAdmin, needsAdminSession } from '../../platform/http/rights.ts'
import type { Auth } from '../types.ts'
import { idParamsSchema, originOf, sayReceipt } from './shared.ts'

/** What administrators see and do. */
export function registerAdminRoutes(app: App, { admin }: Auth): void {
  const tags = ['admin']
  const config = { limit: 'requests' as const, rights: needsAdmin('account:manage') }

  app.get(
    '/api/admin/users',
    {
      config,
      schema: {
        tags,
        operationId: 'listUsers',
        summary: 'All accounts',
        querystring: adminUserListQuerySchema,
        response: { 200: pageSchema(adminUserSchema) },
      },
    },
    async (request) => admin.listUsers(request.query),
  )

  app.get(
    '/api/admin/users/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'getUser',
        summary: 'One account',
        params: idParamsSchema,
        response: { 200: adminUserSchema },
      },
    },
    async (request) => admin.showUser(request.params.id),
  )

  app.patch(
    '/api/admin/users/:id',
    {
      config: { ...config, refusals: ['password_sign_in_off', 'conflict'] },
      schema: {
        tags,
        operationId: 'changeUser',
        summary: 'Change a role, disable or enable an account, set a password',
        description: 'The last administrator can be neither demoted nor disabled: 409.',
        params: idParamsSchema,
        body: adminUserChangeSchema,
        response: { 200: adminUserSchema },
      },
    },
    async (request) =>
      admin.changeUser(await request.principal(), request.params.id, request.body, originOf(request)),
  )

  app.delete(
    '/api/admin/users/:id',
    {
      config: { ...config, refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'deleteUser',
        summary: 'Erase an account and its images',
        description:
          'The header `Rendition-Receipt` says the secret that the receipt is fetched with at `POST /api/receipts/claim`; it is in `/api/receipts` too.',
        params: idParamsSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const receipt = await admin.deleteUser(await request.principal(), request.params.id, originOf(request))
      sayReceipt(reply, receipt)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/api/admin/users/:id/two-step',
    {
      config: { ...config, rights: needsAdminSession('account:manage') },
      schema: {
        tags,
        operationId: 'takeOffTwoStep',
        summary: 'Take the second step off an account',
        description: 'For who lost the app and the recovery codes. Not for your own account.',
        params: idParamsSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await admin.takeOffTwoStep(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/admin/users/:id/sign-out',
    {
      config,
      schema: {
        tags,
        operationId: 'signOutUser',
        summary: 'End every session and API key of an account',
        description: 'It may sign in again: to keep it out, disable it.',
        params: idParamsSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await admin.signOutUser(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/admin/stats',
    {
      config,
      schema: {
        tags,
        operationId: 'getStats',
        summary: 'How much there is of everything',
        response: { 200: adminStatsSchema },
      },
    },
    async () => admin.showStats(),
  )

  app.get(
    '/api/admin/audit',
    {
      config,
      schema: {
        tags,
        operationId: 'listAudit',
        summary: 'Who did what, when, from where',
        querystring: auditListQuerySchema,
        response: { 200: pageSchema(auditEntrySchema) },
      },
    },
    async (request) => admin.listAudit(request.query),
  )
}
