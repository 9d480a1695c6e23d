import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface TwoStepRow {
  /** Sealed. */
  secret: Buffer
  confirmedAt: Date | null
  lastStep: number | null
}

const columns = 'secret, confirmed_at as "confirmedAt", last_step as "lastStep"'

export async function findTwoStep(db: Queryable, userId: string): Promise<TwoStepRow | null> {
  const [row] = await db.query<TwoStepRow & Record<string, unknown>>(
    `select ${columns} from two_step where user_id = $1`,
    [userId],
  )
  return row ?? null
}

/** As `findTwoStep`, and nobody else spends a code of it until the transaction ends. */
export async function lockTwoStep(tx: Transaction, userId: string): Promise<TwoStepRow | null> {
  const [row] = await tx.query<TwoStepRow & Record<string, unknown>>(
    `select ${columns} from two_step where user_id = $1 for update`,
    [userId],
  )
  return row ?? null
}

/** Whether signing in asks for a code. */
export async function isTwoStepOn(db: Queryable, userId: string): Promise<boolean> {
  const row = await findTwoStep(db, userId)
  return row !== null && row.confirmedAt !== null
}

/** A secret that is to be confirmed; takes the place of one that never was. */
export async function putTwoStep(tx: Transaction, userId: string, secret: Buffer, at: Date): Promise<void> {
  await tx.query(
    `insert into two_step (user_id, secret, created_at) values ($1, $2, $3)
     on conflict (user_id) do update set secret = $2, created_at = $3, last_step = null
     where two_step.confirmed_at is null`,
    [userId, secret, at],
  )
}

export async function confirmTwoStep(tx: Transaction, userId: string, at: Date): Promise<void> {
  await tx.query('update two_step set confirmed_at = $2 where user_id = $1', [userId, at])
}

export async function spendStep(tx: Transaction, userId: string, step: number): Promise<void> {
  await tx.query('update two_step set last_step = $2 where user_id = $1', [userId, step])
}

/** False when it was not on. Its row goes first: whoever has new codes made holds that one, and then deletes the others. */
export async function deleteTwoStep(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx.query<{ on: boolean }>(
    'delete from two_step where user_id = $1 returning confirmed_at is not null as on',
    [userId],
  )
  await tx.query('delete from recovery_codes where user_id = $1', [userId])
  return rows[0]?.on === true
}

/** In place of all earlier ones. */
export async function replaceRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await tx.query('delete from recovery_codes where user_id = $1', [userId])
  await tx.query('insert into recovery_codes (user_id, hash) select $1, * from unnest($2::bytea[])', [
    userId,
    hashes,
  ])
}

/** False when there is no such code, or it was used. */
export async function spendRecoveryCode(
  tx: Transaction,
  userId: string,
  hash: Buffer,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `update recovery_codes set used_at = $3 where user_id = $1 and hash = $2 and used_at is null returning 1`,
    [userId, hash, at],
  )
  return rows.length > 0
}

export async function countRecoveryCodes(db: Queryable, userId: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'select count(*) as n from recovery_codes where user_id = $1 and used_at is null',
    [userId],
  )
  return row?.n ?? 0
}
