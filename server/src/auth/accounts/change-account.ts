import { type AccountChange, type AccountDetails, Failure } from '@rendition/contract'
import { changesOf } from '../../platform/audit.ts'
import { UniqueViolation } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps, MailVerification } from '../deps.ts'
import { endCredentials } from '../end-credentials.ts'
import { normaliseEmail, usernameKeyOf } from '../names.ts'
import { laneOf, type Origin } from '../origin.ts'
import { requirePasswords } from '../password-rules.ts'
import type { ProveOwner } from '../prove-owner.ts'
import { recordAudit } from '../record-audit.ts'
import { refuseViewers, requireSession } from '../rights.ts'
import { deleteLinksOf } from '../store/links.ts'
import { insertRevocations } from '../store/revocations.ts'
import {
  findUser,
  findUserByName,
  lockUser,
  type UserChange,
  type UserRow,
  updateUser,
} from '../store/users.ts'
import { accountView } from '../views.ts'
import { taken, takenBy } from './register.ts'

/**
 * Changes names, password and language of the caller. A new password needs a signed-in session and the current one (guesses count
 * as in signing in); it signs every other device out and ends the account's API keys. Where mail is sent, a new
 * address needs both as well: whoever has it can ask for a new password. It ends nothing but links that were made before,
 * and, with `VERIFY_EMAIL`, counts when the link that is mailed to it was opened.
 * Throws `account_exists`, `invalid_credentials`, `rate_limited`, `forbidden`.
 */
export type ChangeAccount = (
  principal: Principal,
  change: AccountChange,
  origin: Origin,
) => Promise<AccountDetails>

export function createChangeAccount(
  parts: Pick<
    AuthDeps,
    'db' | 'clock' | 'config' | 'passwords' | 'checkPassword' | 'announce' | 'mailThrottle'
  > & {
    proveOwner: ProveOwner
    /** Whether a forgotten password is reset by mail. */
    mails: boolean
    mailVerification: MailVerification
  },
): ChangeAccount {
  const { db, clock, config, passwords, checkPassword, proveOwner, announce, mails, mailVerification } = parts

  return async (principal, change, origin) => {
    const { userId } = principal
    const { email, username, password, language } = change
    const secures = password !== undefined || (mails && email !== undefined)
    if (secures) requireSession(principal)
    if (password !== undefined) {
      requirePasswords(config)
      await checkPassword(password)
    }
    const proved = secures ? await proveOwner(principal, change.currentPassword, origin) : null
    if (email !== undefined && config.verifyEmail) {
      const known = await findUser(db, userId)
      const address = normaliseEmail(email)
      if (known === null || waits(known, address))
        await parts.mailThrottle.admitMail(userId, address, origin.address)
    }
    const set: UserChange = {
      ...(email === undefined || config.verifyEmail
        ? {}
        : { email: normaliseEmail(email), emailVerifiedAt: null }),
      ...(username === undefined ? {} : { username, usernameKey: usernameKeyOf(username) }),
      ...(language === undefined ? {} : { language }),
      ...(password === undefined
        ? {}
        : { passwordHash: await passwords.hash(password, laneOf('change', origin)) }),
    }
    const { user, revoked } = await db
      .transaction(async (tx) => {
        const at = clock.now()
        const before = await lockUser(tx, userId)
        if (before === null) throw new Failure('token_invalid', 'This account is gone.')
        if (email !== undefined) refuseViewers(before)
        // Another change of password came in between: the one that was proved is not the current one any more.
        if (secures && before.passwordHash !== proved) throw new Failure('conflict')
        const fields = (['email', 'username', 'password', 'language'] as const).filter(
          (field) => change[field] !== undefined,
        )
        // Before the change: a notice of another address goes to the one that was.
        await recordAudit(
          tx,
          at,
          {
            action: 'account.change',
            actorId: userId,
            targetId: userId,
            details: {
              fields,
              ...(password === undefined ? {} : { password: 'changed' }),
              ...changesOf(before, { ...before, ...set }, ['language']),
            },
            words: changesOf(named(before), { ...named(before), ...named(change) }, ['email', 'username']),
          },
          origin,
        )
        await updateUser(tx, userId, set, at)
        const kept = { session: principal.sessionId, keys: change.keepKeys === true }
        const ended = password === undefined ? [] : await endCredentials(tx, userId, 'password', at, kept)
        if (email !== undefined) await deleteLinksOf(tx, userId)
        if (email !== undefined && config.verifyEmail) {
          const address = normaliseEmail(email)
          const other = await findUserByName(tx, { email: address })
          if (other !== null && other.id !== userId) throw taken('email')
          // It takes the place of the one before when its link is opened.
          if (waits(before, address)) await mailVerification(tx, userId, address, at)
        }
        return { user: { ...before, ...set }, revoked: await insertRevocations(tx, ended) }
      })
      .catch((error: unknown) => {
        throw error instanceof UniqueViolation ? takenBy(error) : error
      })
    await announce(revoked)
    return accountView(user)
  }
}

/** As they are kept and shown. An address that waits for its link is one that was asked for. */
const named = ({
  email,
  username,
}: {
  email?: string | null | undefined
  username?: string | null | undefined
}) => ({
  ...(email === undefined ? {} : { email: email === null ? null : normaliseEmail(email) }),
  ...(username === undefined ? {} : { username }),
})

/** Whether an address is to be verified: another one, or one that was not yet. */
const waits = ({ email, emailVerifiedAt }: UserRow, address: string): boolean =>
  address !== email || emailVerifiedAt === null
