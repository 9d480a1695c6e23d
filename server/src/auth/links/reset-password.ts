import { type AccountLink, Failure, type PasswordReset } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import { endCredentials } from '../end-credentials.ts'
import type { PostOffice } from '../mail/post-office.ts'
import { normaliseEmail } from '../names.ts'
import { laneOf, type Origin } from '../origin.ts'
import { requirePasswords } from '../password-rules.ts'
import { recordAudit } from '../record-audit.ts'
import { findLink, lockLink } from '../store/links.ts'
import { insertRevocations } from '../store/revocations.ts'
import { lockUser, updateUser } from '../store/users.ts'
import { issueLink } from './issue-link.ts'
import { opens, readLink, urlOf } from './link.ts'

/**
 * Has a link mailed to an address, should an account have it. What it does and how long it takes is the same for every
 * address: whether there is an account is looked up when the mail is sent. Throws `mail_off`, `rate_limited`.
 */
export type AskPasswordReset = (email: string, origin: Origin) => Promise<void>

export function createAskPasswordReset(
  { db, config, mailThrottle }: Pick<AuthDeps, 'db' | 'config' | 'mailThrottle'>,
  post: PostOffice,
): AskPasswordReset {
  return async (given, origin) => {
    requirePasswords(config)
    if (!post.isOpen)
      throw new Failure('mail_off', 'Ask an administrator for a link to set a new password by.')
    await mailThrottle.admit(origin.address)
    const email = normaliseEmail(given)
    // Nobody's mailbox is filled; the answer stays the same.
    if (!(await mailThrottle.mayMail(email))) return
    await post.post(db, { kind: 'reset', email, linkId: null })
    post.wake()
  }
}

/** A link for somebody who cannot be mailed. Not for oneself: one's own password needs the current one. */
export type MakePasswordLink = (principal: Principal, userId: string, origin: Origin) => Promise<AccountLink>

export function createMakePasswordLink(
  { db, clock, config }: Pick<AuthDeps, 'db' | 'clock' | 'config'>,
  publicUrl: string,
): MakePasswordLink {
  return async (principal, userId, origin) => {
    requirePasswords(config)
    if (userId === principal.userId) {
      throw new Failure('forbidden', 'Your own password is changed at /api/auth/me, with the current one.')
    }
    return db.transaction(async (tx) => {
      if ((await lockUser(tx, userId)) === null) throw new Failure('not_found')
      const at = clock.now()
      const { token, expiresAt } = await issueLink(tx, userId, 'reset', at)
      const deed = { action: 'user.password-link', actorId: principal.userId, targetId: userId } as const
      await recordAudit(tx, at, deed, origin)
      return { url: urlOf(publicUrl, 'reset', token), expiresAt: expiresAt.toISOString() }
    })
  }
}

/**
 * Sets a new password by a link, which is spent with it, and ends every session and API key of the account. The second
 * step of signing in stays. Throws `link_invalid`, `invalid_request`.
 */
export type ResetByLink = (input: PasswordReset, origin: Origin) => Promise<void>

export function createResetByLink(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'passwords' | 'checkPassword' | 'announce'>,
): ResetByLink {
  const { db, clock, config, passwords, checkPassword, announce } = parts
  return async ({ token, password }, origin) => {
    requirePasswords(config)
    const presented = readLink(token)
    const accountOf = async (on: Queryable): Promise<string> => {
      const row = presented === null ? null : await findLink(on, presented.lookup)
      if (presented === null || !opens(row, presented, clock.now()) || row.kind !== 'reset') throw invalid()
      if (row.userId === null) throw invalid()
      return row.userId
    }
    // Judged again below, where it counts; here it saves the work of hashing.
    const userId = await accountOf(db)
    await checkPassword(password)
    const passwordHash = await passwords.hash(password, laneOf('change', origin), async () => {
      await accountOf(db)
    })
    const revoked = await db.transaction(async (tx) => {
      const user = await lockUser(tx, userId)
      const at = clock.now()
      const row = presented === null ? null : await lockLink(tx, presented.lookup, 'reset', at)
      if (user === null || user.disabledAt !== null || presented === null || !opens(row, presented, at)) {
        throw invalid()
      }
      await updateUser(tx, userId, { passwordHash }, at)
      const ended = await endCredentials(tx, userId, 'password', at)
      const details = { fields: ['password'], password: 'changed', by: 'link' }
      const deed = { action: 'account.change', actorId: userId, targetId: userId, details } as const
      await recordAudit(tx, at, deed, origin)
      return insertRevocations(tx, ended)
    })
    await announce(revoked)
  }
}

export const invalid = (): Failure =>
  new Failure('link_invalid', 'The link was used, is too old, or is not whole. Ask for another one.')
