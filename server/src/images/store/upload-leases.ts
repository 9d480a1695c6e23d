import type { Queryable } from '../../platform/database/port.ts'

/**
 * Takes an upload for a while, where nobody has it; `held` where somebody does, who then is asked to let go of it.
 * The lease stands in the upload's row, so it works between processes and ends by itself with its process.
 */
export async function takeLease(
  db: Queryable,
  id: string,
  holder: string,
  leaseMs: number,
): Promise<'taken' | 'held' | 'missing'> {
  const taken = await db.query(
    `update uploads set lease_holder = $2, leased_until = now() + $3 * interval '1 ms', lease_wanted = false
     where id = $1 and (lease_holder is null or lease_holder = $2 or leased_until < now()) returning 1 as taken`,
    [id, holder, leaseMs],
    'uploads.lease',
  )
  if (taken.length > 0) return 'taken'
  const held = await db.query('update uploads set lease_wanted = true where id = $1 returning 1 as held', [
    id,
  ])
  return held.length > 0 ? 'held' : 'missing'
}

/** Holds it longer; `lost` where it is another's or gone, `wanted` where somebody waits for it. */
export async function renewLease(
  db: Queryable,
  id: string,
  holder: string,
  leaseMs: number,
): Promise<'kept' | 'wanted' | 'lost'> {
  const [row] = await db.query<{ lease_wanted: boolean }>(
    `update uploads set leased_until = now() + $3 * interval '1 ms'
     where id = $1 and lease_holder = $2 returning lease_wanted`,
    [id, holder, leaseMs],
  )
  if (row === undefined) return 'lost'
  return row.lease_wanted ? 'wanted' : 'kept'
}

export async function endLease(db: Queryable, id: string, holder: string): Promise<void> {
  await db.query(
    'update uploads set lease_holder = null, leased_until = null where id = $1 and lease_holder = $2',
    [id, holder],
    'uploads.release',
  )
}

/** Ends those of holders that were before: of processes that are gone, where only one can be there. */
export async function endLeasesBefore(db: Queryable, holder: string): Promise<void> {
  await db.query('update uploads set lease_holder = null, leased_until = null where lease_holder < $1', [
    holder,
  ])
}
