import type { NoticeTopic, NotificationsChange } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { Told } from '../told.ts'

/** What somebody is to be told of by mail. */
export interface NoticeRow {
  id: string
  topic: NoticeTopic
  action: Told
  details: Record<string, unknown>
  createdAt: Date
}

/** Topics that are mailed unless an account says otherwise. */
export const mailedByDefault: Readonly<Record<NoticeTopic, boolean>> = {
  signIns: true,
  security: true,
  files: false,
  quota: false,
}

/** Of a topic of an account, until the next mail goes. */
const mostWaiting = 50
/** A process that sends mail says so more often. */
const serviceLives = `exists (select 1 from mail_service where seen_at > now() - interval '1 day')`

/** Writes down what an account is to be told of, to the address that it has now; nothing where it wishes none, or no mail is sent. */
export async function insertNotice(db: Queryable, userId: string, row: NoticeRow): Promise<void> {
  await db.query(
    `insert into notices (id, user_id, topic, action, details, created_at, email)
     select $1, u.id, $3, $4, $5, $6, u.email from users u
     where u.id = $2 and u.email is not null and u.erasing_at is null and coalesce((u.notify ->> $3)::boolean, $7)
       and ${serviceLives} and (select count(*) from notices n where n.user_id = u.id and n.topic = $3) < $8`,
    [
      row.id,
      userId,
      row.topic,
      row.action,
      JSON.stringify(row.details),
      row.createdAt,
      mailedByDefault[row.topic],
      mostWaiting,
    ],
  )
}

/** Whether anybody sends mail. */
export async function isMailSent(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ sent: boolean }>(`select ${serviceLives} as sent`)
  return row?.sent === true
}

export async function noteMailService(db: Queryable, at: Date): Promise<void> {
  await db.query(
    'insert into mail_service (seen_at) values ($1) on conflict (one) do update set seen_at = excluded.seen_at',
    [at],
  )
}

/** Makes mails of what has waited for half a minute, and ten behind the last mail of its topic. */
export async function postNotices(db: Queryable, at: Date, mostMails: number): Promise<void> {
  await db.query(
    `insert into mails (id, kind, email, user_id, topic, due_at, created_at)
     select gen_random_uuid(), 'notice', n.email, n.user_id, n.topic, $1, $1
     from notices n join users u on u.id = n.user_id
     where (select count(*) from mails) < $2
       and coalesce((u.notified ->> n.topic)::timestamptz, '-infinity') < $1::timestamptz - interval '10 min'
     group by n.user_id, n.topic, n.email
     having min(n.created_at) < $1::timestamptz - interval '30 s'
     limit 500
     on conflict (user_id, topic, email) where kind = 'notice' do nothing`,
    [at, mostMails],
  )
}

interface Group {
  userId: string
  topic: NoticeTopic
  email: string
}

/** Oldest first. */
export async function readNotices(db: Queryable, { userId, topic, email }: Group): Promise<NoticeRow[]> {
  return db.query<NoticeRow & Record<string, unknown>>(
    `select id, topic, action, details, created_at as "createdAt" from notices
     where user_id = $1 and topic = $2 and email = $3 order by id limit $4`,
    [userId, topic, email, mostWaiting],
  )
}

/** They were mailed, or will never be. */
export async function forgetNotices(
  tx: Transaction,
  { userId, topic }: Group,
  notices: readonly NoticeRow[],
  at: Date,
): Promise<void> {
  await tx.query('delete from notices where user_id = $1 and id = any($2::uuid[])', [
    userId,
    notices.map(({ id }) => id),
  ])
  await tx.query(
    'update users set notified = notified || jsonb_build_object($2::text, $3::text) where id = $1',
    [userId, topic, at.toISOString()],
  )
}

/** What an account wishes, where that is not what everybody gets. */
export async function readWishes(
  db: Queryable,
  userId: string,
): Promise<{ email: string | null; wishes: Partial<Record<NoticeTopic, boolean>> } | null> {
  const [row] = await db.query<{ email: string | null; wishes: Partial<Record<NoticeTopic, boolean>> }>(
    'select email, notify as wishes from users where id = $1 and erasing_at is null',
    [userId],
  )
  return row ?? null
}

/** What waits of a topic that is switched off is dropped. */
export async function writeWishes(
  tx: Transaction,
  userId: string,
  wishes: NotificationsChange,
): Promise<void> {
  await tx.query('update users set notify = notify || $2::jsonb where id = $1', [
    userId,
    JSON.stringify(wishes),
  ])
  const off = Object.entries(wishes).flatMap(([topic, on]) => (on === false ? [topic] : []))
  await tx.query('delete from notices where user_id = $1 and topic = any($2::text[])', [userId, off])
}

/** Accounts that wish to hear of their quota, and did not in the last week; after one of them. */
export async function listQuotaWatchers(
  db: Queryable,
  at: Date,
  { among, after, limit }: { among: readonly string[] | null; after: string; limit: number },
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from users where (notify ->> 'quota')::boolean and disabled_at is null and erasing_at is null and id > $2
       and ($4::uuid[] is null or id = any($4))
       and coalesce((notified ->> 'quota')::timestamptz, '-infinity') < $1::timestamptz - interval '7 days'
       and not exists (select 1 from notices n where n.user_id = users.id and n.topic = 'quota')
     order by id limit $3`,
    [at, after, limit, among],
  )
  return rows.map(({ id }) => id)
}

/** Other sessions of an account, as far as they are remembered: where it was signed in from. */
export async function devicesOf(
  db: Queryable,
  userId: string,
  besides: string,
): Promise<{ userAgent: string | null; address: string | null }[]> {
  return db.query<{ userAgent: string | null; address: string | null }>(
    `select user_agent as "userAgent", address from sessions where user_id = $1 and id <> $2
     order by id desc limit 200`,
    [userId, besides],
  )
}

/** What was noted while mail was sent, and nobody sends any more. */
export async function pruneNotices(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from notices where created_at < $1', [before])
}
