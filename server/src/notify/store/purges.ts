import type { Queryable, Transaction } from '../../platform/database/port.ts'

/** Stands for every target that is configured, until a process that knows them takes its tags over. No digest is empty. */
const everyTarget = ''

/** A tag that one cache has to forget. */
export interface Purge {
  tag: string
  change: number
  /** Failed attempts and this one. */
  attempts: number
  /** The change is so old that no process can still answer as before it. */
  settled: boolean
}

/** How far the log was read, null where no cache is told. Without a lock: it may be further by now, never less far. */
export async function readPosition(tx: Transaction): Promise<number | null> {
  const rows = await tx.query<{ position: number }>('select position from cache_purge_cursor')
  return rows[0]?.position ?? null
}

/** Keeps tags whose events are about to go, for whoever reads the log next. */
export async function keepForTargets(tx: Transaction, tags: readonly string[]): Promise<void> {
  await tx.query(
    `insert into cache_purges (target, tag) select $1, tag from unnest($2::text[]) as tag order by tag
     on conflict do nothing`,
    [everyTarget, tags],
  )
}

/** Takes what `keepForTargets` kept; under the lock of the cursor. */
export async function takeKept(tx: Transaction, limit: number): Promise<string[]> {
  const rows = await tx.query<{ tag: string }>(
    `delete from cache_purges where target = $1 and tag in (
       select tag from cache_purges where target = $1 order by tag limit $2)
     returning tag`,
    [everyTarget, limit],
  )
  return rows.map(({ tag }) => tag)
}

/** Writes down that these tags changed, for every target. */
export async function requestPurges(
  tx: Transaction,
  targets: readonly string[],
  tags: readonly string[],
): Promise<void> {
  if (tags.length === 0) return
  await tx.query(
    `insert into cache_purges as p (target, tag)
     select target, tag from unnest($1::text[]) as target, unnest($2::text[]) as tag order by target, tag
     on conflict (target, tag) do update
       set change = p.change + 1, changed_at = now(), due_at = now(), attempts = 0`,
    [targets, tags],
  )
}

/** Takes what is due of one target for `leaseMs`, the oldest first. */
export async function takePurges(
  db: Queryable,
  target: string,
  { limit, leaseMs, settleMs }: { limit: number; leaseMs: number; settleMs: number },
): Promise<Purge[]> {
  return db.query<Purge & Record<string, unknown>>(
    `update cache_purges set attempts = attempts + 1, due_at = now() + $3 * interval '1 millisecond'
     where target = $1 and tag in (
       select tag from cache_purges where target = $1 and due_at <= now()
       order by due_at, tag limit $2 for update skip locked)
     returning tag, change, attempts, changed_at <= now() - $4 * interval '1 millisecond' as settled`,
    [target, limit, leaseMs, settleMs],
  )
}

/** What is forgotten for good goes; what may have come in again since is due once more when its change has settled. */
export async function finishPurges(
  db: Queryable,
  target: string,
  purges: readonly Purge[],
  settleMs: number,
): Promise<void> {
  const [done, early] = [purges.filter(({ settled }) => settled), purges.filter(({ settled }) => !settled)]
  await db.query(`delete from cache_purges p using ${asked} where ${isAsked}`, valuesOf(target, done))
  await db.query(
    `update cache_purges p set attempts = 0, due_at = changed_at + $4 * interval '1 millisecond'
     from ${asked} where ${isAsked}`,
    [...valuesOf(target, early), settleMs],
  )
}

/** Due again after a pause, but for what changed meanwhile, which is due already. */
export async function postponePurges(
  db: Queryable,
  target: string,
  purges: readonly Purge[],
  pauseMs: number,
): Promise<void> {
  await db.query(
    `update cache_purges p set due_at = now() + $4 * interval '1 millisecond' from ${asked} where ${isAsked}`,
    [...valuesOf(target, purges), pauseMs],
  )
}

const asked = 'unnest($2::text[], $3::int[]) as a(tag, change)'
const isAsked = 'p.target = $1 and p.tag = a.tag and p.change = a.change'
const valuesOf = (target: string, purges: readonly Purge[]) => [
  target,
  purges.map(({ tag }) => tag),
  purges.map(({ change }) => change),
]

/** Milliseconds until the next is due, null when none waits. */
export async function nextPurgeMs(db: Queryable, target: string): Promise<number | null> {
  const rows = await db.query<{ ms: number }>(
    `select extract(epoch from due_at - now())::float8 * 1000 as ms from cache_purges
     where target = $1 order by due_at limit 1`,
    [target],
  )
  return rows[0]?.ms ?? null
}

/** How many wait, those included that were sent once. */
export async function countPurges(db: Queryable): Promise<number> {
  const [row] = await db.query<{ waiting: number }>('select count(*)::int as waiting from cache_purges')
  return row?.waiting ?? 0
}

/** Drops what waits for a cache that is not configured any more. */
export async function forgetOtherTargets(db: Queryable, targets: readonly string[]): Promise<void> {
  await db.query('delete from cache_purges where target <> all($1::text[])', [[everyTarget, ...targets]])
}

/** Drops all that waits, and how far the log was read: no cache is configured. */
export async function forgetPurges(tx: Transaction): Promise<void> {
  await tx.query('delete from cache_purge_cursor')
  await tx.query('delete from cache_purges')
}
