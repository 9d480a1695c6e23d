import type { Queryable } from '../../platform/database/port.ts'
import type { UsageCounts } from '../../platform/usage.ts'

export interface UsageDay extends UsageCounts {
  /** `2026-01-31`, UTC. */
  day: string
}

/**
 * Adds to what was counted on a day. Accounts that are gone, or going, are left out; the others stay until this is written.
 * In the order of ids, so that two processes that write at once wait for each other and never in a circle.
 */
export async function addUsage(
  db: Queryable,
  day: string,
  counted: readonly (readonly [ownerId: string, counts: UsageCounts])[],
): Promise<void> {
  const column = (name: keyof UsageCounts) => counted.map(([, counts]) => counts[name])
  await db.query(
    `insert into usage_days as d (owner_id, day, uploads, uploaded_bytes, renders, deliveries, delivered_bytes)
     select n.owner_id, $1::date, n.uploads, n.uploaded_bytes, n.renders, n.deliveries, n.delivered_bytes
     from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
       as n(owner_id, uploads, uploaded_bytes, renders, deliveries, delivered_bytes)
     join users u on u.id = n.owner_id and u.erasing_at is null
     order by n.owner_id for key share of u
     on conflict (owner_id, day) do update set
       uploads = d.uploads + excluded.uploads,
       uploaded_bytes = d.uploaded_bytes + excluded.uploaded_bytes,
       renders = d.renders + excluded.renders,
       deliveries = d.deliveries + excluded.deliveries,
       delivered_bytes = d.delivered_bytes + excluded.delivered_bytes`,
    [
      day,
      counted.map(([ownerId]) => ownerId),
      column('uploads'),
      column('uploadedBytes'),
      column('renders'),
      column('deliveries'),
      column('deliveredBytes'),
    ],
  )
}

/** The days on which something was counted, oldest first. Of everybody where no owner is named. */
export async function listUsage(db: Queryable, ownerId: string | null, from: string): Promise<UsageDay[]> {
  return db.query<UsageDay & Record<string, unknown>>(
    `select to_char(day, 'YYYY-MM-DD') as day, sum(uploads)::float8 as uploads,
       sum(uploaded_bytes)::float8 as "uploadedBytes", sum(renders)::float8 as renders,
       sum(deliveries)::float8 as deliveries, sum(delivered_bytes)::float8 as "deliveredBytes"
     from usage_days where day >= $1::date and ($2::uuid is null or owner_id = $2)
     group by usage_days.day order by usage_days.day`,
    [from, ownerId],
  )
}

export async function pruneUsage(db: Queryable, before: string): Promise<void> {
  await db.query('delete from usage_days where day < $1::date', [before])
}
