import type { AuditAction } from '@rendition/contract'

/** What somebody did, for the audit. */
export interface Deed {
  action: AuditAction
  outcome?: 'success' | 'failure'
  /** null for somebody unknown, as in a failed sign-in. */
  actorId: string | null
  targetId?: string | null
  details?: Record<string, unknown>
}
