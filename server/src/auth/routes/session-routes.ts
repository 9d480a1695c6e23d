import {
  credentialsSchema,
  Failure,
  loginSchema,
  pageQuerySchema,
  pageSchema,
  refreshSchema,
  sessionSchema,
  sessionTokensSchema,
  verificationSchema,
  verifyRequestSchema,
} from '@rendition/contract'
import type { App } from '../../platform/http/app.ts'
import { problems } from '../../platform/http/problems.ts'
import type { Auth } from '../types.ts'
import { bearerOf } from '../verify/verifier.ts'
import {
  anybody,
  byToken,
  idParamsSchema,
  noContent,
  originOf,
  rateLimitHeaders,
  signedIn,
} from './shared.ts'

/** Registering, signing in and out, renewing, verifying, devices. */
export function registerSessionRoutes(app: App, auth: Auth): void {
  const tags = ['auth']

  app.post(
    '/api/auth/register',
    {
      schema: {
        tags,
        summary: 'Create an account and sign in',
        security: anybody,
        description: 'One of `email` and `username` suffices. The first account becomes the administrator.',
        body: credentialsSchema,
        response: { 201: sessionTokensSchema, ...problems(400, 403, 409, 503) },
      },
    },
    async (request, reply) => reply.code(201).send(await auth.register(request.body, originOf(request))),
  )

  app.post(
    '/api/auth/login',
    {
      onError: rateLimitHeaders,
      schema: {
        tags,
        summary: 'Sign in',
        security: anybody,
        description:
          'A wrong password and an unknown account get the same answer. Repeated failures get 429 with ' +
          '`Retry-After` and the RateLimit headers.',
        body: loginSchema,
        response: { 200: sessionTokensSchema, ...problems(400, 401, 403, 429, 503) },
      },
    },
    async (request) => {
      const { email, username, password } = request.body
      return auth.logIn({ name: email ?? username ?? '', password }, originOf(request))
    },
  )

  app.post(
    '/api/auth/refresh',
    {
      schema: {
        tags,
        summary: 'Exchange a refresh token for a new pair',
        security: anybody,
        description:
          'The old refresh token is spent, also when the answer is lost. Presenting a spent one ends the session: ' +
          '401 `refresh_reused`. Never send one token twice, also not at the same time.',
        body: refreshSchema,
        response: { 200: sessionTokensSchema, ...problems(400, 401) },
      },
    },
    async (request) => auth.refresh(request.body.refreshToken, originOf(request)),
  )

  app.post(
    '/api/auth/logout',
    {
      schema: {
        tags,
        summary: 'Sign out the device of a refresh token',
        security: anybody,
        description: 'An unknown token is signed out already: 204 as well.',
        body: refreshSchema,
        response: { 204: noContent, ...problems(400) },
      },
    },
    async (request, reply) => {
      await auth.logOut(request.body.refreshToken, originOf(request))
      return reply.code(204).send(null)
    },
  )

  const verify = async (token: string | null) => {
    if (token === null) throw new Failure('unauthenticated')
    const { userId, email, username, role, expiresAt } = await auth.verifyToken(token)
    return { valid: true as const, userId, email, username, role, expiresAt: expiresAt.toISOString() }
  }
  const verifyAnswers = { 200: verificationSchema, ...problems(400, 401) }
  app.get(
    '/api/auth/verify',
    {
      schema: {
        tags,
        summary: 'Whose the access token is',
        security: byToken,
        response: verifyAnswers,
      },
    },
    async (request) => verify(bearerOf(request.headers.authorization)),
  )
  app.post(
    '/api/auth/verify',
    {
      schema: {
        tags,
        summary: 'Whose an access token is',
        security: [...byToken, {}],
        body: verifyRequestSchema.nullish(),
        response: verifyAnswers,
      },
    },
    async (request) => verify(request.body?.token ?? bearerOf(request.headers.authorization)),
  )

  app.get(
    '/api/auth/sessions',
    {
      schema: {
        tags,
        summary: 'Your signed-in devices',
        security: signedIn,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(sessionSchema), ...problems(400, 401, 403) },
      },
    },
    async (request) => auth.listSessions(await request.principal(), request.query),
  )

  app.delete(
    '/api/auth/sessions/:id',
    {
      schema: {
        tags,
        summary: 'Sign a device out',
        security: signedIn,
        params: idParamsSchema,
        response: { 204: noContent, ...problems(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      await auth.revokeSession(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )
}
