import type {
  AccountDetails,
  AccountLinkState,
  Credentials,
  InvitationAccept,
  PasswordReset,
  Registration,
  SecondStep,
  SessionTokens,
  User,
} from '@rendition/contract'
import type { Session } from './session.ts'
import type { Transport } from './transport.ts'

export interface Auth {
  /** Whether an account can be made, and whether it would be the first, the administrator's. */
  registration(options?: { signal?: AbortSignal }): Promise<Registration>
  /** Makes an account and signs in. 409 `account_exists`; 400 with `errors` for a bad name or password. */
  register(credentials: Credentials): Promise<User>
  /** 401 `invalid_credentials`, or `two_step_required` with a `challenge` for `finishLogin`; 429 after repeated failures. */
  login(credentials: Credentials): Promise<User>
  /** What a link is for, before it is used. 403 `link_invalid` where it was used or is too old. */
  lookAtLink(token: string, options?: { signal?: AbortSignal }): Promise<AccountLinkState>
  /** Has a link for a new password mailed, where an account has the address. 409 `mail_off` where no e-mail is sent. */
  askPasswordReset(email: string): Promise<void>
  /** Sets a new password by a link. 403 `link_invalid`. */
  resetPassword(reset: PasswordReset): Promise<void>
  /** Makes the account of an invitation, and signs in. 403 `link_invalid`. */
  acceptInvitation(accept: InvitationAccept): Promise<User>
  /** Signs in by a link that the operator made. 403 `link_invalid`. */
  signInByLink(token: string): Promise<User>
  /** The second step: a code of the app, or a recovery code. 403 `code_invalid`, or `challenge_expired` to begin anew. */
  finishLogin(step: SecondStep): Promise<User>
  /**
   * Forgets the session here, at once and whatever follows, and revokes it at the service. Throws `NetworkError` when the
   * service could not be told: the session then stays among the account's devices until it ends by itself.
   */
  logout(): Promise<void>
  me(options?: { signal?: AbortSignal }): Promise<AccountDetails>
  /** An access token that is good now, for requests made by other means; null when signed out. */
  accessToken(): Promise<string | null>
  /**
   * For requests made by other means: runs `attempt` with the credential's headers, and once more with new ones where it was
   * answered 401. So an upload by tus goes on when its token expires in the middle.
   */
  authorized<T extends { status: number }>(
    attempt: (headers: Record<string, string>) => Promise<T>,
  ): Promise<T>
}

export function createAuth(transport: Transport, session: Session): Auth {
  const signIn = async (
    path: string,
    body: Credentials | SecondStep | InvitationAccept | { token: string },
  ): Promise<User> => {
    const answer = await transport.json<SessionTokens>('SessionTokens', {
      method: 'POST',
      path,
      body,
      anonymous: true,
    })
    session.begin(answer)
    return answer.user
  }
  return {
    registration: (options = {}) =>
      transport.json('Registration', {
        method: 'GET',
        path: '/api/auth/registration',
        anonymous: true,
        signal: options.signal,
      }),
    register: (credentials) => signIn('/api/auth/register', credentials),
    login: (credentials) => signIn('/api/auth/login', credentials),
    lookAtLink: (token, options = {}) =>
      transport.json('AccountLinkState', {
        method: 'POST',
        path: '/api/auth/links/look',
        body: { token },
        anonymous: true,
        signal: options.signal,
      }),
    async askPasswordReset(email) {
      await transport.send({
        method: 'POST',
        path: '/api/auth/password-reset',
        body: { email },
        anonymous: true,
      })
    },
    async resetPassword(body) {
      await transport.send({
        method: 'POST',
        path: '/api/auth/password-reset/confirm',
        body,
        anonymous: true,
      })
    },
    acceptInvitation: (accept) => signIn('/api/auth/invitations/accept', accept),
    signInByLink: (token) => signIn('/api/auth/sign-in-link', { token }),
    finishLogin: (step) => signIn('/api/auth/login/two-step', step),
    async logout() {
      const tokens = session.current()
      session.end()
      if (tokens === null) return
      const { refreshToken } = tokens
      await transport.send({
        method: 'POST',
        path: '/api/auth/logout',
        body: { refreshToken },
        headers: { authorization: `Bearer ${tokens.accessToken}` },
        anonymous: true,
      })
    },
    me: (options = {}) =>
      transport.json('AccountDetails', { method: 'GET', path: '/api/auth/me', signal: options.signal }),
    accessToken: async () => (await session.valid())?.accessToken ?? null,
    authorized: transport.authorized,
  }
}

/** Spends a refresh token for a new pair. Used by the session alone, which sees to it that this happens once. */
export function exchangeRefreshToken(transport: Transport, refreshToken: string): Promise<SessionTokens> {
  return transport.json('SessionTokens', {
    method: 'POST',
    path: '/api/auth/refresh',
    body: { refreshToken },
    anonymous: true,
  })
}
