import { type AccountLink, Failure, type SessionTokens } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { deleteLink, findLink, lockLink } from '../store/links.ts'
import { findUser, lockUser } from '../store/users.ts'
import { beginSignIn, tokensOf } from '../two-step/begin-sign-in.ts'
import { issueLink } from './issue-link.ts'
import { opens, readLink, urlOf } from './link.ts'
import { invalid } from './reset-password.ts'

/** A link that signs somebody in, for who has no other way. Not for oneself: a stolen session would outlast itself. */
export type MakeSignInLink = (principal: Principal, userId: string, origin: Origin) => Promise<AccountLink>

export function createMakeSignInLink(
  { db, clock }: Pick<AuthDeps, 'db' | 'clock'>,
  publicUrl: string,
): MakeSignInLink {
  return async (principal, userId, origin) => {
    if (userId === principal.userId) throw new Failure('forbidden', 'You are signed in already.')
    return db.transaction(async (tx) => {
      const user = await lockUser(tx, userId)
      if (user === null) throw new Failure('not_found')
      if (user.disabledAt !== null) throw new Failure('conflict', 'This account is disabled.')
      const at = clock.now()
      const { token, expiresAt } = await issueLink(tx, userId, 'sign-in', at)
      const deed = { action: 'user.sign-in-link', actorId: principal.userId, targetId: userId } as const
      await recordAudit(tx, at, deed, origin)
      return { url: urlOf(publicUrl, 'sign-in', token), expiresAt: expiresAt.toISOString() }
    })
  }
}

/**
 * Signs in by a link that an administrator or the operator made, which is spent with it. Throws `link_invalid`, `forbidden`, `two_step_required`
 * where the account has a second step.
 */
export type SignInByLink = (token: string, origin: Origin) => Promise<SessionTokens>

export function createSignInByLink(parts: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'sign'>): SignInByLink {
  const { db, clock } = parts
  return async (token, origin) => {
    const presented = readLink(token)
    const known = presented === null ? null : await findLink(db, presented.lookup)
    const userId = known?.kind === 'sign-in' ? known.userId : null
    if (presented === null || userId === null || (await findUser(db, userId)) === null) throw invalid()
    const begun = await db.transaction(async (tx) => {
      // The account before the link, as whoever sets a password does.
      const user = await lockUser(tx, userId)
      const at = clock.now()
      const row = await lockLink(tx, presented.lookup, 'sign-in', at)
      if (user === null || !opens(row, presented, at)) throw invalid()
      if (user.disabledAt !== null) throw new Failure('forbidden', 'This account is disabled.')
      await deleteLink(tx, row.id)
      return beginSignIn(tx, parts, user, { at, origin, details: { by: 'link' } })
    })
    return tokensOf(parts, begun)
  }
}
