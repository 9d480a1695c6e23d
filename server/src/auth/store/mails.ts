import type { NoticeTopic } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

export interface MailRow {
  id: string
  kind: 'reset' | 'invite' | 'verify' | 'notice'
  email: string
  linkId: string | null
  /** Of a notice: whom it is for, and what about. */
  userId: string | null
  topic: NoticeTopic | null
  attempts: number
  createdAt: Date
}

/** A mail that is to be sent; false when too many wait already. */
export async function insertMail(
  db: Queryable,
  row: Omit<MailRow, 'attempts' | 'userId' | 'topic'>,
  most: number,
): Promise<boolean> {
  const rows = await db.query(
    `insert into mails (id, kind, email, link_id, due_at, created_at)
     select $1, $2, $3, $4, $5, $5 where (select count(*) from mails) < $6 returning 1`,
    [row.id, row.kind, row.email, row.linkId, row.createdAt, most],
  )
  return rows.length > 0
}

/** The mail that is due longest, kept from others until `leaseUntil`; null when none is. */
export async function claimMail(db: Queryable, at: Date, leaseUntil: Date): Promise<MailRow | null> {
  const [row] = await db.query<MailRow & Record<string, unknown>>(
    `update mails set attempts = attempts + 1, due_at = $2 where id =
       (select id from mails where due_at <= $1 order by due_at limit 1 for update skip locked)
     returning id, kind, email, link_id as "linkId", user_id as "userId", topic, attempts, created_at as "createdAt"`,
    [at, leaseUntil],
  )
  return row ?? null
}

export async function postponeMail(db: Queryable, id: string, dueAt: Date): Promise<void> {
  await db.query('update mails set due_at = $2 where id = $1', [id, dueAt])
}

export async function deleteMail(db: Queryable, id: string): Promise<void> {
  await db.query('delete from mails where id = $1', [id])
}

/** What nobody sends: e-mail was switched off while it waited. */
export async function pruneMails(db: Queryable, madeBefore: Date): Promise<void> {
  await db.query('delete from mails where created_at < $1', [madeBefore])
}
