import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface ProviderSignInRow {
  id: string
  provider: string
  /** Whose account is to be linked, and the session that asked; null for signing in. */
  userId: string | null
  sessionId: string | null
  stateHash: Buffer
  browserHash: Buffer
  sealed: Buffer
  expiresAt: Date
}

const columns = `id, provider, user_id as "userId", session_id as "sessionId", state_hash as "stateHash",
  browser_hash as "browserHash", sealed, expires_at as "expiresAt"`

/** False when too many are under way already. */
export async function insertProviderSignIn(
  db: Queryable,
  row: ProviderSignInRow,
  most: number,
): Promise<boolean> {
  const rows = await db.query(
    `insert into provider_sign_ins (id, provider, user_id, session_id, state_hash, browser_hash, sealed, expires_at)
     select $1, $2, $3, $4, $5, $6, $7, $8 where (select count(*) from provider_sign_ins) < $9 returning 1`,
    [
      row.id,
      row.provider,
      row.userId,
      row.sessionId,
      row.stateHash,
      row.browserHash,
      row.sealed,
      row.expiresAt,
      most,
    ],
  )
  return rows.length > 0
}

/** Takes the sign-in that all of this names, so that nobody goes on with it a second time; null when there is none. */
export async function takeProviderSignIn(
  db: Queryable,
  of: Pick<ProviderSignInRow, 'id' | 'provider' | 'stateHash' | 'browserHash'>,
  at: Date,
): Promise<ProviderSignInRow | null> {
  const [row] = await db.query<ProviderSignInRow & Record<string, unknown>>(
    `delete from provider_sign_ins where id = $1 and provider = $2 and state_hash = $3 and browser_hash = $4
       and expires_at > $5 returning ${columns}`,
    [of.id, of.provider, of.stateHash, of.browserHash, at],
  )
  return row ?? null
}

/** Whoever loses the account's other credentials links nothing to it either. */
export async function deleteProviderSignInsOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query('delete from provider_sign_ins where user_id = $1', [userId])
}

export async function pruneProviderSignIns(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from provider_sign_ins where expires_at < $1', [before])
}
