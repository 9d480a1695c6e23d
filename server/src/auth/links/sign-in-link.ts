import { Failure, type SessionTokens } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { startSession, tokensFor } from '../sessions/start-session.ts'
import { deleteLink, dropOldestLinks, findLink, insertLink, lockLink } from '../store/links.ts'
import { isTwoStepOn } from '../store/two-step.ts'
import { findUser, lockUser, updateUser } from '../store/users.ts'
import { openChallenge } from '../two-step/challenge.ts'
import { newLink, opens, readLink, signInSeconds } from './link.ts'
import { invalid } from './reset-password.ts'

/** A link that signs in once, written in the caller's transaction, which holds the account. Gives its secret. */
export async function issueSignInLink(
  tx: Transaction,
  userId: string,
  at: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const { id, token, hash } = newLink()
  const expiresAt = new Date(at.getTime() + signInSeconds * 1000)
  await dropOldestLinks(tx, userId, 2)
  const what = { kind: 'sign-in' as const, userId, email: null, role: null }
  await insertLink(tx, { id, ...what, hash, createdAt: at, expiresAt })
  return { token, expiresAt }
}

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
    const outcome = await db.transaction(async (tx) => {
      // The account before the link, as whoever sets a password does.
      const user = await lockUser(tx, userId)
      const at = clock.now()
      const row = await lockLink(tx, presented.lookup, 'sign-in', at)
      if (user === null || !opens(row, presented, at)) throw invalid()
      if (user.disabledAt !== null) throw new Failure('forbidden', 'This account is disabled.')
      await deleteLink(tx, row.id)
      if (await isTwoStepOn(tx, userId)) return { challenge: await openChallenge(tx, userId, at) }
      await updateUser(tx, userId, { lastLoginAt: at }, at)
      const started = await startSession(tx, parts, userId, origin)
      const deed = { action: 'session.start', actorId: userId, targetId: started.sessionId } as const
      await recordAudit(tx, at, { ...deed, details: { by: 'link' } }, origin)
      return { ...started, account: user }
    })
    if ('challenge' in outcome) {
      throw new Failure(
        'two_step_required',
        'Send the code of your app to /api/auth/login/two-step.',
        outcome,
      )
    }
    return tokensFor(parts, outcome.account, outcome, 'Login successful')
  }
}
