import { Failure, type SessionTokens } from '@rendition/contract'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { deleteLink, findLink, lockLink } from '../store/links.ts'
import { findUser, lockUser } from '../store/users.ts'
import { beginSignIn, tokensOf } from '../two-step/begin-sign-in.ts'
import { opens, readLink } from './link.ts'
import { invalid } from './reset-password.ts'

/**
 * Signs in by a link that the operator made, which is spent with it. Throws `link_invalid`, `forbidden`, `two_step_required`
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
