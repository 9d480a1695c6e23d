import { Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { readToken, sameHash } from '../secret-token.ts'
import { insertRevocations, type Revocation } from '../store/revocations.ts'
import { lockRefreshToken, revokeSessions } from '../store/sessions.ts'

type Parts = Pick<AuthDeps, 'db' | 'clock' | 'announce'>

/**
 * Signs a device out by its refresh token, spent or not. An unknown token is no failure: its session is over anyway,
 * and whether a token exists is nobody's business.
 */
export type LogOut = (refreshToken: string, origin: Origin) => Promise<void>

export function createLogOut({ db, clock, announce }: Parts): LogOut {
  return async (refreshToken, origin) => {
    const presented = readToken('rnr', refreshToken)
    if (presented === null || presented.lookup.length !== 32) return
    const revoked = await db.transaction(async (tx): Promise<Revocation[]> => {
      const row = await lockRefreshToken(tx, presented.lookup)
      if (row === null || !sameHash(row.hash, presented.hash)) return []
      const at = clock.now()
      const ended = await revokeSessions(tx, { userId: row.userId, only: row.sessionId }, 'logout', at)
      if (ended.length === 0) return []
      await recordAudit(
        tx,
        at,
        { action: 'session.revoke', actorId: row.userId, targetId: row.sessionId, details: { by: 'device' } },
        origin,
      )
      return insertRevocations(
        tx,
        ended.map((subject) => ({ kind: 'session', subject })),
      )
    })
    await announce(revoked)
  }
}

/** Signs one of the caller's devices out. Throws `not_found` for any other session. */
export type RevokeSession = (principal: Principal, id: string, origin: Origin) => Promise<void>

export function createRevokeSession({ db, clock, announce }: Parts): RevokeSession {
  return async (principal, id, origin) => {
    const revoked = await db.transaction(async (tx) => {
      const at = clock.now()
      const ended = await revokeSessions(tx, { userId: principal.userId, only: id }, 'revoked', at)
      if (ended.length === 0) throw new Failure('not_found')
      await recordAudit(tx, at, { action: 'session.revoke', actorId: principal.userId, targetId: id }, origin)
      return insertRevocations(
        tx,
        ended.map((subject) => ({ kind: 'session', subject })),
      )
    })
    await announce(revoked)
  }
}
