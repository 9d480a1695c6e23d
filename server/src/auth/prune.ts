import type { AuthParts } from './parts.ts'
import { pruneAudit } from './store/audit.ts'
import { pruneRevocations } from './store/revocations.ts'
import { pruneSessions } from './store/sessions.ts'

const dayMs = 86_400_000

/** Removes what is over: long-ended sessions, spent tokens, old audit entries. Run it some times a day, by one or many. */
export function createPrune({ db, clock, config }: Pick<AuthParts, 'db' | 'clock' | 'config'>) {
  return async (): Promise<void> => {
    const now = clock.now().getTime()
    // Kept as long again as they were good, so that the reuse of an old token is still called one.
    await pruneSessions(db, new Date(now - config.refreshTokenDays * dayMs))
    await pruneRevocations(db, config.accessTokenSeconds * 4)
    await pruneAudit(db, new Date(now - config.auditRetentionDays * dayMs))
  }
}
