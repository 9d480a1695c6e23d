import type { Language, Role } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface LinkRow {
  id: string
  kind: 'reset' | 'invite' | 'sign-in' | 'verify'
  userId: string | null
  email: string | null
  role: Role | null
  hash: Buffer
  createdAt: Date
  expiresAt: Date
  /** Its secret was mailed, and given to nobody else. */
  mailed: boolean
  /** Of an invitation. */
  language: Language | null
}

export type NewLink = Omit<LinkRow, 'mailed' | 'language'> & { language?: Language }

const columns = `id, kind, user_id as "userId", email, role, hash, created_at as "createdAt",
  expires_at as "expiresAt", mailed, language`

/** Throws UniqueViolation where the address is invited already. */
export async function insertLink(tx: Transaction, row: NewLink): Promise<void> {
  await tx.query(
    `insert into account_links (id, kind, user_id, email, role, hash, created_at, expires_at, language)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.id,
      row.kind,
      row.userId,
      row.email,
      row.role,
      row.hash,
      row.createdAt,
      row.expiresAt,
      row.language ?? null,
    ],
  )
}

/** A link of the kind that is still good at `at`; nobody else uses it until the transaction ends. */
export async function lockLink(
  tx: Transaction,
  id: string,
  kind: LinkRow['kind'],
  at: Date,
): Promise<LinkRow | null> {
  const [row] = await tx.query<LinkRow & Record<string, unknown>>(
    `select ${columns} from account_links where id = $1 and kind = $2 and expires_at > $3 for update`,
    [id, kind, at],
  )
  return row ?? null
}

export async function findLink(db: Queryable, id: string): Promise<LinkRow | null> {
  const [row] = await db.query<LinkRow & Record<string, unknown>>(
    `select ${columns} from account_links where id = $1`,
    [id],
  )
  return row ?? null
}

/** The secret that counts from now on, as it is mailed: what is mailed again has another one. */
export async function changeLinkHash(db: Queryable, id: string, hash: Buffer): Promise<boolean> {
  const rows = await db.query('update account_links set hash = $2, mailed = true where id = $1 returning 1', [
    id,
    hash,
  ])
  return rows.length > 0
}

export async function deleteLink(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from account_links where id = $1', [id])
}

/** Of an account: one that was used, or whose password was changed otherwise, voids all. */
export async function deleteLinksOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query('delete from account_links where user_id = $1', [userId])
}

/** The newest stay: a mail that was sent twice must not void itself, and nobody needs more. */
export async function dropOldestLinks(tx: Transaction, userId: string, keep: number): Promise<void> {
  await tx.query(
    `delete from account_links where id in
       (select id from account_links where user_id = $1 and kind <> 'verify' order by id desc offset $2)`,
    [userId, keep],
  )
}

/** One address at a time is to be verified: the last one that was asked for. */
export async function deleteVerifyLinksOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query(`delete from account_links where user_id = $1 and kind = 'verify'`, [userId])
}

export async function findVerifyLinkOf(db: Queryable, userId: string, at: Date): Promise<LinkRow | null> {
  const [row] = await db.query<LinkRow & Record<string, unknown>>(
    `select ${columns} from account_links where user_id = $1 and kind = 'verify' and expires_at > $2
     order by id desc limit 1`,
    [userId, at],
  )
  return row ?? null
}

/** Gives the address that was invited; null when there is no such invitation. */
export async function deleteInvitation(tx: Transaction, id: string): Promise<string | null> {
  const [row] = await tx.query<{ email: string }>(
    `delete from account_links where id = $1 and kind = 'invite' returning email`,
    [id],
  )
  return row?.email ?? null
}

export async function deleteInvitationOf(tx: Transaction, email: string): Promise<void> {
  await tx.query(`delete from account_links where kind = 'invite' and email = $1`, [email])
}

export async function countInvitations(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ n: number }>(`select count(*) as n from account_links where kind = 'invite'`)
  return row?.n ?? 0
}

/** Newest first, below `before`. */
export async function listInvitations(
  db: Queryable,
  filter: { before: string | null; limit: number; at: Date },
): Promise<LinkRow[]> {
  return db.query<LinkRow & Record<string, unknown>>(
    `select ${columns} from account_links
     where kind = 'invite' and expires_at > $3 and ($1::uuid is null or id < $1) order by id desc limit $2`,
    [filter.before, filter.limit, filter.at],
  )
}

export async function pruneLinks(db: Queryable, at: Date): Promise<void> {
  await db.query('delete from account_links where expires_at < $1', [at])
}
