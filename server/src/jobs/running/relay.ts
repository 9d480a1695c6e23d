import { setTimeout as pause } from 'node:timers/promises'
import type { JobMessage, Priority } from '@rendition/contract'
import { tryLock } from '../../platform/database/locks.ts'
import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { Queue } from '../../platform/queue/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { type Dispatched, putBack, takeJobs } from '../store/dispatch.ts'
import { appendEvents, eventsAlone, wakeChannel } from '../store/outbox.ts'
import { eventsAppendedTopic } from '../types.ts'

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

/**
 * Moves the outbox into the event log and dispatches jobs, each at its own pace: a job does not wait for the log to be synced,
 * nor an event for a queue that is away. Started in any number of processes; stopped by the function it gives. What it does
 * is safe to repeat: a crash between commit and publish is mended by the sweeper.
 */
export async function startRelay(options: RelayOptions): Promise<() => Promise<void>> {
  const { db, log, pollMs } = options
  let loops: { events: Loop; jobs: Loop } | null = null
  const unlisten = await db.listen(wakeChannel, (about) => {
    loops?.events.wake()
    if (about !== eventsAlone) loops?.jobs.wake()
  })
  const events = startLoop({
    name: 'relay of events',
    everyMs: pollMs,
    pass: async () => {
      const moved = await appendOnce(options)
      if (moved === 'more') return 0
      // Whoever is told now, and then soon again, hears twice as much the second time.
      if (moved === 'all') await pause(gatherMs)
      return pollMs
    },
    log,
  })
  const jobs = startLoop({ name: 'relay of jobs', everyMs: pollMs, pass: () => dispatchOnce(options), log })
  loops = { events, jobs }
  return async () => {
    await Promise.all([unlisten(), events.stop(), jobs.stop()])
  }
}

/** So long after events were moved others wait to be moved together. */
const gatherMs = 20

/** One pass of both; true when there were more events than it took. */
export async function relayOnce(options: RelayOptions): Promise<boolean> {
  const [events, jobs] = await Promise.allSettled([appendOnce(options), dispatchOnce(options)])
  if (jobs.status === 'rejected') throw jobs.reason
  if (events.status === 'rejected') throw events.reason
  return events.value === 'more'
}

/** What there was to move. Nothing is moved while another process is in its pass. */
async function appendOnce({ db, bus, onImages }: RelayOptions): Promise<'nothing' | 'all' | 'more'> {
  const appended = await db.transaction(async (tx) =>
    (await tryLock(tx, 'relay')) ? await appendEvents(tx) : null,
  )
  if (appended === null || appended.position === null) return 'nothing'
  const { imageIds, position, more } = appended
  if (imageIds.length > 0) await onImages?.(imageIds)
  await bus.publish(eventsAppendedTopic, { position })
  return more ? 'more' : 'all'
}

/** Nothing happens while another process is in its pass. */
async function dispatchOnce(options: RelayOptions): Promise<void> {
  const { db, maxLosses } = options
  const jobs = await db.transaction(async (tx) =>
    (await tryLock(tx, 'dispatch')) ? await takeJobs(tx, maxLosses) : [],
  )
  await Promise.all([dispatch(options, jobs, 'interactive'), dispatch(options, jobs, 'bulk')])
}

async function dispatch(
  { db, queue, log }: RelayOptions,
  jobs: readonly Dispatched[],
  lane: Priority,
): Promise<void> {
  const ids = jobs.filter((job) => job.lane === lane).map(({ id }) => id)
  if (ids.length === 0) return
  try {
    await queue.publish(
      lane,
      ids.map((jobId): JobMessage => ({ v: 1, jobId })),
    )
  } catch (error) {
    log.warn({ err: error, jobs: ids.length }, 'relay: the queue took no jobs, they wait')
    await putBack(db, ids)
  }
}
