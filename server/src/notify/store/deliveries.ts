import { uuidv7 } from 'uuidv7'
import type { Queryable, Row } from '../../platform/database/port.ts'
import type { NewWebhookDelivery, WebhookDelivery } from '../types.ts'

const columns = `id, owner_id, webhook_id, url, event_id, event_type, body, status, attempts, next_attempt_at,
  response_status, error, created_at, finished_at, answer, duration_ms, attempted_at`

interface DeliveryRow extends Row {
  id: string
  owner_id: string
  webhook_id: string | null
  url: string
  event_id: string
  event_type: string
  body: string
  status: WebhookDelivery['status']
  attempts: number
  next_attempt_at: Date
  response_status: number | null
  error: string | null
  created_at: Date
  finished_at: Date | null
  answer: string | null
  duration_ms: number | null
  attempted_at: Date | null
}

const deliveryOf = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  ownerId: row.owner_id,
  webhookId: row.webhook_id,
  url: row.url,
  eventId: row.event_id,
  eventType: row.event_type,
  body: row.body,
  status: row.status,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  responseStatus: row.response_status,
  error: row.error,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  answer: row.answer,
  durationMs: row.duration_ms,
  attemptedAt: row.attempted_at,
})

/** In one statement; gives them back as stored. */
export async function insertDeliveries(
  db: Queryable,
  deliveries: readonly NewWebhookDelivery[],
): Promise<WebhookDelivery[]> {
  if (deliveries.length === 0) return []
  const rows = await db.query<DeliveryRow>(
    `insert into webhook_deliveries (id, owner_id, webhook_id, url, event_id, event_type, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
     returning ${columns}`,
    [
      deliveries.map(() => uuidv7()),
      deliveries.map((d) => d.ownerId),
      deliveries.map((d) => d.webhookId),
      deliveries.map((d) => d.url),
      deliveries.map((d) => d.eventId),
      deliveries.map((d) => d.eventType),
      deliveries.map((d) => d.body),
    ],
  )
  return rows.map(deliveryOf)
}

/** What is being attempted now, by the endpoint's id (the account's where there is none) and by account. */
export interface Underway {
  endpoints: Readonly<Record<string, number>>
  owners: Readonly<Record<string, number>>
}

/** Of the oldest due ones so many are looked at in one go; those of full endpoints and accounts not at all. */
const lookedAt = 500
const prunedAtOnce = 1_000
const isDue = `status = 'pending' and next_attempt_at <= now() and (leased_until is null or leased_until < now())`
const party = 'coalesce(webhook_id, owner_id)::text'

/**
 * Takes due deliveries for `leaseMs`, oldest first, and of no endpoint or account more than its share with what is
 * under way already: one that is slow must not take every place. An attempt counts from here, so one that kills the
 * process is not repeated for ever at once.
 */
export async function leaseDeliveries(
  db: Queryable,
  options: { limit: number; leaseMs: number; underway: Underway; perEndpoint: number; perOwner: number },
): Promise<WebhookDelivery[]> {
  const { limit, leaseMs, underway, perEndpoint, perOwner } = options
  const rows = await db.query<DeliveryRow>(
    `with due as (
       select id, webhook_id, owner_id, next_attempt_at,
         coalesce(($3::jsonb ->> ${party})::int, 0) as of_endpoint,
         coalesce(($4::jsonb ->> owner_id::text)::int, 0) as of_owner
       from webhook_deliveries
       where ${isDue} and coalesce(($3::jsonb ->> ${party})::int, 0) < $5
         and coalesce(($4::jsonb ->> owner_id::text)::int, 0) < $6
       order by next_attempt_at, id limit ${lookedAt}
     ), fair as (
       select *, of_endpoint + row_number() over (partition by ${party} order by next_attempt_at, id) as place
       from due
     ), fairer as (
       select *, of_owner + row_number() over (partition by owner_id order by next_attempt_at, id) as owner_place
       from fair where place <= $5
     )
     update webhook_deliveries set attempts = attempts + 1, leased_until = now() + $2 * interval '1 millisecond'
     where id in (
       select id from webhook_deliveries where ${isDue} and id in (
         select id from fairer where owner_place <= $6 order by next_attempt_at, id limit $1)
       for update skip locked)
     returning ${columns}`,
    [
      limit,
      leaseMs,
      JSON.stringify(underway.endpoints),
      JSON.stringify(underway.owners),
      perEndpoint,
      perOwner,
    ],
  )
  return rows.map(deliveryOf)
}

export interface Outcome {
  status: WebhookDelivery['status']
  responseStatus: number | null
  error: string | null
  /** For a pending one: milliseconds until the next attempt. */
  pauseMs: number | null
  /** It failed for want of something of ours: as if it had not been tried. */
  ours: boolean
  /** How long the attempt took; null where there was none. */
  durationMs: number | null
  /** The beginning of what was answered; null where that is not kept, or was nothing. */
  answer: string | null
}

export async function finishAttempt(db: Queryable, id: string, outcome: Outcome): Promise<void> {
  await db.query(
    `update webhook_deliveries set status = $2, response_status = $3, error = $4, leased_until = null,
       attempts = case when $6 then greatest(attempts - 1, 0) else attempts end,
       next_attempt_at = now() + coalesce($5::double precision, 0) * interval '1 millisecond',
       finished_at = case when $2 = 'pending' then null else now() end,
       duration_ms = coalesce($7, duration_ms), answer = case when $7::int is null then answer else $8 end,
       attempted_at = case when $7::int is null then attempted_at else now() end
     where id = $1 and status = 'pending'`,
    [
      id,
      outcome.status,
      outcome.responseStatus,
      outcome.error,
      outcome.pauseMs,
      outcome.ours,
      outcome.durationMs,
      outcome.answer,
    ],
  )
}

/** Makes a delivery of an event that waits due now, unless it is being attempted already; null where none waits. */
export async function hastenWaiting(
  db: Queryable,
  webhookId: string,
  eventId: string,
): Promise<WebhookDelivery | null> {
  const rows = await db.query<DeliveryRow>(
    `update webhook_deliveries set next_attempt_at = least(next_attempt_at, now())
     where status = 'pending' and id = (select id from webhook_deliveries
       where webhook_id = $1 and event_id = $2 and status = 'pending' order by id desc limit 1)
     returning ${columns}`,
    [webhookId, eventId],
  )
  return rows.map(deliveryOf)[0] ?? null
}

export async function findDelivery(
  db: Queryable,
  webhookId: string,
  id: string,
): Promise<WebhookDelivery | null> {
  const rows = await db.query<DeliveryRow>(
    `select ${columns} from webhook_deliveries where id = $1 and webhook_id = $2`,
    [id, webhookId],
  )
  return rows.map(deliveryOf)[0] ?? null
}

/** Newest first, after the id `before`. */
export async function listDeliveries(
  db: Queryable,
  webhookId: string,
  page: { before: string | null; limit: number; status: string | null },
): Promise<WebhookDelivery[]> {
  const rows = await db.query<DeliveryRow>(
    `select ${columns} from webhook_deliveries
     where webhook_id = $1 and ($2::uuid is null or id < $2) and ($4::text is null or status = $4)
     order by id desc limit $3`,
    [webhookId, page.before, page.limit, page.status],
  )
  return rows.map(deliveryOf)
}

/**
 * The newest failed delivery of each event that has no other that is on its way or arrived, newest first: what the endpoint
 * never got.
 */
export async function listNeverDelivered(
  db: Queryable,
  webhookId: string,
  limit: number,
): Promise<WebhookDelivery[]> {
  const rows = await db.query<DeliveryRow>(
    `select ${columns} from webhook_deliveries d
     where webhook_id = $1 and status = 'failed' and not exists (
       select 1 from webhook_deliveries o
       where o.webhook_id = $1 and o.event_id = d.event_id and (o.status <> 'failed' or o.id > d.id))
     order by id desc limit $2`,
    [webhookId, limit],
  )
  return rows.map(deliveryOf)
}

/** Milliseconds until the earliest attempt that nobody has under way, null when none waits. */
export async function nextDueMs(db: Queryable): Promise<number | null> {
  const rows = await db.query<{ ms: number }>(
    `select extract(epoch from next_attempt_at - now())::float8 * 1000 as ms from webhook_deliveries
     where status = 'pending' and (leased_until is null or leased_until < now())
     order by next_attempt_at limit 1`,
  )
  return rows[0]?.ms ?? null
}

/** Removes some of the old ones, so that no statement is long; true when there may be more. */
export async function pruneDeliveries(db: Queryable, olderThanDays: number): Promise<boolean> {
  const rows = await db.query(
    `delete from webhook_deliveries where id in (
       select id from webhook_deliveries
       where status <> 'pending' and created_at < now() - $1 * interval '1 day'
       order by created_at limit ${prunedAtOnce} for update skip locked)
     returning id`,
    [olderThanDays],
  )
  return rows.length === prunedAtOnce
}
