import type { Queryable } from '../platform/database/port.ts'

/** Jobs that wait or run, whatever the broker holds of them. Reads two partial indexes and no row. */
export async function countUnfinished(db: Queryable): Promise<number> {
  const [row] = await db.query<{ jobs: number }>(
    `select
       (select count(*) from jobs where status = 'pending' and dispatched_at is null) +
       (select count(*) from jobs where status in ('pending', 'processing') and dispatched_at is not null) as jobs`,
  )
  return row?.jobs ?? 0
}
