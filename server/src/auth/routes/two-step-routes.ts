import {
  recoveryCodesSchema,
  secondStepSchema,
  sessionTokensSchema,
  twoStepCodeSchema,
  twoStepOffSchema,
  twoStepSchema,
  twoStepSetUpRequestSchema,
  twoStepSetUpSchema,
} from '@rendition/contract'
import { noContent } from '../../platform/http/answers.ts'
import type { App } from '../../platform/http/app.ts'
import { anyone, needsOfKeys, needsSession } from '../../platform/http/rights.ts'
import type { Auth } from '../types.ts'
import { originOf } from './shared.ts'

/** The second step of signing in: setting it up, using it, switching it off. */
export function registerTwoStepRoutes(app: App, { twoStep, finishSignIn }: Auth): void {
  const tags = ['auth']
  const limit = 'requests' as const
  const rights = needsSession()

  app.post(
    '/api/auth/login/two-step',
    {
      config: {
        limit: 'logins',
        rights: anyone,
        refusals: ['challenge_expired', 'code_invalid', 'forbidden'],
      },
      schema: {
        tags,
        operationId: 'finishLogIn',
        summary: 'Sign in: the second step',
        description:
          'The `challenge` of `two_step_required` with a code of the app, or a recovery code in its place. Each is good ' +
          'once. After five wrong ones, or five minutes, the password is asked for again.',
        body: secondStepSchema,
        response: { 200: sessionTokensSchema },
      },
    },
    async (request) => finishSignIn(request.body, originOf(request)),
  )

  app.get(
    '/api/auth/two-step',
    {
      config: { limit, rights: needsOfKeys('account:manage') },
      schema: {
        tags,
        operationId: 'getTwoStep',
        summary: 'Whether signing in to your account takes a second step',
        response: { 200: twoStepSchema },
      },
    },
    async (request) => twoStep.show(await request.principal()),
  )

  app.post(
    '/api/auth/two-step/set-up',
    {
      config: { limit, rights, refusals: ['invalid_credentials', 'sign_in_again', 'conflict'] },
      schema: {
        tags,
        operationId: 'setUpTwoStep',
        summary: 'A secret for an authenticator app',
        description:
          'Nothing asks for it until `/api/auth/two-step/confirm` has seen a code. 409 where the second step is on.',
        body: twoStepSetUpRequestSchema,
        response: { 200: twoStepSetUpSchema },
      },
    },
    async (request) =>
      twoStep.setUp(await request.principal(), request.body.currentPassword, originOf(request)),
  )

  app.post(
    '/api/auth/two-step/confirm',
    {
      config: { limit, rights, refusals: ['code_invalid', 'conflict'] },
      schema: {
        tags,
        operationId: 'confirmTwoStep',
        summary: 'Switch two-step sign-in on',
        description:
          'With a code of the app. Gives ten recovery codes, here and nowhere else. Sessions and API keys go on as they are.',
        body: twoStepCodeSchema,
        response: { 200: recoveryCodesSchema },
      },
    },
    async (request) => twoStep.confirm(await request.principal(), request.body.code, originOf(request)),
  )

  app.post(
    '/api/auth/two-step/recovery-codes',
    {
      config: { limit, rights, refusals: ['code_invalid', 'conflict'] },
      schema: {
        tags,
        operationId: 'renewRecoveryCodes',
        summary: 'New recovery codes in place of the earlier ones',
        body: twoStepCodeSchema,
        response: { 200: recoveryCodesSchema },
      },
    },
    async (request) => twoStep.renewCodes(await request.principal(), request.body.code, originOf(request)),
  )

  app.post(
    '/api/auth/two-step/off',
    {
      config: {
        limit,
        rights,
        refusals: ['invalid_credentials', 'code_invalid', 'sign_in_again', 'conflict'],
      },
      schema: {
        tags,
        operationId: 'switchOffTwoStep',
        summary: 'Switch two-step sign-in off',
        description: 'With the password and a code.',
        body: twoStepOffSchema,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await twoStep.switchOff(await request.principal(), request.body, originOf(request))
      return reply.code(204).send(null)
    },
  )
}
