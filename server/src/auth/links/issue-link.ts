import type { Transaction } from '../../platform/database/port.ts'
import { dropOldestLinks, insertLink } from '../store/links.ts'
import { newLink, resetSeconds, signInSeconds } from './link.ts'

/** Of one account. More than one, because a mail may be sent twice. */
const linksPerUser = 3

const seconds = { reset: resetSeconds, 'sign-in': signInSeconds } as const

/**
 * A link for the owner of an account, to set a new password by or to sign in once, written in the caller's transaction, which
 * holds the account. Gives its secret.
 */
export async function issueLink(
  tx: Transaction,
  userId: string,
  kind: keyof typeof seconds,
  at: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const { id, token, hash } = newLink()
  const expiresAt = new Date(at.getTime() + seconds[kind] * 1000)
  await dropOldestLinks(tx, userId, linksPerUser - 1)
  await insertLink(tx, { id, kind, userId, email: null, role: null, hash, createdAt: at, expiresAt })
  return { token, expiresAt }
}
