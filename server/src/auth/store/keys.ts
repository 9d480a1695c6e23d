import type { Role, Scope } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface KeyRow {
  id: string
  name: string
  lookup: string
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
}

/** A key with the account that holds it: all that verifying takes. */
export interface HeldKeyRow extends KeyRow {
  hash: Buffer
  userId: string
  email: string | null
  username: string | null
  role: Role
  disabledAt: Date | null
  userCreatedAt: Date
}

const columns = `k.id, k.name, k.lookup, k.scopes, k.created_at as "createdAt", k.expires_at as "expiresAt",
  k.last_used_at as "lastUsedAt"`

export async function insertKey(
  db: Queryable,
  key: Omit<KeyRow, 'lastUsedAt'> & { userId: string; hash: Buffer; madeBy: string | null },
): Promise<void> {
  await db.query(
    `insert into api_keys (id, user_id, name, lookup, hash, scopes, created_at, expires_at, made_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      key.id,
      key.userId,
      key.name,
      key.lookup,
      key.hash,
      key.scopes,
      key.createdAt,
      key.expiresAt,
      key.madeBy,
    ],
  )
}

export async function findHeldKey(db: Queryable, lookup: string): Promise<HeldKeyRow | null> {
  const [row] = await db.query<HeldKeyRow & Record<string, unknown>>(
    `select ${columns}, k.hash, u.id as "userId", u.email, u.username, u.role, u.disabled_at as "disabledAt",
            u.created_at as "userCreatedAt"
     from api_keys k join users u on u.id = k.user_id where k.lookup = $1`,
    [lookup],
    'auth_key',
  )
  return row ?? null
}

export async function findKey(db: Queryable, id: string): Promise<KeyRow | null> {
  const [row] = await db.query<KeyRow & Record<string, unknown>>(
    `select ${columns} from api_keys k where k.id = $1`,
    [id],
  )
  return row ?? null
}

/** Newest first. */
export async function listKeys(
  db: Queryable,
  filter: { userId: string; before: string | null; limit: number },
): Promise<KeyRow[]> {
  return db.query<KeyRow & Record<string, unknown>>(
    `select ${columns} from api_keys k
     where k.user_id = $1 and ($2::uuid is null or k.id < $2) order by k.id desc limit $3`,
    [filter.userId, filter.before, filter.limit],
  )
}

export async function countKeysOf(db: Queryable, userId: string): Promise<number> {
  const [row] = await db.query<{ n: number }>('select count(*) as n from api_keys where user_id = $1', [
    userId,
  ])
  return row?.n ?? 0
}

/** Removes a user's key with those that it made, and they. Gives the ids; none when this user has no such key. */
export async function deleteKey(tx: Transaction, userId: string, id: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `with recursive family as (
       select id from api_keys where id = $1 and user_id = $2
       union all select k.id from api_keys k join family f on k.made_by = f.id
     )
     delete from api_keys where id in (select id from family) returning id`,
    [id, userId],
  )
  return rows.map(({ id: one }) => one)
}

/** Removes all of a user's keys, or those that a key made. Gives the ids. */
export async function deleteKeysOf(
  tx: Transaction,
  userId: string,
  { onlyMadeByKeys }: { onlyMadeByKeys: boolean },
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `delete from api_keys where user_id = $1 and (made_by is not null or not $2) returning id`,
    [userId, onlyMadeByKeys],
  )
  return rows.map(({ id }) => id)
}

/** Once a minute is exact enough, and keeps a busy key from writing its row on every request. */
export async function touchKey(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query(
    `update api_keys set last_used_at = $2
     where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [id, at],
  )
}

export async function countKeys(db: Queryable, at: Date): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'select count(*) as n from api_keys where expires_at is null or expires_at > $1',
    [at],
  )
  return row?.n ?? 0
}
