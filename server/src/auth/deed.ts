import type { AuditAction } from '@rendition/contract'

/** What somebody did, for the audit. */
export interface Deed {
  action: AuditAction
  outcome?: 'success' | 'failure'
  /** null for somebody unknown, as in a failed sign-in. */
  actorId: string | null
  targetId?: string | null
  /** Whose it was done to, where that is not who did it. */
  whose?: string | null
  details?: Record<string, unknown>
  /** What people wrote: it goes with the account, or with what it was done to. */
  words?: Record<string, unknown> | undefined
}
