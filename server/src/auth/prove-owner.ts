import { Failure } from '@rendition/contract'
import type { Principal } from '../platform/http/principal.ts'
import type { AuthDeps } from './deps.ts'
import type { Origin } from './origin.ts'
import type { ProvePassword } from './prove-password.ts'
import { sessionBeganAfter } from './store/sessions.ts'
import { findUser } from './store/users.ts'

/**
 * Whether it is the owner who sits at a session: by the current password, or, where the account signs in without one, by
 * having signed in just now. Gives the hash that was proved against, to be compared under the account's lock.
 * Throws `invalid_request` without a password that is needed, `invalid_credentials`, `rate_limited`, `sign_in_again`.
 */
export type ProveOwner = (
  principal: Pick<Principal, 'userId' | 'sessionId'>,
  currentPassword: string | undefined,
  origin: Origin,
) => Promise<string | null>

const freshMs = 600_000

export function createProveOwner({
  db,
  clock,
  config,
  provePassword,
}: Pick<AuthDeps, 'db' | 'clock' | 'config'> & { provePassword: ProvePassword }): ProveOwner {
  return async ({ userId, sessionId }, currentPassword, origin) => {
    const hash = (await findUser(db, userId))?.passwordHash ?? null
    if (hash !== null && config.passwordSignIn) {
      if (currentPassword === undefined) throw passwordNeeded()
      return provePassword(userId, currentPassword, origin)
    }
    const since = new Date(clock.now().getTime() - freshMs)
    if (sessionId === null || !(await sessionBeganAfter(db, sessionId, since))) {
      throw new Failure('sign_in_again', 'Sign out and in again, then do this within ten minutes.')
    }
    return hash
  }
}

function passwordNeeded(): Failure {
  const message = 'is needed for this'
  return new Failure('invalid_request', `currentPassword: ${message}.`, {
    errors: [{ path: 'currentPassword', message }],
  })
}
