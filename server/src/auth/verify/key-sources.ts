import { currentKeySchema, Failure, type Scope } from '@rendition/contract'
import type { Clock } from '../../platform/clock.ts'
import type { Queryable } from '../../platform/database/port.ts'
import { scopesOf } from '../../platform/http/rights.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { readToken } from '../secret-token.ts'
import { findHeldKey, touchKey } from '../store/keys.ts'
import type { HeldKey, KeySource } from './key-cache.ts'

/** Keys from the accounts database. Notes that a key was used, on the way and never in the way. */
export function databaseKeys(db: Queryable, clock: Clock, log: Logger): KeySource {
  return async (lookup) => {
    const row = await findHeldKey(db, lookup)
    if (row === null || row.disabledAt !== null) return null
    touchKey(db, row.id, clock.now()).catch((err: unknown) => log.warn({ err }, 'key use was not noted'))
    const { id, hash, userId, email, username, role, scopes, expiresAt } = row
    return heldKey({ hash, keyId: id, userId, email, username, role, scopes, expiresAt })
  }
}

const answerTimeoutMs = 3_000

/** Keys from the auth role, for a process without the accounts database. */
export function upstreamKeys(upstream: URL): KeySource {
  return async (_lookup, token) => {
    const presented = readToken('rnk', token)
    if (presented === null) return null
    const answer = await fetch(new URL('/api/auth/keys/current', upstream), {
      headers: { 'x-api-key': token },
      redirect: 'error',
      signal: AbortSignal.timeout(answerTimeoutMs),
    }).catch((cause: unknown) => {
      throw new Failure('unavailable', undefined, { cause })
    })
    const body: unknown = await answer.json().catch(() => null)
    if (answer.status === 401) return null
    const parsed = currentKeySchema.safeParse(body)
    if (!answer.ok || !parsed.success) throw new Failure('unavailable')
    const { key, user } = parsed.data
    return heldKey({
      hash: presented.hash,
      keyId: key.id,
      userId: user.id,
      email: user.email,
      username: user.username,
      role: user.role,
      scopes: key.scopes,
      expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt),
    })
  }
}

/** A key holds the scopes it was given, as far as the account's role still has them. */
function heldKey(
  facts: Omit<HeldKey['principal'], 'scopes' | 'sessionId'> & { hash: Buffer; scopes: readonly Scope[] },
): HeldKey {
  const { hash, scopes, ...account } = facts
  const granted = scopesOf(account.role)
  return {
    hash,
    principal: { ...account, scopes: new Set(scopes.filter((s) => granted.has(s))), sessionId: null },
  }
}
