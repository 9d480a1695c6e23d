import type { Queryable } from '../../platform/database/port.ts'
import { wakeRelay } from './outbox.ts'

/** Says that a worker is alive and how many jobs it takes at once. */
export async function announceWorker(db: Queryable, holder: string, slots: number): Promise<void> {
  const [row] = await db.query<{ joined: boolean }>(
    `insert into job_workers (id, slots) values ($1, $2)
     on conflict (id) do update set seen_at = now(), slots = excluded.slots returning xmax = 0 as joined`,
    [holder, slots],
  )
  if (row?.joined === true) await wakeRelay(db)
}

export async function forgetWorker(db: Queryable, holder: string): Promise<void> {
  await db.query('delete from job_workers where id = $1', [holder])
}

/** After a restart of everything: whoever is announced is dead. */
export async function forgetWorkers(db: Queryable): Promise<void> {
  await db.query('delete from job_workers')
}

/** Removes those that have not been heard of for long. */
export async function pruneWorkers(db: Queryable): Promise<void> {
  await db.query("delete from job_workers where seen_at < now() - interval '5 minutes'")
}
