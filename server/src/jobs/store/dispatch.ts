import type { Priority } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { mayStart } from './leases.ts'

/** Workers are forgotten when they have not been seen for this long. */
const workerMemory = "interval '30 seconds'"
/** Enough to keep a single small worker busy when none has announced itself yet. */
const leastSlots = 4

export interface Dispatched {
  lane: Priority
  id: string
}

/**
 * The next jobs of both lanes, in turn order. So many interactive jobs are handed over that the queue never runs dry;
 * of bulk ones no more are unfinished than half the workers' slots, so an upload always finds a free slot.
 */
export async function takeJobs(tx: Transaction, maxLosses: number): Promise<Dispatched[]> {
  const [state] = await tx.query<{ slots: number; waiting: number; bulk: number; paused: Priority[] }>(
    `select
       (select coalesce(sum(slots), 0)::int from job_workers where seen_at > now() - ${workerMemory}) as slots,
       (select count(*)::int from jobs
        where priority = 'interactive' and status = 'pending' and dispatched_at is not null) as waiting,
       (select count(*)::int from jobs
        where priority = 'bulk' and status in ('pending', 'processing') and dispatched_at is not null) as bulk,
       (select coalesce(array_agg(lane), '{}') from lane_pauses) as paused`,
    [],
    'relay.state',
  )
  if (state === undefined) return []
  const slots = Math.max(leastSlots, state.slots)
  const room = { interactive: 4 * slots - state.waiting, bulk: Math.floor(slots / 2) - state.bulk }
  const jobs: Dispatched[] = []
  for (const lane of ['interactive', 'bulk'] as const) {
    if (room[lane] <= 0 || state.paused.includes(lane)) continue
    const taken = await tx.query<{ id: string; turn: number }>(
      `update jobs set dispatched_at = now() where id in (
         select id from jobs j
         where priority = $1 and status = 'pending' and dispatched_at is null and available_at <= now()
           and ${mayStart(maxLosses)}
         order by turn, id limit $2 for update skip locked)
       returning id, turn`,
      [lane, room[lane]],
      `relay.take.${maxLosses}`,
    )
    if (taken.length === 0) continue
    taken.sort((a, b) => a.turn - b.turn || (a.id < b.id ? -1 : 1))
    await tx.query('update relay_state set value = greatest(value, $2) where name = $1', [
      lane,
      Math.max(...taken.map(({ turn }) => turn)),
    ])
    jobs.push(...taken.map(({ id }) => ({ lane, id })))
  }
  return jobs
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
