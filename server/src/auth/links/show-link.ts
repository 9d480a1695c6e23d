import type { AccountLinkState } from '@rendition/contract'
import type { AuthDeps } from '../deps.ts'
import { findLink } from '../store/links.ts'
import { opens, readLink } from './link.ts'
import { invalid } from './reset-password.ts'

/** What a link is for, to whoever has all of it; it is not spent by that. Throws `link_invalid`. */
export type ShowLink = (token: string) => Promise<AccountLinkState>

export function createShowLink({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>): ShowLink {
  return async (token) => {
    const presented = readLink(token)
    const row = presented === null ? null : await findLink(db, presented.lookup)
    if (presented === null || !opens(row, presented, clock.now())) throw invalid()
    const { kind, email, expiresAt } = row
    return { kind, email: kind === 'invite' ? email : null, expiresAt: expiresAt.toISOString() }
  }
}
