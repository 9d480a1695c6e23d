import {
  accountChangeSchema,
  accountDetailsSchema,
  activityEntrySchema,
  activityListQuerySchema,
  apiKeyRequestSchema,
  apiKeySchema,
  createdApiKeySchema,
  currentKeySchema,
  pageQuerySchema,
  pageSchema,
  usageQuerySchema,
  usageSchema,
} from '@rendition/contract'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { needs, needsOfKeys } from '../../platform/http/rights.ts'
import type { Auth } from '../types.ts'
import { byKey, idParamsSchema, originOf, sayReceipt } from './shared.ts'

/** The caller's account and API keys. */
export function registerAccountRoutes(app: App, auth: Auth): void {
  const tags = ['auth']
  const manage = 'account:manage'

  app.get(
    '/api/auth/me',
    {
      config: { limit: 'requests', rights: needs() },
      schema: {
        tags,
        operationId: 'getAccount',
        summary: 'Your account',
        response: { 200: accountDetailsSchema },
      },
    },
    async (request) => auth.showAccount(await request.principal()),
  )

  app.patch(
    '/api/auth/me',
    {
      // Whoever signs in may secure the account, a viewer too; the names are the account's, and so is the address but while it waits.
      config: {
        limit: 'requests',
        rights: { ...needsOfKeys(manage), fields: { username: manage } },
        refusals: [
          'invalid_credentials',
          'forbidden',
          'password_sign_in_off',
          'sign_in_again',
          'account_exists',
          'conflict',
        ],
      },
      schema: {
        tags,
        operationId: 'changeAccount',
        summary: 'Change your names, password or language',
        description:
          'A new password needs a signed-in session and `currentPassword`. It signs every other device out and ends ' +
          'every API key; `keepKeys` keeps those that were made by signing in. Where e-mail is sent, a new address needs ' +
          'the same and ends nothing, but links that were mailed to the one before are void.',
        body: accountChangeSchema,
        response: { 200: accountDetailsSchema },
      },
    },
    async (request) => auth.changeAccount(await request.principal(), request.body, originOf(request)),
  )

  app.delete(
    '/api/auth/me',
    {
      config: { limit: 'requests', rights: needsOfKeys(manage), refusals: ['forbidden', 'conflict'] },
      schema: {
        tags,
        operationId: 'deleteAccount',
        summary: 'Erase your account and its images',
        description:
          'At once and for good. The last administrator gets 409 while other accounts exist. The header `Rendition-Receipt` ' +
          'says the secret that the receipt is fetched with at `POST /api/receipts/claim`.',
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const receipt = await auth.deleteAccount(await request.principal(), originOf(request))
      sayReceipt(reply, receipt)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/auth/activity',
    {
      config: { limit: 'requests', rights: needsOfKeys(manage) },
      schema: {
        tags,
        operationId: 'listActivity',
        summary: 'What you did, and what others did to your account and to what is yours',
        querystring: activityListQuerySchema,
        response: { 200: pageSchema(activityEntrySchema) },
      },
    },
    async (request) => auth.listActivity(await request.principal(), request.query),
  )

  app.get(
    '/api/auth/usage',
    {
      config: { limit: 'requests', rights: needsOfKeys(manage) },
      schema: {
        tags,
        operationId: 'getUsage',
        summary: 'What you have here, and what was done for you by day',
        querystring: usageQuerySchema,
        response: { 200: usageSchema },
      },
    },
    async (request) => auth.showUsage(await request.principal(), request.query),
  )

  app.get(
    '/api/auth/keys',
    {
      config: { limit: 'requests', rights: needsOfKeys(manage) },
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'Your API keys',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(apiKeySchema) },
      },
    },
    async (request) => auth.listKeys(await request.principal(), request.query),
  )

  app.get(
    '/api/auth/keys/current',
    {
      config: { limit: 'requests', rights: needs() },
      schema: {
        tags,
        operationId: 'getCurrentKey',
        summary: 'The API key of this request, and whose it is',
        security: byKey,
        response: { 200: currentKeySchema },
      },
    },
    async (request) => auth.showCurrentKey(await request.principal()),
  )

  app.post(
    '/api/auth/keys',
    {
      config: { limit: 'requests', rights: needs(manage), refusals: ['conflict'] },
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Create an API key',
        description:
          'The secret is in this answer and nowhere else. A key holds no scope that the caller lacks; one that a key makes ' +
          'ends with that key, at its expiry or when it is ended.',
        body: apiKeyRequestSchema,
        response: { 201: createdApiKeySchema },
      },
    },
    async (request, reply) => {
      const key = await auth.mintKey(await request.principal(), request.body, originOf(request))
      return reply.code(201).send(key)
    },
  )

  app.delete(
    '/api/auth/keys/:id',
    {
      config: { limit: 'requests', rights: needs(manage) },
      schema: {
        tags,
        operationId: 'deleteKey',
        summary: 'End an API key, and those that it made',
        params: idParamsSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await auth.deleteKey(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )
}
