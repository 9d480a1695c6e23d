import { type ErasingDeps, finishErasing } from './accounts/erase-account.ts'
import type { AuthDeps } from './deps.ts'
import { pruneAudit } from './store/audit.ts'
import { pruneChallenges } from './store/challenges.ts'
import { pruneLinks } from './store/links.ts'
import { pruneMails } from './store/mails.ts'
import { pruneNotices } from './store/notices.ts'
import { pruneProviderSignIns } from './store/provider-sign-ins.ts'
import { pruneRevocations } from './store/revocations.ts'
import { pruneSessions } from './store/sessions.ts'
import { pruneUsage } from './store/usage.ts'
import { dayOf } from './usage/counter.ts'

const dayMs = 86_400_000
/** Whoever sends gives a mail up after a day; this is for those that nobody sends. */
const mailMs = dayMs + 3_600_000
/** A year may be looked back on, and a little. */
const usageDays = 400

/**
 * Removes what is over: accounts whose erasing was interrupted, long-ended sessions, spent tokens, mails that nobody sent, old audit entries.
 * Run it at the start and some times a day, in one process or many.
 */
export function createPrune(parts: ErasingDeps & Pick<AuthDeps, 'config'>) {
  const { db, clock, config } = parts
  return async (): Promise<void> => {
    await finishErasing(parts)
    const now = clock.now().getTime()
    // Kept as long again as they were good, so that the reuse of an old token is still called one.
    await pruneSessions(db, new Date(now - config.refreshTokenDays * dayMs))
    await pruneLinks(db, clock.now())
    await pruneMails(db, new Date(now - mailMs))
    await pruneNotices(db, new Date(now - mailMs))
    await pruneChallenges(db, clock.now())
    await pruneProviderSignIns(db, clock.now())
    await pruneRevocations(db, config.accessTokenSeconds * 4)
    await pruneUsage(db, dayOf(new Date(now - usageDays * dayMs)))
    await pruneAudit(db, new Date(now - config.auditRetentionDays * dayMs))
  }
}
