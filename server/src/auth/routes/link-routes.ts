import {
  accountLinkSchema,
  accountLinkStateSchema,
  createdInvitationSchema,
  invitationAcceptSchema,
  invitationRequestSchema,
  invitationSchema,
  linkLookSchema,
  pageQuerySchema,
  pageSchema,
  passwordResetAnswerSchema,
  passwordResetRequestSchema,
  passwordResetSchema,
  sessionTokensSchema,
} from '@rendition/contract'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { anyone, needsAdmin, needsAdminSession } from '../../platform/http/rights.ts'
import type { Auth } from '../types.ts'
import { idParamsSchema, originOf } from './shared.ts'

const asked = 'If an account has this address, a link is on its way to it.'

/** Links that are good once: for a new password, and for a new account. */
export function registerLinkRoutes(app: App, { links }: Auth): void {
  const tags = ['auth']
  const admin = needsAdminSession('account:manage')

  app.post(
    '/api/auth/links/look',
    {
      config: { limit: 'requests', rights: anyone, refusals: ['link_invalid'] },
      schema: {
        tags,
        operationId: 'lookAtLink',
        summary: 'What a link is for, and whether it is still good',
        description: 'It is not spent by that. A POST, because no address and no log is to hold the secret.',
        body: linkLookSchema,
        response: { 200: accountLinkStateSchema },
      },
    },
    async (request) => links.show(request.body.token),
  )

  app.post(
    '/api/auth/password-reset',
    {
      config: { limit: 'logins', rights: anyone, refusals: ['password_sign_in_off', 'mail_off'] },
      schema: {
        tags,
        operationId: 'askPasswordReset',
        summary: 'Have a link for a new password mailed',
        description:
          'The answer is the same whether or not an account has the address. 409 `mail_off` where the installation sends no ' +
          'e-mail: an administrator makes a link then.',
        body: passwordResetRequestSchema,
        response: { 202: passwordResetAnswerSchema },
      },
    },
    async (request, reply) => {
      await links.askPasswordReset(request.body.email, originOf(request))
      return reply.code(202).send({ message: asked })
    },
  )

  app.post(
    '/api/auth/password-reset/confirm',
    {
      config: {
        limit: 'logins',
        rights: anyone,
        refusals: ['link_invalid', 'password_sign_in_off', 'overloaded'],
      },
      schema: {
        tags,
        operationId: 'resetPassword',
        summary: 'Set a new password by a link',
        description:
          'The link is spent; every session and API key of the account ends. A second step of signing in stays.',
        body: passwordResetSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await links.resetPassword(request.body, originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/auth/invitations/accept',
    {
      config: {
        limit: 'registrations',
        rights: anyone,
        refusals: ['link_invalid', 'password_sign_in_off', 'account_exists'],
      },
      schema: {
        tags,
        operationId: 'acceptInvitation',
        summary: 'Make the account that an invitation is for, and sign in',
        description: 'Also where registration is closed. The address is the one that was invited.',
        body: invitationAcceptSchema,
        response: { 201: sessionTokensSchema },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await links.acceptInvitation(request.body, originOf(request))),
  )

  app.post(
    '/api/admin/users/:id/password-link',
    {
      config: { limit: 'requests', rights: admin, refusals: ['password_sign_in_off'] },
      schema: {
        tags: ['admin'],
        operationId: 'makePasswordLink',
        summary: 'A link by which somebody sets a new password',
        description: 'Good once, for an hour. Not for your own account.',
        params: idParamsSchema,
        response: { 201: accountLinkSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const link = await links.makePasswordLink(principal, request.params.id, originOf(request))
      return reply.code(201).send(link)
    },
  )

  app.post(
    '/api/admin/users/:id/sign-in-link',
    {
      config: { limit: 'requests', rights: admin, refusals: ['conflict'] },
      schema: {
        tags: ['admin'],
        operationId: 'makeSignInLink',
        summary: 'A link by which somebody signs in',
        description:
          'Good once, for fifteen minutes; a second step is asked for all the same. Not for your own account.',
        params: idParamsSchema,
        response: { 201: accountLinkSchema },
      },
    },
    async (request, reply) => {
      const principal = await request.principal()
      const link = await links.makeSignInLink(principal, request.params.id, originOf(request))
      return reply.code(201).send(link)
    },
  )

  app.get(
    '/api/admin/invitations',
    {
      config: { limit: 'requests', rights: needsAdmin('account:manage') },
      schema: {
        tags: ['admin'],
        operationId: 'listInvitations',
        summary: 'Invitations that nobody has accepted yet',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(invitationSchema) },
      },
    },
    async (request) => links.listInvitations(request.query),
  )

  app.post(
    '/api/admin/invitations',
    {
      config: {
        limit: 'requests',
        rights: admin,
        refusals: ['password_sign_in_off', 'account_exists', 'conflict'],
      },
      schema: {
        tags: ['admin'],
        operationId: 'invite',
        summary: 'Invite somebody to an account',
        description:
          'Mails a link that is good once, for seven days, or gives it where the installation sends no e-mail. An earlier ' +
          'invitation of the address is void.',
        body: invitationRequestSchema,
        response: { 201: createdInvitationSchema },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await links.invite(await request.principal(), request.body, originOf(request))),
  )

  app.delete(
    '/api/admin/invitations/:id',
    {
      config: { limit: 'requests', rights: admin },
      schema: {
        tags: ['admin'],
        operationId: 'deleteInvitation',
        summary: 'Take an invitation back',
        params: idParamsSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await links.takeBackInvitation(await request.principal(), request.params.id, originOf(request))
      return reply.code(204).send(null)
    },
  )
}
