import type { Queryable } from '../../platform/database/port.ts'

/** What was measured in one minute under one name. */
export interface Measured {
  /** Milliseconds since 1970, of the minute's beginning. */
  minute: number
  name: string
  looks: number
  failed: number
  total: number
  most: number
}

const kept = "interval '24 hours'"

/** Adds to what all processes measured. In one order: two that write the same minute wait, and never in a circle. */
export async function addMeasured(db: Queryable, some: readonly Measured[]): Promise<void> {
  const rows = [...some].sort((a, b) => a.minute - b.minute || (a.name < b.name ? -1 : 1))
  await db.query(
    `insert into measured_minutes as m (minute, name, looks, failed, total, most)
     select to_timestamp(minute / 1000.0), name, looks, failed, total, most
     from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[])
       with ordinality as w(minute, name, looks, failed, total, most, place) order by place
     on conflict (minute, name) do update set looks = m.looks + excluded.looks, failed = m.failed + excluded.failed,
       total = m.total + excluded.total, most = greatest(m.most, excluded.most)`,
    [
      rows.map(({ minute }) => minute),
      rows.map(({ name }) => name),
      rows.map(({ looks }) => looks),
      rows.map(({ failed }) => failed),
      rows.map(({ total }) => total),
      rows.map(({ most }) => most),
    ],
    'operations.measured',
  )
}

export async function pruneMeasured(db: Queryable): Promise<void> {
  await db.query(`delete from measured_minutes where minute < now() - ${kept}`)
}

/** What was measured since then, in steps of so many seconds, by name and time. */
export async function readMeasured(db: Queryable, from: Date, stepSeconds: number): Promise<Measured[]> {
  return db.query<Measured & Record<string, unknown>>(
    `select (floor(extract(epoch from minute) / $2::int) * $2::int * 1000)::bigint as minute, name,
       sum(looks)::bigint as looks, sum(failed)::bigint as failed, sum(total)::float8 as total, max(most)::float8 as most
     from measured_minutes where minute >= $1 group by 1, 2 order by 2, 1`,
    [from, stepSeconds],
  )
}
