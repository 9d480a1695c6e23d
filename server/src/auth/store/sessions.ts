import type { Role } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface SessionRow {
  id: string
  userAgent: string | null
  address: string | null
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
}

export interface NewSession {
  id: string
  userId: string
  userAgent: string | null
  address: string
  at: Date
  expiresAt: Date
}

export async function insertSession(db: Queryable, session: NewSession): Promise<void> {
  await db.query(
    `insert into sessions (id, user_id, user_agent, address, created_at, last_used_at, expires_at)
     values ($1, $2, $3, $4, $5, $5, $6)`,
    [session.id, session.userId, session.userAgent, session.address, session.at, session.expiresAt],
  )
}

export interface NewRefreshToken {
  id: string
  sessionId: string
  hash: Buffer
  at: Date
  expiresAt: Date
}

export async function insertRefreshToken(db: Queryable, token: NewRefreshToken): Promise<void> {
  await db.query(
    'insert into refresh_tokens (id, session_id, hash, created_at, expires_at) values ($1, $2, $3, $4, $5)',
    [token.id, token.sessionId, token.hash, token.at, token.expiresAt],
  )
}

export interface RefreshTokenRow {
  id: string
  hash: Buffer
  expiresAt: Date
  usedAt: Date | null
  sessionId: string
  revokedAt: Date | null
  userId: string
  email: string | null
  username: string | null
  role: Role
  disabledAt: Date | null
  userCreatedAt: Date
}

/** The token with its session, which nobody else refreshes or revokes until the transaction ends. */
export async function lockRefreshToken(tx: Transaction, id: string): Promise<RefreshTokenRow | null> {
  const [row] = await tx.query<RefreshTokenRow & Record<string, unknown>>(
    `select t.id, t.hash, t.expires_at as "expiresAt", t.used_at as "usedAt", s.id as "sessionId",
            s.revoked_at as "revokedAt", u.id as "userId", u.email, u.username, u.role,
            u.disabled_at as "disabledAt", u.created_at as "userCreatedAt"
     from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = s.user_id
     where t.id = $1 for update of t, s`,
    [id],
  )
  return row ?? null
}

/** Tokens of a session that were issued at that moment: the successor of one spent then is among them. */
export async function tokensIssuedAt(
  tx: Transaction,
  sessionId: string,
  at: Date,
): Promise<{ id: string; hash: Buffer; usedAt: Date | null }[]> {
  return tx.query<{ id: string; hash: Buffer; usedAt: Date | null }>(
    'select id, hash, used_at as "usedAt" from refresh_tokens where session_id = $1 and created_at = $2',
    [sessionId, at],
  )
}

export async function spendRefreshToken(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx.query('update refresh_tokens set used_at = $2 where id = $1', [id, at])
}

export async function touchSession(
  tx: Transaction,
  session: { id: string; address: string; userAgent: string | null; at: Date; expiresAt: Date },
): Promise<void> {
  await tx.query(
    `update sessions set last_used_at = $2, expires_at = $3, address = $4, user_agent = coalesce($5, user_agent)
     where id = $1`,
    [session.id, session.at, session.expiresAt, session.address, session.userAgent],
  )
}

export type RevocationReason = 'logout' | 'revoked' | 'reuse' | 'password' | 'disabled' | 'erased'

/** Ends a user's sessions: one, all, or all but one. Gives the ids of those that were alive. */
export async function revokeSessions(
  tx: Transaction,
  which: { userId: string; only?: string; except?: string | null },
  because: RevocationReason,
  at: Date,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `update sessions set revoked_at = $4, revoked_because = $5
     where user_id = $1 and revoked_at is null
       and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3)
     returning id`,
    [which.userId, which.only ?? null, which.except ?? null, at, because],
  )
  return rows.map(({ id }) => id)
}

/** Whether nobody has ended the session; its expiry is another matter. */
export async function sessionLives(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query('select 1 from sessions where id = $1 and revoked_at is null', [id])
  return rows.length > 0
}

/** Whether the session lives and was signed in to after `since`. */
export async function sessionBeganAfter(db: Queryable, id: string, since: Date): Promise<boolean> {
  const rows = await db.query(
    'select 1 from sessions where id = $1 and revoked_at is null and created_at > $2',
    [id, since],
  )
  return rows.length > 0
}

/** Living sessions, newest first. */
export async function listSessions(
  db: Queryable,
  filter: { userId: string; before: string | null; limit: number; at: Date },
): Promise<SessionRow[]> {
  return db.query<SessionRow & Record<string, unknown>>(
    `select id, user_agent as "userAgent", address, created_at as "createdAt", last_used_at as "lastUsedAt",
            expires_at as "expiresAt"
     from sessions
     where user_id = $1 and revoked_at is null and expires_at > $4 and ($2::uuid is null or id < $2)
     order by id desc limit $3`,
    [filter.userId, filter.before, filter.limit, filter.at],
  )
}

export async function countSessions(db: Queryable, at: Date): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'select count(*) as n from sessions where revoked_at is null and expires_at > $1',
    [at],
  )
  return row?.n ?? 0
}

/** Removes sessions that ended before `before`, and tokens that expired before: until then their reuse is noticed. */
export async function pruneSessions(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from sessions where expires_at < $1 or revoked_at < $1', [before])
  await db.query('delete from refresh_tokens where expires_at < $1', [before])
}
