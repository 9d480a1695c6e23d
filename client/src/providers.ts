import type {
  Identities,
  Identity,
  ProviderFinish,
  ProviderStart,
  SessionTokens,
  User,
} from '@rendition/contract'
import type { Asking } from './asking.ts'
import type { Session } from './session.ts'
import type { Transport } from './transport.ts'

/**
 * Signing in by OpenID providers. `start` says where the browser goes; it comes back to `/sign-in/PROVIDER` of the
 * installation, and what stands behind the `?` there goes to `finish`, from the browser that began.
 */
export interface Providers {
  /** 409 `wrong_address` where the page is open at another address than the configured one. */
  start(provider: string, asking?: Asking): Promise<ProviderStart>
  /** Signs in. 401 `two_step_required`, 403 `sign_in_refused` or `challenge_expired`, 409 `account_exists`. */
  finish(provider: string, back: ProviderFinish): Promise<User>
  /** What signs in to this account. */
  identities(asking?: Asking): Promise<Identities>
  /** Begins to link a provider's account to this one; the password where it has one. 403 `sign_in_again`. */
  startLink(provider: string, currentPassword?: string): Promise<ProviderStart>
  finishLink(provider: string, back: ProviderFinish): Promise<Identity>
  /** 409 `last_way_in` where nothing else signs in. */
  unlink(identityId: string): Promise<void>
}

export function createProviders(transport: Transport, session: Session): Providers {
  const { json, send } = transport
  const path = (provider: string, step: string) =>
    `/api/auth/providers/${encodeURIComponent(provider)}/${step}`
  return {
    start: (provider, { signal } = {}) =>
      json('ProviderStart', { method: 'POST', path: path(provider, 'start'), anonymous: true, signal }),
    async finish(provider, body) {
      const answer = await json<SessionTokens>('SessionTokens', {
        method: 'POST',
        path: path(provider, 'finish'),
        body,
        anonymous: true,
      })
      session.begin(answer)
      return answer.user
    },
    identities: ({ signal } = {}) =>
      json('Identities', { method: 'GET', path: '/api/auth/identities', signal }),
    startLink: (provider, currentPassword) =>
      json('ProviderStart', {
        method: 'POST',
        path: path(provider, 'link'),
        body: currentPassword === undefined ? {} : { currentPassword },
      }),
    finishLink: (provider, body) =>
      json('Identity', { method: 'POST', path: path(provider, 'link/finish'), body }),
    async unlink(identityId) {
      await send({ method: 'DELETE', path: `/api/auth/identities/${encodeURIComponent(identityId)}` })
    },
  }
}
