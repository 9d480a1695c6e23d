import {
  identitiesSchema,
  identitySchema,
  linkRequestSchema,
  providerFinishSchema,
  providerIdSchema,
  providerStartSchema,
  sessionTokensSchema,
  signInLinkSchema,
} from '@rendition/contract'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { anyone, needsOfKeys, needsSession } from '../../platform/http/rights.ts'
import type { Auth } from '../types.ts'
import { idParamsSchema, originOf } from './shared.ts'

const providerParamsSchema = z.object({ id: providerIdSchema })
const tags = ['auth']

/** Signing in by OpenID providers, by a link of the operator's, and what is linked to an account. */
export function registerProviderRoutes(app: App, { providers, signInByLink }: Auth): void {
  // Before the body is judged: of a provider that is not there nothing is to be mended.
  const preValidation = async ({ params }: FastifyRequest): Promise<void> =>
    providers.mustKnow((params as { id: string }).id)

  app.post(
    '/api/auth/providers/:id/start',
    {
      preValidation,
      config: { limit: 'logins', rights: anyone, refusals: ['wrong_address'] },
      schema: {
        tags,
        operationId: 'startProviderSignIn',
        summary: 'Begin to sign in at an OpenID provider',
        description:
          'Send the browser to `url` and keep `browserKey` in it. The provider sends it back to `/sign-in/:id` of this ' +
          'installation; what stands behind the `?` there goes to `finish`, within ten minutes and once.',
        params: providerParamsSchema,
        response: { 200: providerStartSchema },
      },
    },
    async ({ params, headers }) => providers.start(params.id, headers.origin ?? null),
  )

  app.post(
    '/api/auth/providers/:id/finish',
    {
      preValidation,
      config: {
        limit: 'logins',
        rights: anyone,
        refusals: [
          'two_step_required',
          'forbidden',
          'registration_closed',
          'sign_in_refused',
          'challenge_expired',
          'account_exists',
        ],
      },
      schema: {
        tags,
        operationId: 'finishProviderSignIn',
        summary: 'Sign in by what an OpenID provider sent the browser back with',
        description:
          'An account that is linked signs in. Without one an account is made, where the configuration allows it. 409 ' +
          '`account_exists` where an account has the address and is not linked: sign in to it and link the provider.',
        params: providerParamsSchema,
        body: providerFinishSchema,
        response: { 200: sessionTokensSchema },
      },
    },
    async (request) => providers.finish(request.params.id, request.body, originOf(request)),
  )

  app.post(
    '/api/auth/providers/:id/link',
    {
      preValidation,
      config: {
        limit: 'logins',
        rights: needsSession(),
        refusals: ['invalid_credentials', 'sign_in_again', 'wrong_address'],
      },
      schema: {
        tags,
        operationId: 'startLink',
        summary: 'Begin to link an account of an OpenID provider to yours',
        description: 'As for signing in; what comes back goes to `link/finish`.',
        params: providerParamsSchema,
        body: linkRequestSchema,
        response: { 200: providerStartSchema },
      },
    },
    async (request) => {
      const { params, body, headers } = request
      const principal = await request.principal()
      return providers.startLink(
        principal,
        params.id,
        body.currentPassword,
        headers.origin ?? null,
        originOf(request),
      )
    },
  )

  app.post(
    '/api/auth/providers/:id/link/finish',
    {
      preValidation,
      config: {
        limit: 'logins',
        rights: needsSession(),
        refusals: ['sign_in_refused', 'challenge_expired', 'conflict'],
      },
      schema: {
        tags,
        operationId: 'finishLink',
        summary: 'Link the account that signed in at the provider to yours',
        params: providerParamsSchema,
        body: providerFinishSchema,
        response: { 200: identitySchema },
      },
    },
    async (request) =>
      providers.finishLink(await request.principal(), request.params.id, request.body, originOf(request)),
  )

  app.get(
    '/api/auth/identities',
    {
      config: { limit: 'requests', rights: needsOfKeys('account:manage') },
      schema: {
        tags,
        operationId: 'listIdentities',
        summary: 'What signs in to your account',
        response: { 200: identitiesSchema },
      },
    },
    async (request) => providers.identities(await request.principal()),
  )

  app.delete(
    '/api/auth/identities/:id',
    {
      config: { limit: 'requests', rights: needsSession(), refusals: ['last_way_in'] },
      schema: {
        tags,
        operationId: 'unlink',
        summary: 'Take the link to an OpenID provider off your account',
        description: 'Not the last thing that signs in to it: 409 `last_way_in`. Sessions go on.',
        params: idParamsSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await providers.unlink(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/auth/sign-in-link',
    {
      config: {
        limit: 'logins',
        rights: anyone,
        refusals: ['link_invalid', 'forbidden', 'two_step_required'],
      },
      schema: {
        tags,
        operationId: 'signInByLink',
        summary: 'Sign in by a link that the operator made',
        description: '`rendition users sign-in-link` makes one: good once, for fifteen minutes.',
        body: signInLinkSchema,
        response: { 200: sessionTokensSchema },
      },
    },
    async (request) => signInByLink(request.body.token, originOf(request)),
  )
}
