import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface IdentityRow {
  id: string
  userId: string
  issuer: string
  subject: string
  email: string | null
  createdAt: Date
  lastUsedAt: Date | null
}

const columns = `id, user_id as "userId", issuer, subject, email, created_at as "createdAt",
  last_used_at as "lastUsedAt"`

export async function findIdentity(
  db: Queryable,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<IdentityRow | null> {
  const [row] = await db.query<IdentityRow & Record<string, unknown>>(
    `select ${columns} from identities where issuer = $1 and subject = $2`,
    [issuer, subject],
  )
  return row ?? null
}

/** Throws UniqueViolation where it is linked already. */
export async function insertIdentity(tx: Transaction, row: IdentityRow): Promise<void> {
  await tx.query(
    `insert into identities (id, user_id, issuer, subject, email, created_at, last_used_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.userId, row.issuer, row.subject, row.email, row.createdAt, row.lastUsedAt],
  )
}

export async function touchIdentity(
  tx: Transaction,
  id: string,
  { email, at }: { email: string | null; at: Date },
): Promise<void> {
  await tx.query('update identities set last_used_at = $2, email = $3 where id = $1', [id, at, email])
}

/** Oldest first. */
export async function listIdentities(db: Queryable, userId: string): Promise<IdentityRow[]> {
  return db.query<IdentityRow & Record<string, unknown>>(
    `select ${columns} from identities where user_id = $1 order by id`,
    [userId],
  )
}

export async function deleteIdentity(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from identities where id = $1', [id])
}
