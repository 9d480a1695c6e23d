import type { Queryable, Transaction } from '../../platform/database/port.ts'

/** The account that an id of the older stack stands for; null when none was taken over. */
export async function findImportedUser(db: Queryable, oldId: string): Promise<string | null> {
  const [row] = await db.query<{ userId: string }>(
    'select user_id as "userId" from imported_users where old_id = $1',
    [oldId],
  )
  return row?.userId ?? null
}

export async function insertImportedUser(tx: Transaction, oldId: string, userId: string): Promise<void> {
  await tx.query('insert into imported_users (old_id, user_id) values ($1, $2)', [oldId, userId])
}

/** The highest cost of a bcrypt hash that an account still has; null when there is none. */
export async function highestBcryptCost(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ cost: number | null }>(
    `select max(split_part(password_hash, '$', 3)::int) as cost from users where password_hash like '$2%'`,
  )
  return row?.cost ?? null
}
