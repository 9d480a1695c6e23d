import { type EmailState, Failure } from '@rendition/contract'
import { UniqueViolation } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps, MailVerification } from '../deps.ts'
import type { PostOffice } from '../mail/post-office.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { deleteLinksOf, deleteVerifyLinksOf, findVerifyLinkOf, insertLink, lockLink } from '../store/links.ts'
import { insertRevocations, type NewRevocation } from '../store/revocations.ts'
import { findUser, lockUser, type UserChange, type UserRow, updateUser } from '../store/users.ts'
import { newLink, opens, readLink, verifyDays } from './link.ts'

const dayMs = 86_400_000

export function createMailVerification(post: PostOffice): MailVerification {
  return async (tx, userId, email, at) => {
    const { id, hash } = newLink()
    const expiresAt = new Date(at.getTime() + verifyDays * dayMs)
    await deleteVerifyLinksOf(tx, userId)
    await insertLink(tx, { id, kind: 'verify', userId, email, role: null, hash, createdAt: at, expiresAt })
    await post.post(tx, { kind: 'verify', email, linkId: id })
  }
}

/** The caller's address, and what is known of it. */
export type ShowEmail = (principal: Principal) => Promise<EmailState>

export function createShowEmail({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>): ShowEmail {
  return async ({ userId }) => {
    const user = await findUser(db, userId)
    if (user === null) throw gone()
    return stateOf(user, (await findVerifyLinkOf(db, userId, clock.now()))?.email ?? null)
  }
}

/** Mails the link once more, to the address that waits. Throws `mail_off`, `conflict` where none does, `rate_limited`. */
export type ResendVerification = (principal: Principal, origin: Origin) => Promise<void>

export function createResendVerification(
  { db, clock, mailThrottle }: Pick<AuthDeps, 'db' | 'clock' | 'mailThrottle'>,
  post: PostOffice,
  mailVerification: MailVerification,
): ResendVerification {
  return async ({ userId }, origin) => {
    if (!post.isOpen) throw new Failure('mail_off', 'An administrator can give the account its role.')
    const known = await findUser(db, userId)
    if (known === null) throw gone()
    const address = (await findVerifyLinkOf(db, userId, clock.now()))?.email ?? unverified(known)
    if (address === null) throw new Failure('conflict', 'No address waits to be verified.')
    await mailThrottle.admitMail(userId, address, origin.address)
    await db.transaction(async (tx) => {
      const user = await lockUser(tx, userId)
      if (user === null) throw gone()
      await mailVerification(tx, userId, address, clock.now())
    })
    post.wake()
  }
}

/**
 * Verifies the address that a link was mailed to, by who is signed in to its account: nobody's click proves an address for
 * somebody else's account. Throws `link_invalid`, `account_exists`.
 */
export type VerifyEmail = (principal: Principal, token: string, origin: Origin) => Promise<EmailState>

export function createVerifyEmail(parts: Pick<AuthDeps, 'db' | 'clock' | 'announce'>): VerifyEmail {
  const { db, clock, announce } = parts
  return async ({ userId }, token, origin) => {
    const presented = readLink(token)
    const { user, revoked } = await db
      .transaction(async (tx) => {
        const before = await lockUser(tx, userId)
        const at = clock.now()
        const row = presented === null ? null : await lockLink(tx, presented.lookup, 'verify', at)
        if (before === null || presented === null || !opens(row, presented, at)) throw invalid()
        if (row.userId !== userId || row.email === null) throw invalid()
        const moved = row.email !== before.email
        const set: UserChange = { email: row.email, emailVerifiedAt: at }
        const revocations: NewRevocation[] = []
        if (before.roleWhenVerified !== null) {
          set.role = before.roleWhenVerified
          set.roleWhenVerified = null
          if (before.disabledAt === null) revocations.push({ kind: 'user', subject: userId, role: set.role })
        }
        const details = {
          ...(moved ? { fields: ['email'] } : {}),
          ...(set.role === undefined ? {} : { role: { from: before.role, to: set.role } }),
        }
        const words = moved ? { email: { from: before.email, to: row.email } } : {}
        const deed = { action: 'account.verify', actorId: userId, targetId: userId, details, words } as const
        // Before the change: the address that was is told as well.
        await recordAudit(tx, at, deed, origin)
        await updateUser(tx, userId, set, at)
        // With the verifying one those that were mailed to the address before.
        await deleteLinksOf(tx, userId)
        return { user: { ...before, ...set }, revoked: await insertRevocations(tx, revocations) }
      })
      .catch((error: unknown) => {
        if (error instanceof UniqueViolation) throw taken()
        throw error
      })
    await announce(revoked)
    return stateOf(user, null)
  }
}

const unverified = ({ email, emailVerifiedAt }: UserRow): string | null =>
  emailVerifiedAt === null ? email : null

const stateOf = (user: UserRow, waits: string | null): EmailState => ({
  address: user.email,
  verified: user.emailVerifiedAt !== null,
  pending: waits === user.email ? null : waits,
  role: user.roleWhenVerified,
})

const gone = (): Failure => new Failure('token_invalid', 'This account is gone.')
const taken = (): Failure => new Failure('account_exists', 'Another account has this address by now.')
const invalid = (): Failure =>
  new Failure(
    'link_invalid',
    'The link was used, is too old, or belongs to another account than the one that is signed in.',
  )
