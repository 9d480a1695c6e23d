import type { AuditAction, Language } from '@rendition/contract'

/** Where a request came from, for sessions, limits and the audit. */
export interface Origin {
  /** IPv4 or IPv6, of the client as far as trusted proxies tell. */
  address: string
  userAgent: string | null
  requestId: string
  /** What its user reads, where the program says so. */
  language?: Language | null
}

/** Something that somebody did to what is not only his own. */
export interface Deed {
  action: AuditAction
  /** null where the service did it by itself. */
  actorId: string | null
  /** What it was done to, where that has an id. */
  targetId: string | null
  /** What was before and what is after. */
  details: Record<string, unknown>
}
