import { Failure, type SessionTokens } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { mintSuccessor, readToken, sameHash } from '../secret-token.ts'
import { insertRevocations, type Revocation } from '../store/revocations.ts'
import {
  lockRefreshToken,
  type RefreshTokenRow,
  revokeSessions,
  spendRefreshToken,
  tokensIssuedAt,
  touchSession,
} from '../store/sessions.ts'
import {
  type Account,
  issueRefreshToken,
  lookupOf,
  type Mint,
  refreshExpiry,
  tokensFor,
} from './start-session.ts'

/**
 * Spends a refresh token for a new pair. Within `refreshGraceSeconds`, and until its successor is spent, the spent one
 * gets the same successor again: two tabs ask at once, and answers are lost. Seen later it means that two parties hold
 * it: the session ends and the answer is `refresh_reused`. A thief who is as quick holds what his victim holds, and
 * the first of them to renew again ends it for both. Throws `token_expired`, `token_invalid`.
 */
export type Refresh = (refreshToken: string, origin: Origin) => Promise<SessionTokens>

type Outcome =
  | { is: 'renewed'; account: Account; sessionId: string; refreshToken: string }
  | { is: 'reused'; revoked: Revocation[] }
  | { is: 'expired' }
  | { is: 'invalid' }

export function createRefresh(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'sign' | 'announce' | 'successionKey'>,
): Refresh {
  return async (refreshToken, origin) => {
    const presented = readToken('rnr', refreshToken)
    if (presented === null || presented.lookup.length !== 32) throw new Failure('token_invalid')
    // Outcomes, not throws: a reuse must be written, and a throw would roll it back.
    const outcome = await parts.db.transaction(async (tx): Promise<Outcome> => {
      const row = await lockRefreshToken(tx, presented.lookup)
      if (row === null || !sameHash(row.hash, presented.hash)) return { is: 'invalid' }
      if (row.usedAt !== null) {
        return (
          (await again(tx, row, row.usedAt, parts)) ?? {
            is: 'reused',
            revoked: await endFamily(tx, row, parts, origin),
          }
        )
      }
      if (row.revokedAt !== null || row.disabledAt !== null) return { is: 'invalid' }
      if (row.expiresAt.getTime() <= parts.clock.now().getTime()) return { is: 'expired' }
      return renew(tx, row, parts, origin)
    })
    switch (outcome.is) {
      case 'renewed':
        return tokensFor(parts, outcome.account, outcome, 'The session was renewed.')
      case 'reused':
        await parts.announce(outcome.revoked)
        throw new Failure('refresh_reused')
      case 'expired':
        throw new Failure('token_expired')
      case 'invalid':
        throw new Failure('token_invalid')
    }
  }
}

async function renew(
  tx: Transaction,
  row: RefreshTokenRow,
  parts: Pick<AuthDeps, 'clock' | 'config' | 'successionKey'>,
  origin: Origin,
): Promise<Outcome> {
  const at = parts.clock.now()
  const expiresAt = refreshExpiry(parts, at)
  await spendRefreshToken(tx, row.id, at)
  const { address, userAgent } = origin
  await touchSession(tx, {
    id: row.sessionId,
    address,
    userAgent: userAgent?.slice(0, 300) ?? null,
    at,
    expiresAt,
  })
  const session = { id: row.sessionId, at, expiresAt }
  const refreshToken = await issueRefreshToken(tx, session, successorOf(row, parts))
  return renewed(row, refreshToken)
}

function renewed(row: RefreshTokenRow, refreshToken: string): Outcome {
  const { userId: id, email, username, role, userCreatedAt: createdAt, sessionId } = row
  return { is: 'renewed', account: { id, email, username, role, createdAt }, sessionId, refreshToken }
}

const successorOf =
  (row: RefreshTokenRow, { successionKey }: Pick<AuthDeps, 'successionKey'>): Mint =>
  (lookup) =>
    mintSuccessor(successionKey, 'rnr', lookup, row.hash)

/** The answer that was given for a token spent a moment ago, or null when it is late or has been acted on. */
async function again(
  tx: Transaction,
  row: RefreshTokenRow,
  usedAt: Date,
  parts: Pick<AuthDeps, 'clock' | 'config' | 'successionKey'>,
): Promise<Outcome | null> {
  const late = parts.clock.now().getTime() - usedAt.getTime() > parts.config.refreshGraceSeconds * 1000
  if (late || row.revokedAt !== null || row.disabledAt !== null) return null
  for (const { id, hash, usedAt: spentAt } of await tokensIssuedAt(tx, row.sessionId, usedAt)) {
    const successor = successorOf(row, parts)(lookupOf(id))
    if (sameHash(successor.hash, hash)) return spentAt === null ? renewed(row, successor.token) : null
  }
  return null
}

async function endFamily(
  tx: Transaction,
  row: RefreshTokenRow,
  parts: Pick<AuthDeps, 'clock'>,
  origin: Origin,
): Promise<Revocation[]> {
  const at = parts.clock.now()
  const ended = await revokeSessions(tx, { userId: row.userId, only: row.sessionId }, 'reuse', at)
  if (ended.length === 0) return []
  // The presenter may be the thief or the user: the actor is unknown.
  const deed = { action: 'session.reuse', outcome: 'failure', actorId: null, targetId: row.userId } as const
  await recordAudit(tx, at, { ...deed, details: { sessionId: row.sessionId } }, origin)
  return insertRevocations(
    tx,
    ended.map((subject) => ({ kind: 'session', subject })),
  )
}
