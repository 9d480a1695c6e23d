import {
  credentialsSchema,
  Failure,
  loginSchema,
  pageQuerySchema,
  pageSchema,
  refreshSchema,
  registrationSchema,
  sessionSchema,
  sessionTokensSchema,
  verificationSchema,
  verifyRequestSchema,
} from '@rendition/contract'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { ofCredentials } from '../../platform/http/refusals.ts'
import { anyone, judgedByHandler, needsOfKeys } from '../../platform/http/rights.ts'
import type { Auth } from '../types.ts'
import { bearerOf } from '../verify/verifier.ts'
import { byToken, idParamsSchema, originOf } from './shared.ts'

/** Registering, signing in and out, renewing, verifying, devices. */
export function registerSessionRoutes(app: App, auth: Auth): void {
  const tags = ['auth']

  app.get(
    '/api/auth/registration',
    {
      config: { limit: 'requests', rights: anyone },
      schema: {
        tags,
        operationId: 'getRegistration',
        summary: 'Whether an account can be made, and whether it is the first',
        description: 'The first account becomes the administrator.',
        response: { 200: registrationSchema },
      },
    },
    async () => auth.showRegistration(),
  )

  app.post(
    '/api/auth/register',
    {
      config: {
        limit: 'registrations',
        rights: anyone,
        refusals: ['registration_closed', 'password_sign_in_off', 'account_exists'],
      },
      schema: {
        tags,
        operationId: 'register',
        summary: 'Create an account and sign in',
        description: 'One of `email` and `username` suffices. The first account becomes the administrator.',
        body: credentialsSchema,
        response: { 201: sessionTokensSchema },
      },
    },
    async (request, reply) => reply.code(201).send(await auth.register(request.body, originOf(request))),
  )

  app.post(
    '/api/auth/login',
    {
      config: {
        limit: 'logins',
        rights: anyone,
        refusals: ['invalid_credentials', 'two_step_required', 'forbidden', 'password_sign_in_off'],
      },
      schema: {
        tags,
        operationId: 'logIn',
        summary: 'Sign in',
        description:
          'A wrong password and an unknown account get the same answer. Repeated failures get 429 with ' +
          '`Retry-After` and the RateLimit headers. Where the account has a second step the answer is 401 ' +
          '`two_step_required` with a `challenge`, and the code goes to `/api/auth/login/two-step`.',
        body: loginSchema,
        response: { 200: sessionTokensSchema },
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
      config: {
        limit: 'refreshes',
        rights: anyone,
        refusals: ['token_expired', 'token_invalid', 'refresh_reused'],
      },
      schema: {
        tags,
        operationId: 'refreshSession',
        summary: 'Exchange a refresh token for a new pair',
        description:
          'The old refresh token is spent. For some seconds it gives the same successor again (two tabs, a lost answer); ' +
          'presenting it later, or after its successor, ends the session: 401 `refresh_reused`.',
        body: refreshSchema,
        response: { 200: sessionTokensSchema },
      },
    },
    async (request) => auth.refresh(request.body.refreshToken, originOf(request)),
  )

  app.post(
    '/api/auth/logout',
    {
      config: { limit: 'requests', rights: anyone },
      schema: {
        tags,
        operationId: 'logOut',
        summary: 'Sign out the device of a refresh token',
        description: 'An unknown token is signed out already: 204 as well.',
        body: refreshSchema,
        response: { 204: noContent },
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
  const verifyAnswers = { 200: verificationSchema }
  app.get(
    '/api/auth/verify',
    {
      config: { limit: 'requests', rights: judgedByHandler(), refusals: ofCredentials },
      schema: {
        tags,
        operationId: 'verifyToken',
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
      config: { limit: 'requests', rights: judgedByHandler(), refusals: ofCredentials },
      schema: {
        tags,
        operationId: 'verifyGivenToken',
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
      config: { limit: 'requests', rights: needsOfKeys('account:manage') },
      schema: {
        tags,
        operationId: 'listSessions',
        summary: 'Your signed-in devices',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(sessionSchema) },
      },
    },
    async (request) => auth.listSessions(await request.principal(), request.query),
  )

  app.delete(
    '/api/auth/sessions/:id',
    {
      config: { limit: 'requests', rights: needsOfKeys('account:manage') },
      schema: {
        tags,
        operationId: 'revokeSession',
        summary: 'Sign a device out',
        params: idParamsSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await auth.revokeSession(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )
}
