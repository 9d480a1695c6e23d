import { type AccountChange, Failure, type User } from '@rendition/contract'
import { UniqueViolation } from '../../platform/database/port.ts'
import { type Principal, requireScope } from '../../platform/http/principal.ts'
import { normaliseEmail, usernameKeyOf } from '../names.ts'
import type { Origin } from '../origin.ts'
import type { AuthParts } from '../parts.ts'
import { recordAudit } from '../record-audit.ts'
import { insertRevocations } from '../store/revocations.ts'
import { revokeSessions } from '../store/sessions.ts'
import { findUser, lockUser, type UserChange, updateUser } from '../store/users.ts'
import { userView } from '../views.ts'
import { takenBy } from './register.ts'

/**
 * Changes names and password of the caller. A new password needs the current one (guesses count as in signing in)
 * and signs every other device out. Throws `account_exists`, `invalid_credentials`, `rate_limited`.
 */
export type ChangeAccount = (principal: Principal, change: AccountChange, origin: Origin) => Promise<User>

export function createChangeAccount(
  parts: Pick<AuthParts, 'db' | 'clock' | 'passwords' | 'throttle' | 'announce'>,
): ChangeAccount {
  const { db, clock, passwords, throttle, announce } = parts

  const proveCurrent = async (userId: string, password: string | undefined, origin: Origin) => {
    if (password === undefined) {
      throw new Failure('invalid_request', 'currentPassword: is needed to change the password.', {
        errors: [{ path: 'currentPassword', message: 'is needed to change the password' }],
      })
    }
    const user = await findUser(db, userId)
    const right = await passwords.verify(user?.passwordHash ?? null, password, {
      admit: () => throttle.admit(userId, origin.address),
      settle: async (matches) => {
        if (!matches) await throttle.failed(userId, origin.address)
      },
    })
    if (!right || user === null) throw new Failure('invalid_credentials', 'The current password is wrong.')
    await throttle.succeeded(userId, origin.address)
    return user.passwordHash
  }

  return async (principal, change, origin) => {
    requireScope(principal, 'account:manage')
    const { userId } = principal
    const proved =
      change.password === undefined ? null : await proveCurrent(userId, change.currentPassword, origin)
    const set: UserChange = {
      ...(change.email === undefined ? {} : { email: normaliseEmail(change.email) }),
      ...(change.username === undefined
        ? {}
        : { username: change.username, usernameKey: usernameKeyOf(change.username) }),
      ...(change.password === undefined ? {} : { passwordHash: await passwords.hash(change.password) }),
    }
    const { user, revoked } = await db
      .transaction(async (tx) => {
        const at = clock.now()
        const before = await lockUser(tx, userId)
        if (before === null) throw new Failure('token_invalid', 'This account is gone.')
        // Another change of password came in between: the one that was proved is not the current one any more.
        if (proved !== null && before.passwordHash !== proved) throw new Failure('conflict')
        await updateUser(tx, userId, set, at)
        const ended =
          proved === null
            ? []
            : await revokeSessions(tx, { userId, except: principal.sessionId }, 'password', at)
        const fields = (['email', 'username', 'password'] as const).filter((f) => change[f] !== undefined)
        await recordAudit(
          tx,
          at,
          { action: 'account.change', actorId: userId, targetId: userId, details: { fields } },
          origin,
        )
        const revoked = await insertRevocations(
          tx,
          ended.map((subject) => ({ kind: 'session', subject })),
        )
        return { user: { ...before, ...set }, revoked }
      })
      .catch((error: unknown) => {
        throw error instanceof UniqueViolation ? takenBy(error) : error
      })
    await announce(revoked)
    return userView(user)
  }
}
