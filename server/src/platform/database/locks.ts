import type pg from 'pg'
import type { Transaction } from './port.ts'

/**
 * Every advisory lock there is, and what it guards. Processes of several versions run side by side during an update, so
 * a number never changes and is never given out again.
 */
const locks = {
  /** The schema is brought up to date. */
  migrate: 5_297_186_204_310,
  /** Who is an administrator is decided. */
  roles: 1_635_087_464,
  /** The outbox is moved into the event log. */
  relay: 7_301_101,
  /** What an account stores is counted and added to; one lock for each account. */
  quota: 7_301_102,
  /** Of the jobs that may have killed their worker one is claimed: two at once would not see each other. */
  suspects: 7_301_103,
  /** The webhooks of an account are counted and added to; one lock for each account. */
  webhooks: 7_301_104,
  /** Pictures of an account that look the same are put together; one lock for each account. */
  looks: 7_301_105,
  /** Jobs are handed to the queue; processes of earlier versions hold the one of the relay for it. */
  dispatch: 7_301_106,
  /** Renditions over the bound are chosen and removed. */
  eviction: 1_262_702_429,
} as const

/** Locks of which each account has one of its own. */
type OwnerLockName = 'quota' | 'webhooks' | 'looks'
type LockName = Exclude<keyof typeof locks, OwnerLockName>

/** Waits for the lock and holds it until the transaction ends. */
export async function holdLock(tx: Transaction, name: LockName): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [locks[name]])
}

/** The same for the lock of one account. */
export async function holdOwnerLock(tx: Transaction, name: OwnerLockName, ownerId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, $2))', [ownerId, locks[name]])
}

/** Holds the lock until the transaction ends where it is free now; false where it is not. */
export async function tryLock(tx: Transaction, name: LockName): Promise<boolean> {
  const [row] = await tx.query<{ taken: boolean }>(
    'select pg_try_advisory_xact_lock($1) as taken',
    [locks[name]],
    'locks.try',
  )
  return row?.taken === true
}

/** Waits for the lock and holds it as long as the connection lives. */
export async function holdForConnection(client: pg.Client, name: LockName): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [locks[name]])
}
