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

/**
 * Who does something: the caller of a request, or the account whose job it is. null for the service itself and for guests.
 * Without an origin no request asked for it.
 */
export interface Doer {
  userId: string | null
  origin?: Origin | undefined
}

/** The service by itself: what runs out, what is made whole. */
export const theService: Doer = { userId: null }

/** Something that somebody did, with what was before and what is after. */
export interface Deed {
  action: AuditAction
  /** What it was done to, where that has an id. */
  targetId: string | null
  /** Whose that is. */
  ownerId?: string | undefined
  /** Numbers, states and ids: they stay as long as the entry does. */
  details?: Record<string, unknown>
  /** What people wrote, such as names and tags: it goes with the account, or with what it was done to. */
  words?: Record<string, unknown>
}

/** What became of one act that is done in many transactions: numbers are added up, by name and at any depth. */
export type Outcome = Readonly<{ [name: string]: number | Outcome }>

/** Of these fields, those that differ, as `{ from, to }`. */
export function changesOf<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
): Record<string, { from: unknown; to: unknown }> {
  const differing = fields.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  return Object.fromEntries(differing.map((name) => [name, { from: before[name], to: after[name] }]))
}
