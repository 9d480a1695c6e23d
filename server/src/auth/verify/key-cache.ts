import { Failure } from '@rendition/contract'
import type { Clock } from '../../platform/clock.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { readToken, sameHash } from '../secret-token.ts'

/** A living key as its source knows it. */
export interface HeldKey {
  hash: Buffer
  principal: Principal & { keyId: string }
}

/** Finds a key; null when there is none that counts. Throws `unavailable` when it cannot be known. */
export type KeySource = (lookup: string, token: string) => Promise<HeldKey | null>

export interface KeyCache {
  /** Throws `token_invalid`, `token_expired`. */
  authenticate(key: string): Promise<Principal>
  /** Forgets the keys this says yes to. */
  drop(matches: (principal: HeldKey['principal']) => boolean): void
}

/** Longer than a burst of requests, shorter than anybody's patience with a key that should have stopped. */
const freshMs = 5_000
const mostKeys = 10_000

export function createKeyCache(source: KeySource, clock: Clock): KeyCache {
  const held = new Map<string, { key: HeldKey; at: number }>()
  /** Counts drops: an answer that was under way during one may be older than it, and is not kept. */
  let drops = 0

  const find = async (lookup: string, token: string): Promise<HeldKey | null> => {
    const now = clock.now().getTime()
    const cached = held.get(lookup)
    if (cached !== undefined && Math.abs(now - cached.at) < freshMs) return cached.key
    held.delete(lookup)
    const before = drops
    const key = await source(lookup, token)
    if (key !== null && drops === before) {
      const [oldest] = held.keys()
      if (held.size >= mostKeys && oldest !== undefined) held.delete(oldest)
      held.set(lookup, { key, at: now })
    }
    return key
  }

  return {
    authenticate: async (token) => {
      const presented = readToken('rnk', token)
      if (presented === null) throw new Failure('token_invalid', 'The API key is not valid.')
      const key = await find(presented.lookup, token)
      if (key === null || !sameHash(key.hash, presented.hash)) {
        throw new Failure('token_invalid', 'The API key is not valid.')
      }
      const { expiresAt } = key.principal
      if (expiresAt !== null && expiresAt <= clock.now()) {
        throw new Failure('token_expired', 'The API key has expired.')
      }
      return key.principal
    },
    drop: (matches) => {
      drops += 1
      for (const [lookup, { key }] of held) if (matches(key.principal)) held.delete(lookup)
    },
  }
}
