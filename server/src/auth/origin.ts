import type { Origin } from '../platform/audit.ts'
import { networkOf } from '../platform/http/network.ts'
import type { Lane } from './gate.ts'

export type { Origin } from '../platform/audit.ts'

/** The turns in which this caller's hashes of a kind wait. */
export function laneOf(kind: 'login' | 'register' | 'change', { address }: Origin): Lane {
  return { kind, from: networkOf(address) }
}
