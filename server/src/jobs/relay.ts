import type { JobMessage, Priority } from '@rendition/contract'
import type { Database, Transaction } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Queue } from '../platform/queue/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { mayStart } from './lease.ts'
import { wakeChannel } from './outbox.ts'
import { eventsAppendedTopic } from './types.ts'

export interface RelayOptions {
  db: Database
  queue: Queue
  bus: Bus
  log: Logger
  pollMs: number
  maxLosses: number
  /** Told of every image that events in this pass spoke of, once each. */
  onImages?: (imageIds: readonly string[]) => Promise<void>
}

/** One relay at a time does a pass, whatever the number of processes: the lock of this number goes with the transaction. */
const relayLock = 7_301_101
const eventsPerPass = 500
/** Workers are forgotten when they have not been seen for this long. */
const workerMemory = "interval '30 seconds'"
/** Enough to keep a single small worker busy when none has announced itself yet. */
const leastSlots = 4

interface Pass {
  jobs: { lane: Priority; id: string }[]
  imageIds: string[]
  position: number | null
  more: boolean
}

/**
 * Moves the outbox into the event log and dispatches jobs. Started in any number of processes; stopped by the
 * function it gives. What it does is safe to repeat: a crash between commit and publish is mended by the sweeper.
 */
export async function startRelay(options: RelayOptions): Promise<() => Promise<void>> {
  const { db, log } = options
  let stopped = false
  let wake: () => void = () => {}
  let woken = false
  const nudge = (): void => {
    woken = true
    wake()
  }
  const unlisten = await db.listen(wakeChannel, nudge)
  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (woken || stopped) wake()
    })

  const run = async (): Promise<void> => {
    while (!stopped) {
      woken = false
      let more = false
      try {
        more = await relayOnce(options)
      } catch (error) {
        log.warn({ err: error }, 'relay: a pass failed')
        await new Promise((resolve) => setTimeout(resolve, Math.min(options.pollMs, 1_000)))
      }
      if (!more && !stopped) await rest(options.pollMs)
    }
  }
  const running = run()
  return async () => {
    stopped = true
    wake()
    await unlisten()
    await running
  }
}

/** One pass; true when there was more than it took. Nothing happens while another process is in its pass. */
export async function relayOnce(options: RelayOptions): Promise<boolean> {
  const pass = await options.db.transaction((tx) => takePass(tx, options.maxLosses))
  if (pass === null) return false
  // Side by side: a queue that is away takes seconds to say so, and must not hold up what people watch.
  const done = await Promise.allSettled([
    announce(options, pass),
    dispatch(options, pass, 'interactive'),
    dispatch(options, pass, 'bulk'),
  ])
  for (const part of done) if (part.status === 'rejected') throw part.reason
  return pass.more
}

async function announce({ bus, onImages }: RelayOptions, { imageIds, position }: Pass): Promise<void> {
  if (imageIds.length > 0) await onImages?.(imageIds)
  if (position !== null) await bus.publish(eventsAppendedTopic, { position })
}

async function dispatch({ db, queue, log }: RelayOptions, pass: Pass, lane: Priority): Promise<void> {
  const ids = pass.jobs.filter((job) => job.lane === lane).map(({ id }) => id)
  if (ids.length === 0) return
  try {
    await queue.publish(
      lane,
      ids.map((jobId): JobMessage => ({ v: 1, jobId })),
    )
  } catch (error) {
    log.warn({ err: error, jobs: ids.length }, 'relay: the queue took no jobs, they wait')
    await db.query(
      `update jobs set dispatched_at = null, available_at = greatest(available_at, now() + interval '1 second')
       where id = any($1::uuid[]) and status = 'pending'`,
      [ids],
    )
  }
}

async function takePass(tx: Transaction, maxLosses: number): Promise<Pass | null> {
  const [lock] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [
    relayLock,
  ])
  if (lock?.taken !== true) return null
  const events = await appendEvents(tx)
  const jobs = await takeJobs(tx, maxLosses)
  return {
    jobs,
    imageIds: [...new Set(events.flatMap(({ image_id }) => (image_id === null ? [] : [image_id])))],
    position: events.length === 0 ? null : Math.max(...events.map(({ position }) => position)),
    more: events.length === eventsPerPass,
  }
}

/** Moves outbox rows into the log, giving out positions. Only the holder of the relay's lock may do this. */
async function appendEvents(tx: Transaction): Promise<{ position: number; image_id: string | null }[]> {
  return tx.query<{ position: number; image_id: string | null }>(
    `with moved as (
       delete from outbox where seq in (select seq from outbox order by seq limit $1) returning *
     ), head as (
       update relay_state set value = value + (select count(*) from moved)
       where name = 'position' and exists (select 1 from moved)
       returning value - (select count(*) from moved) as before
     )
     insert into events (position, id, type, owner_id, image_id, data, webhook_url, created_at)
     select head.before::bigint + row_number() over (order by seq), id, type, owner_id, image_id, data, webhook_url,
       created_at
     from moved, head
     returning position, image_id`,
    [eventsPerPass],
  )
}

/**
 * The next jobs of both lanes, in turn order. So many interactive jobs are handed over that the queue never runs dry;
 * of bulk ones no more are unfinished than half the workers' slots, so an upload always finds a free slot.
 */
async function takeJobs(tx: Transaction, maxLosses: number): Promise<Pass['jobs']> {
  const [state] = await tx.query<{ slots: number; waiting: number; bulk: number }>(
    `select
       (select coalesce(sum(slots), 0)::int from job_workers where seen_at > now() - ${workerMemory}) as slots,
       (select count(*)::int from jobs
        where priority = 'interactive' and status = 'pending' and dispatched_at is not null) as waiting,
       (select count(*)::int from jobs
        where priority = 'bulk' and status in ('pending', 'processing') and dispatched_at is not null) as bulk`,
  )
  if (state === undefined) return []
  const slots = Math.max(leastSlots, state.slots)
  const room = { interactive: 4 * slots - state.waiting, bulk: Math.floor(slots / 2) - state.bulk }
  const jobs: Pass['jobs'] = []
  for (const lane of ['interactive', 'bulk'] as const) {
    if (room[lane] <= 0) continue
    const taken = await tx.query<{ id: string; turn: number }>(
      `update jobs set dispatched_at = now() where id in (
         select id from jobs j
         where priority = $1 and status = 'pending' and dispatched_at is null and available_at <= now()
           and ${mayStart(maxLosses)}
         order by turn, id limit $2 for update skip locked)
       returning id, turn`,
      [lane, room[lane]],
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
