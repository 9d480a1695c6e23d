import { Failure, type SessionTokens } from '@rendition/contract'
import type { AuthDeps } from '../deps.ts'
import { loginNameOf } from '../names.ts'
import { laneOf, type Origin } from '../origin.ts'
import { requirePasswords } from '../password-rules.ts'
import { recordAudit } from '../record-audit.ts'
import { findUserByName, lockUser, type UserRow, updateUser } from '../store/users.ts'
import { beginSignIn, tokensOf } from '../two-step/begin-sign-in.ts'

/**
 * Signs in. Throws `invalid_credentials` in the same time and words for a wrong password and for no such account,
 * `rate_limited` after too many of them, `forbidden` for the right password of a disabled account, `two_step_required`
 * with a challenge where a code is asked for as well, `password_sign_in_off`.
 */
export type LogIn = (input: { name: string; password: string }, origin: Origin) => Promise<SessionTokens>

export function createLogIn(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'passwords' | 'throttle' | 'sign'>,
): LogIn {
  const { db, clock, config, passwords, throttle } = parts

  return async (input, origin) => {
    requirePasswords(config)
    const lane = laneOf('login', origin)
    const name = loginNameOf(input.name)
    const account = 'email' in name ? name.email : name.usernameKey
    const found: { user: UserRow | null } = { user: null }
    // When its turn has come: a crowd that is turned away costs the database nothing.
    const find = async (): Promise<string | null> => {
      found.user = await findUserByName(db, name)
      return found.user?.passwordHash ?? null
    }
    const fail = async (): Promise<void> => {
      const usedUp = await throttle.failed(account, origin.address)
      const deed = { outcome: 'failure', actorId: null, targetId: found.user?.id ?? null } as const
      await recordAudit(db, clock.now(), { ...deed, action: 'session.start' }, origin)
      if (usedUp) await recordAudit(db, clock.now(), { ...deed, action: 'session.block' }, origin)
    }
    const right = await passwords.verify(find, input.password, lane, {
      admit: () => throttle.admit(account, origin.address),
      settle: async (matches) => {
        if (!matches) await fail()
      },
    })
    const { user } = found
    if (!right || user === null || user.passwordHash === null) throw new Failure('invalid_credentials')
    await throttle.succeeded(account, origin.address)
    // Only who knows the password learns this.
    if (user.disabledAt !== null) throw disabled()

    const newHash = passwords.outdated(user.passwordHash)
      ? await passwords.hash(input.password, lane)
      : undefined
    const begun = await db.transaction(async (tx) => {
      // The password took its time: the account may have been disabled, deleted or given a new password meanwhile.
      const current = await lockUser(tx, user.id)
      if (current === null || current.passwordHash !== user.passwordHash) {
        throw new Failure('invalid_credentials')
      }
      if (current.disabledAt !== null) throw disabled()
      const at = clock.now()
      if (newHash !== undefined) await updateUser(tx, user.id, { passwordHash: newHash }, at)
      return beginSignIn(tx, parts, current, { at, origin })
    })
    return tokensOf(parts, begun)
  }
}

const disabled = (): Failure => new Failure('forbidden', 'This account is disabled.')
