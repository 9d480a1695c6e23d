import type { Language, Role } from '@rendition/contract'
import { holdLock } from '../../platform/database/locks.ts'
import type { Queryable, Transaction, Value } from '../../platform/database/port.ts'
import type { LoginName } from '../names.ts'

export interface UserRow {
  id: string
  email: string | null
  username: string | null
  /** null for who signs in by a provider alone. */
  passwordHash: string | null
  /** The address was proven to be the owner's. */
  emailVerifiedAt: Date | null
  role: Role
  disabledAt: Date | null
  lastLoginAt: Date | null
  createdAt: Date
  /** Signing in with the password asks for a code. */
  twoStep: boolean
  /** What it becomes when its address is verified; null where nothing waits for that. */
  roleWhenVerified: Role | null
  /** What it may keep; null as configured, 0 for no limit. */
  quotaBytes: number | null
  quotaImages: number | null
  /** What its mails are in; null where nobody said. */
  language: Language | null
}

const columns = `id, email, username, password_hash as "passwordHash",
  email_verified_at as "emailVerifiedAt", role, disabled_at as "disabledAt",
  last_login_at as "lastLoginAt", created_at as "createdAt", role_when_verified as "roleWhenVerified",
  quota_bytes as "quotaBytes", quota_images as "quotaImages", language,
  exists (select 1 from two_step t where t.user_id = users.id and t.confirmed_at is not null) as "twoStep"`

/**
 * Held by whoever decides who is an administrator, until its transaction ends: the first registration, a change of
 * role, a deletion. Two of them can then never both see themselves as the first, or the other as the one that stays.
 */
export async function lockRoles(tx: Transaction): Promise<void> {
  await holdLock(tx, 'roles')
}

export async function anyUser(db: Queryable): Promise<boolean> {
  const rows = await db.query('select 1 from users where erasing_at is null limit 1')
  return rows.length > 0
}

export async function findUser(db: Queryable, id: string): Promise<UserRow | null> {
  const [row] = await db.query<UserRow & Record<string, unknown>>(
    `select ${columns} from users where id = $1 and erasing_at is null`,
    [id],
    'auth_user',
  )
  return row ?? null
}

/**
 * As `findUser`, and nobody else changes the account until the transaction ends. `alone` also waits for everybody who
 * holds it (`holdUser`), and keeps others from it.
 */
export async function lockUser(
  tx: Transaction,
  id: string,
  { alone }: { alone: boolean } = { alone: false },
): Promise<UserRow | null> {
  const [row] = await tx.query<UserRow & Record<string, unknown>>(
    `select ${columns} from users where id = $1 and erasing_at is null for ${alone ? 'update' : 'no key update'}`,
    [id],
  )
  return row ?? null
}

/** False when the account is gone or going; else it is not erased before the transaction ends. Others may hold it too. */
export async function holdUser(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from users where id = $1 and erasing_at is null for key share',
    [id],
    'users.hold',
  )
  return rows.length > 0
}

export async function isUserOpen(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query(
    'select 1 from users where id = $1 and erasing_at is null and disabled_at is null',
    [id],
  )
  return rows.length > 0
}

/** Those of the ids that no account has, not even one that is being erased. */
export async function idsWithoutUser(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select o.id from unnest($1::uuid[]) as o(id) where not exists (select 1 from users u where u.id = o.id)',
    [ids],
  )
  return rows.map(({ id }) => id)
}

/** What accounts are called, by id; those that are gone are not among them. */
export async function namesOfAccounts(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<{ id: string; name: string | null }>(
    'select id, coalesce(username, email) as name from users where id = any($1::uuid[])',
    [ids],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export async function findUserByName(db: Queryable, name: LoginName): Promise<UserRow | null> {
  const [column, value] = 'email' in name ? ['email', name.email] : ['username_key', name.usernameKey]
  const [row] = await db.query<UserRow & Record<string, unknown>>(
    `select ${columns} from users where ${column} = $1 and erasing_at is null`,
    [value],
  )
  return row ?? null
}

export interface NewUser {
  id: string
  email: string | null
  username: string | null
  usernameKey: string | null
  passwordHash: string | null
  emailVerifiedAt?: Date | null
  role: Role
  roleWhenVerified?: Role | null
  language?: Language | null
  at: Date
  lastLoginAt: Date | null
}

/** Throws UniqueViolation when one of the names is taken. */
export async function insertUser(db: Queryable, user: NewUser): Promise<void> {
  await db.query(
    `insert into users (id, email, username, username_key, password_hash, role, created_at, updated_at, last_login_at,
                        email_verified_at, role_when_verified, language)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11)`,
    [
      user.id,
      user.email,
      user.username,
      user.usernameKey,
      user.passwordHash,
      user.role,
      user.at,
      user.lastLoginAt,
      user.emailVerifiedAt ?? null,
      user.roleWhenVerified ?? null,
      user.language ?? null,
    ],
  )
}

export interface UserChange {
  email?: string
  username?: string
  usernameKey?: string
  passwordHash?: string
  role?: Role
  disabledAt?: Date | null
  lastLoginAt?: Date
  emailVerifiedAt?: Date | null
  roleWhenVerified?: Role | null
  quotaBytes?: number | null
  quotaImages?: number | null
  language?: Language
}

const settable: Readonly<Record<keyof UserChange, string>> = {
  email: 'email',
  username: 'username',
  usernameKey: 'username_key',
  passwordHash: 'password_hash',
  role: 'role',
  disabledAt: 'disabled_at',
  lastLoginAt: 'last_login_at',
  emailVerifiedAt: 'email_verified_at',
  roleWhenVerified: 'role_when_verified',
  quotaBytes: 'quota_bytes',
  quotaImages: 'quota_images',
  language: 'language',
}

/** Writes the given fields. Throws UniqueViolation when a name is taken. */
export async function updateUser(db: Queryable, id: string, change: UserChange, at: Date): Promise<void> {
  const values: Value[] = [id, at]
  const sets = Object.entries(settable).flatMap(([field, column]) => {
    const value = change[field as keyof UserChange]
    if (value === undefined) return []
    values.push(value)
    return [`${column} = $${values.length}`]
  })
  await db.query(`update users set ${['updated_at = $2', ...sets].join(', ')} where id = $1`, values)
}

/** What the program asks for that signs in, where nobody has said what the account reads. */
export async function noteLanguage(db: Queryable, id: string, language: Language): Promise<void> {
  await db.query('update users set language = $2 where id = $1 and language is null', [id, language])
}

/** From now on nothing here finds the account, but its names stay taken until `deleteUser`. */
export async function markErasing(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx.query(
    'update users set erasing_at = $2, disabled_at = coalesce(disabled_at, $2), updated_at = $2 where id = $1',
    [id, at],
  )
}

export async function listErasing(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from users where erasing_at is not null')
  return rows.map(({ id }) => id)
}

/** What an account may keep by its own row; null as configured, 0 for no limit. */
export async function readQuota(
  db: Queryable,
  id: string,
): Promise<{ bytes: number | null; images: number | null }> {
  const [row] = await db.query<{ bytes: number | null; images: number | null }>(
    'select quota_bytes as bytes, quota_images as images from users where id = $1',
    [id],
    'auth.quota',
  )
  return row ?? { bytes: null, images: null }
}

/** What goes with an account, by name: how it is signed in to. */
export async function countOwn(tx: Transaction, id: string): Promise<Record<string, number>> {
  const [row] = await tx.query<Record<string, number>>(
    `select (select count(*) from sessions where user_id = $1 and revoked_at is null) as sessions,
       (select count(*) from api_keys where user_id = $1) as "apiKeys",
       (select count(*) from identities where user_id = $1) as identities`,
    [id],
  )
  return row ?? {}
}

export async function deleteUser(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from users where id = $1', [id])
}

/** Administrators who can sign in, other than this one. Only meaningful under `lockRoles`. */
export async function countOtherAdmins(tx: Transaction, id: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*) as n from users where role = 'admin' and disabled_at is null and id <> $1`,
    [id],
  )
  return row?.n ?? 0
}

export async function countOthers(tx: Transaction, id: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    'select count(*) as n from users where id <> $1 and erasing_at is null',
    [id],
  )
  return row?.n ?? 0
}

/** Newest first, below `before`. `part` is looked for in either name. */
export async function listUsers(
  db: Queryable,
  filter: { role: Role | null; part: string | null; before: string | null; limit: number },
): Promise<UserRow[]> {
  return db.query<UserRow & Record<string, unknown>>(
    `select ${columns} from users
     where erasing_at is null and ($1::text is null or role = $1)
       and ($2::text is null or strpos(email, $2) > 0 or strpos(username_key, $2) > 0)
       and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.role, filter.part, filter.before, filter.limit],
  )
}

export async function countUsers(db: Queryable): Promise<{ role: Role; total: number; disabled: number }[]> {
  return db.query(
    `select role, count(*) as total, count(disabled_at) as disabled from users
     where erasing_at is null group by role order by role`,
  )
}
