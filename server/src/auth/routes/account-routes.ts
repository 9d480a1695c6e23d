import {
  accountChangeSchema,
  apiKeyRequestSchema,
  apiKeySchema,
  createdApiKeySchema,
  currentKeySchema,
  pageQuerySchema,
  pageSchema,
  userSchema,
} from '@rendition/contract'
import type { App } from '../../platform/http/app.ts'
import { problems } from '../../platform/http/problems.ts'
import type { Auth } from '../types.ts'
import { byKey, idParamsSchema, noContent, originOf, rateLimitHeaders, signedIn } from './shared.ts'

/** The caller's account and API keys. */
export function registerAccountRoutes(app: App, auth: Auth): void {
  const tags = ['auth']
  const security = signedIn

  app.get(
    '/api/auth/me',
    {
      schema: {
        tags,
        summary: 'Your account',
        security,
        response: { 200: userSchema, ...problems(401) },
      },
    },
    async (request) => auth.showAccount(await request.principal()),
  )

  app.patch(
    '/api/auth/me',
    {
      onError: rateLimitHeaders,
      schema: {
        tags,
        summary: 'Change your names or password',
        description: 'A new password needs `currentPassword` and signs every other device out.',
        security,
        body: accountChangeSchema,
        response: { 200: userSchema, ...problems(400, 401, 403, 409, 429, 503) },
      },
    },
    async (request) => auth.changeAccount(await request.principal(), request.body, originOf(request)),
  )

  app.delete(
    '/api/auth/me',
    {
      schema: {
        tags,
        summary: 'Erase your account and its images',
        description: 'At once and for good. The last administrator gets 409 while other accounts exist.',
        security,
        response: { 204: noContent, ...problems(401, 403, 409) },
      },
    },
    async (request, reply) => {
      await auth.deleteAccount(await request.principal(), originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/auth/keys',
    {
      schema: {
        tags,
        summary: 'Your API keys',
        security,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(apiKeySchema), ...problems(400, 401, 403) },
      },
    },
    async (request) => auth.listKeys(await request.principal(), request.query),
  )

  app.get(
    '/api/auth/keys/current',
    {
      schema: {
        tags,
        summary: 'The API key of this request, and whose it is',
        security: byKey,
        response: { 200: currentKeySchema, ...problems(401, 404) },
      },
    },
    async (request) => auth.showCurrentKey(await request.principal()),
  )

  app.post(
    '/api/auth/keys',
    {
      schema: {
        tags,
        summary: 'Create an API key',
        description:
          'The secret is in this answer and nowhere else. A key holds no scope that the caller lacks.',
        security,
        body: apiKeyRequestSchema,
        response: { 201: createdApiKeySchema, ...problems(400, 401, 403, 409) },
      },
    },
    async (request, reply) => {
      const key = await auth.createKey(await request.principal(), request.body, originOf(request))
      return reply.code(201).send(key)
    },
  )

  app.delete(
    '/api/auth/keys/:id',
    {
      schema: {
        tags,
        summary: 'End an API key',
        security,
        params: idParamsSchema,
        response: { 204: noContent, ...problems(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      await auth.deleteKey(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )
}
