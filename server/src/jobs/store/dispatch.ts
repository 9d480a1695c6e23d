import type { Priority } from '@rendition/contract'
import type { Queryable, Row, Transaction } from '../../platform/database/port.ts'
import { mayStart } from './leases.ts'

/** Workers are forgotten when they have not been seen for this long. */
const workerMemory = "interval '30 seconds'"
/** Enough to keep a single small worker busy when none has announced itself yet. */
const leastSlots = 4

export interface Dispatched {
  lane: Priority
  id: string
}

/** What no bulk job and no import may have: an upload finds a free slot there. */
const kept = 'greatest(1, slots / 4)'

/** The next jobs of one lane in turn order, of which `room` (SQL) says how many. An array: the rows are few, whatever the planner thinks. */
const take = (lane: Priority, which: string, room: string, maxLosses: number): string => `
  update jobs set dispatched_at = now() where id = any(array(
    select id from jobs j
    where priority = '${lane}' and status = 'pending' and dispatched_at is null and available_at <= now()
      and ${which} and ${mayStart(maxLosses)}
    order by turn, id
    limit (select case when '${lane}' = any(paused) then 0 else greatest(0, ${room}) end from state)
    for update skip locked))
  returning id, turn`

/**
 * The next jobs of both lanes, in turn order. So many interactive jobs are handed over that the queue never runs dry;
 * of bulk ones no more are unfinished than half the workers' slots, so an upload always finds a free slot. Imports
 * likewise: each may wait for minutes for a server that is slow, or means to be.
 *
 * The commit is not waited for on the disk: nobody is told of it, and what a crash forgets is handed over again. A claim that
 * is on the disk has what was written before it there too.
 */
export async function takeJobs(tx: Transaction, maxLosses: number): Promise<Dispatched[]> {
  return tx.query<Dispatched & Row>(
    `with state as (
       select
         (select greatest(${leastSlots}, coalesce(sum(slots), 0))::int from job_workers
          where seen_at > now() - ${workerMemory}) as slots,
         (select count(*)::int from jobs
          where priority = 'interactive' and status = 'pending' and dispatched_at is not null) as waiting,
         (select count(*)::int from jobs
          where priority = 'bulk' and status in ('pending', 'processing') and dispatched_at is not null) as bulk,
         (select count(*)::int from jobs where priority = 'interactive' and type = 'import'
            and status in ('pending', 'processing') and dispatched_at is not null) as imports,
         (select coalesce(array_agg(lane), '{}') from lane_pauses) as paused,
         set_config('synchronous_commit', 'off', true)
     ),
     interactive as (${take('interactive', "type <> 'import'", '4 * slots - waiting', maxLosses)}),
     bulk as (${take('bulk', 'true', `least(slots / 2 - bulk, slots - ${kept} - bulk - imports)`, maxLosses)}),
     imports as (${take(
       'interactive',
       "type = 'import'",
       `least(slots / 2 - imports, slots - ${kept} - bulk - imports - (select count(*) from bulk))`,
       maxLosses,
     )}),
     taken as (
       select 'interactive' as lane, id, turn from interactive union all select 'interactive', id, turn from imports
       union all select 'bulk', id, turn from bulk
     ),
     times as (
       update relay_state set value = greatest(value, latest.turn)
       from (select lane, max(turn) as turn from taken group by lane) latest where name = latest.lane
     )
     select lane, id from taken order by turn, id`,
    [],
    `relay.take.${maxLosses}`,
  )
}

/** The queue did not take these: they wait a second at least. */
export async function putBack(db: Queryable, jobIds: readonly string[]): Promise<void> {
  await db.query(
    `update jobs set dispatched_at = null, available_at = greatest(available_at, now() + interval '1 second')
     where id = any($1::uuid[]) and status = 'pending'`,
    [jobIds],
  )
}

/** What was handed over so long ago and nobody took is handed over again: the broker may have lost it. */
export async function dispatchAgain(db: Queryable, olderThanMs: number): Promise<void> {
  await db.query(
    `update jobs set dispatched_at = null
     where status = 'pending' and dispatched_at < now() - $1 * interval '1 millisecond'`,
    [olderThanMs],
  )
}

/** After a restart of a queue in memory: it is empty. */
export async function dispatchAllAgain(db: Queryable): Promise<void> {
  await db.query(
    `update jobs set dispatched_at = null where status = 'pending' and dispatched_at is not null`,
  )
}
