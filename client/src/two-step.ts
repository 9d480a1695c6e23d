import type { RecoveryCodes, TwoStep, TwoStepSetUp } from '@rendition/contract'
import type { Asking } from './asking.ts'
import type { Transport } from './transport.ts'

/** The second step of signing in to this account. All but `show` are for who signed in: 403 for a client with a key. */
export interface TwoSteps {
  show(asking?: Asking): Promise<TwoStep>
  /** A secret for an authenticator app; `confirm` switches it on. Without a password where the account has none. 401 `invalid_credentials`, 409 where it is on. */
  setUp(currentPassword: string | undefined, asking?: Asking): Promise<TwoStepSetUp>
  /** Gives the recovery codes, once. 403 `code_invalid`. */
  confirm(code: string, asking?: Asking): Promise<RecoveryCodes>
  /** New recovery codes in place of the earlier ones. */
  renewCodes(code: string, asking?: Asking): Promise<RecoveryCodes>
  switchOff(proof: { currentPassword?: string; code: string }, asking?: Asking): Promise<void>
}

export function createTwoSteps({ json, send }: Transport): TwoSteps {
  const path = '/api/auth/two-step'
  return {
    show: ({ signal } = {}) => json('TwoStep', { method: 'GET', path, signal }),
    setUp: (currentPassword, { signal } = {}) =>
      json('TwoStepSetUp', { method: 'POST', path: `${path}/set-up`, body: { currentPassword }, signal }),
    confirm: (code, { signal } = {}) =>
      json('RecoveryCodes', { method: 'POST', path: `${path}/confirm`, body: { code }, signal }),
    renewCodes: (code, { signal } = {}) =>
      json('RecoveryCodes', { method: 'POST', path: `${path}/recovery-codes`, body: { code }, signal }),
    async switchOff(body, { signal } = {}) {
      await send({ method: 'POST', path: `${path}/off`, body, signal })
    },
  }
}
