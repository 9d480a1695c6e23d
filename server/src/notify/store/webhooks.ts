import type { EventType } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { holdOwnerLock } from '../../platform/database/locks.ts'
import type { Queryable, Row, Transaction } from '../../platform/database/port.ts'
import type { Webhook } from '../types.ts'

const columns = `id, owner_id, url, description, types, secret, previous_secret, previous_secret_expires_at, enabled,
  disabled_reason, failing_since, created_at`

interface WebhookRow extends Row {
  id: string
  owner_id: string
  url: string
  description: string | null
  types: EventType[] | null
  secret: string
  previous_secret: string | null
  previous_secret_expires_at: Date | null
  enabled: boolean
  disabled_reason: string | null
  failing_since: Date | null
  created_at: Date
}

const webhookOf = (row: WebhookRow): Webhook => ({
  id: row.id,
  ownerId: row.owner_id,
  url: row.url,
  description: row.description,
  types: row.types,
  secret: row.secret,
  previousSecret: row.previous_secret,
  previousSecretExpiresAt: row.previous_secret_expires_at,
  enabled: row.enabled,
  disabledReason: row.disabled_reason,
  failingSince: row.failing_since,
  createdAt: row.created_at,
})

// Whoever takes both locks the endpoint before its deliveries, and several endpoints in the order of their ids:
// two who wait for each other would both be sent away by the database, and an attempt that was made be forgotten.

export async function insertWebhook(
  db: Queryable,
  webhook: Pick<Webhook, 'ownerId' | 'url' | 'description' | 'types' | 'secret'>,
): Promise<Webhook> {
  const rows = await db.query<WebhookRow>(
    `insert into webhooks (id, owner_id, url, description, types, secret)
     values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
    [uuidv7(), webhook.ownerId, webhook.url, webhook.description, webhook.types, webhook.secret],
  )
  return only(rows.map(webhookOf))
}

/** Owners of endpoints, secrets and deliveries, in the order of their ids, after one of them. */
export async function listWebhookOwners(db: Queryable, after: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select distinct owner_id as id from (
       (select distinct owner_id from webhooks where owner_id > $1 order by owner_id limit $2)
       union all (select owner_id from webhook_account_secrets where owner_id > $1 order by owner_id limit $2)
       union all (select distinct owner_id from webhook_deliveries where owner_id > $1 order by owner_id limit $2)
     ) as owners order by id limit $2`,
    [after, limit],
  )
  return rows.map(({ id }) => id)
}

/** How many an account has now; for who tells of it, and adds none. */
export async function countOf(db: Queryable, ownerId: string): Promise<number> {
  const [row] = await db.query<{ n: number }>('select count(*) as n from webhooks where owner_id = $1', [
    ownerId,
  ])
  return row?.n ?? 0
}

/** How many an account has; until the transaction ends nobody else counts them, so none is added meanwhile. */
export async function countWebhooks(tx: Transaction, ownerId: string): Promise<number> {
  await holdOwnerLock(tx, 'webhooks', ownerId)
  const rows = await tx.query<{ count: number }>(
    'select count(*) as count from webhooks where owner_id = $1',
    [ownerId],
  )
  return rows[0]?.count ?? 0
}

export async function findWebhook(db: Queryable, id: string, lock = false): Promise<Webhook | null> {
  const rows = await db.query<WebhookRow>(
    `select ${columns} from webhooks where id = $1${lock ? ' for update' : ''}`,
    [id],
  )
  return rows.map(webhookOf)[0] ?? null
}

/** Newest first, after the id `before`. */
export async function listWebhooks(
  db: Queryable,
  ownerId: string,
  page: { before: string | null; limit: number },
): Promise<Webhook[]> {
  const rows = await db.query<WebhookRow>(
    `select ${columns} from webhooks where owner_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [ownerId, page.before, page.limit],
  )
  return rows.map(webhookOf)
}

/** Enabled endpoints of these accounts; none is turned off or removed before the transaction ends. */
export async function holdWebhooksOf(tx: Transaction, ownerIds: readonly string[]): Promise<Webhook[]> {
  const rows = await tx.query<WebhookRow>(
    `select ${columns} from webhooks where owner_id = any($1::uuid[]) and enabled order by id for key share`,
    [ownerIds],
  )
  return rows.map(webhookOf)
}

/** Writes every field a user or the sender may change. */
export async function updateWebhook(db: Queryable, webhook: Webhook): Promise<void> {
  await db.query(
    `update webhooks set url = $2, description = $3, types = $4, secret = $5, previous_secret = $6,
       previous_secret_expires_at = $7, enabled = $8, disabled_reason = $9, failing_since = $10 where id = $1`,
    [
      webhook.id,
      webhook.url,
      webhook.description,
      webhook.types,
      webhook.secret,
      webhook.previousSecret,
      webhook.previousSecretExpiresAt,
      webhook.enabled,
      webhook.disabledReason,
      webhook.failingSince,
    ],
  )
}

/** Notes the outcome of an attempt on its endpoint; gives since when it fails, null after a success. */
export async function noteOutcome(db: Queryable, id: string, delivered: boolean): Promise<Date | null> {
  const rows = await db.query<{ failing_since: Date | null }>(
    `update webhooks set failing_since = case when $2 then null else coalesce(failing_since, now()) end
     where id = $1 returning failing_since`,
    [id, delivered],
  )
  return rows[0]?.failing_since ?? null
}

/** True when this call turned it off. What was still waiting for it is given up. */
export async function disableWebhook(db: Queryable, id: string, reason: string): Promise<boolean> {
  const rows = await db.query(
    'update webhooks set enabled = false, disabled_reason = $2 where id = $1 and enabled returning id',
    [id, reason],
  )
  if (rows.length === 0) return false
  await giveUpDeliveries(db, id, reason)
  return true
}

/** Nothing more goes to an endpoint that is off. */
export async function giveUpDeliveries(db: Queryable, webhookId: string, reason: string): Promise<void> {
  await db.query(
    `update webhook_deliveries set status = 'failed', error = $2, finished_at = now(), leased_until = null
     where webhook_id = $1 and status = 'pending'`,
    [webhookId, reason],
  )
}

export async function deleteWebhook(db: Queryable, id: string): Promise<void> {
  await db.query('delete from webhooks where id = $1', [id])
}

/** Everything of an account; its deliveries go with it. */
export async function deleteOwner(tx: Transaction, ownerId: string): Promise<void> {
  // Waits for a fan-out under way: it may be writing deliveries of events that are forgotten by now.
  await tx.query('select 1 from webhook_cursor for update')
  await tx.query('select id from webhooks where owner_id = $1 order by id for update', [ownerId])
  await tx.query('delete from webhooks where owner_id = $1', [ownerId])
  await tx.query('delete from webhook_deliveries where owner_id = $1', [ownerId])
  await tx.query('delete from webhook_account_secrets where owner_id = $1', [ownerId])
}

export async function setAccountSecret(db: Queryable, ownerId: string, secret: string): Promise<void> {
  await db.query(
    `insert into webhook_account_secrets (owner_id, secret) values ($1, $2)
     on conflict (owner_id) do update set secret = excluded.secret, created_at = now()`,
    [ownerId, secret],
  )
}

/** The account's own secret, made at first need. */
export async function accountSecret(db: Queryable, ownerId: string, fresh: string): Promise<string> {
  const rows = await db.query<{ secret: string }>(
    `insert into webhook_account_secrets (owner_id, secret) values ($1, $2)
     on conflict (owner_id) do update set owner_id = excluded.owner_id returning secret`,
    [ownerId, fresh],
  )
  return only(rows).secret
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined) throw new Error('the statement gave no row')
  return row
}
