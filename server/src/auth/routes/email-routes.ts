import {
  emailStateSchema,
  emailVerifySchema,
  notificationsChangeSchema,
  notificationsSchema,
} from '@rendition/contract'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { needsOfKeys, needsSession } from '../../platform/http/rights.ts'
import type { Auth } from '../types.ts'
import { originOf } from './shared.ts'

/** The caller's address, and what is mailed to it. */
export function registerEmailRoutes(app: App, { email, notifications }: Auth): void {
  const tags = ['auth']

  app.get(
    '/api/auth/email',
    {
      config: { limit: 'requests', rights: needsOfKeys('account:manage') },
      schema: {
        tags,
        operationId: 'getEmail',
        summary: 'Your address, and whether it is verified',
        response: { 200: emailStateSchema },
      },
    },
    async (request) => email.show(await request.principal()),
  )

  app.post(
    '/api/auth/email/verification',
    {
      config: { limit: 'requests', rights: needsSession(), refusals: ['mail_off', 'conflict', 'overloaded'] },
      schema: {
        tags,
        operationId: 'resendVerification',
        summary: 'Have the link that verifies your address mailed once more',
        description: 'The one before is void. Three mails an hour go to one mailbox.',
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await email.resend(await request.principal(), originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/auth/email/verify',
    {
      config: { limit: 'requests', rights: needsSession(), refusals: ['link_invalid', 'account_exists'] },
      schema: {
        tags,
        operationId: 'verifyEmail',
        summary: 'Verify an address by the link that was mailed to it',
        description:
          'By who is signed in to the account that it is for: a click of somebody else proves nothing.',
        body: emailVerifySchema,
        response: { 200: emailStateSchema },
      },
    },
    async (request) => email.verify(await request.principal(), request.body.token, originOf(request)),
  )

  app.get(
    '/api/auth/notifications',
    {
      config: { limit: 'requests', rights: needsOfKeys('account:manage') },
      schema: {
        tags,
        operationId: 'getNotifications',
        summary: 'Which mails you get',
        response: { 200: notificationsSchema },
      },
    },
    async (request) => notifications.show(await request.principal()),
  )

  app.patch(
    '/api/auth/notifications',
    {
      config: { limit: 'requests', rights: needsSession() },
      schema: {
        tags,
        operationId: 'changeNotifications',
        summary: 'Choose which mails you get',
        body: notificationsChangeSchema,
        response: { 200: notificationsSchema },
      },
    },
    async (request) => notifications.change(await request.principal(), request.body, originOf(request)),
  )
}
