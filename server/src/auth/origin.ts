/** Where a request came from, for sessions, limits and the audit. */
export interface Origin {
  /** IPv4 or IPv6, of the client as far as trusted proxies tell. */
  address: string
  userAgent: string | null
  requestId: string
}
