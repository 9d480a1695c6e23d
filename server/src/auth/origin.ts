import { networkOf } from '../platform/http/network.ts'
import type { Lane } from './gate.ts'

/** Where a request came from, for sessions, limits and the audit. */
export interface Origin {
  /** IPv4 or IPv6, of the client as far as trusted proxies tell. */
  address: string
  userAgent: string | null
  requestId: string
}

/** The turns in which this caller's hashes of a kind wait. */
export function laneOf(kind: 'login' | 'register' | 'change', { address }: Origin): Lane {
  return { kind, from: networkOf(address) }
}
