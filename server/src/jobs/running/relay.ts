import type { JobMessage, Priority } from '@rendition/contract'
import { tryLock } from '../../platform/database/locks.ts'
import type { Database, Transaction } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { Queue } from '../../platform/queue/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import { type Dispatched, putBack, takeJobs } from '../store/dispatch.ts'
import { type Appended, appendEvents, wakeChannel } from '../store/outbox.ts'
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

interface Pass {
  jobs: Dispatched[]
  events: Appended
}

/**
 * Moves the outbox into the event log and dispatches jobs. Started in any number of processes; stopped by the
 * function it gives. What it does is safe to repeat: a crash between commit and publish is mended by the sweeper.
 */
export async function startRelay(options: RelayOptions): Promise<() => Promise<void>> {
  const { db, log, pollMs } = options
  let loop: Loop | null = null
  const unlisten = await db.listen(wakeChannel, () => loop?.wake())
  const started = startLoop({
    name: 'relay',
    everyMs: pollMs,
    pass: async () => ((await relayOnce(options)) ? 0 : pollMs),
    log,
  })
  loop = started
  return async () => {
    await Promise.all([unlisten(), started.stop()])
  }
}

/** One pass; true when there was more than it took. Nothing happens while another process is in its pass. */
export async function relayOnce(options: RelayOptions): Promise<boolean> {
  const pass = await options.db.transaction((tx) => takePass(tx, options.maxLosses))
  if (pass === null) return false
  // Side by side: a queue that is away takes seconds to say so, and must not hold up what people watch.
  const done = await Promise.allSettled([
    announce(options, pass.events),
    dispatch(options, pass, 'interactive'),
    dispatch(options, pass, 'bulk'),
  ])
  for (const part of done) if (part.status === 'rejected') throw part.reason
  return pass.events.more
}

async function takePass(tx: Transaction, maxLosses: number): Promise<Pass | null> {
  if (!(await tryLock(tx, 'relay'))) return null
  return { events: await appendEvents(tx), jobs: await takeJobs(tx, maxLosses) }
}

async function announce({ bus, onImages }: RelayOptions, { imageIds, position }: Appended): Promise<void> {
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
    await putBack(db, ids)
  }
}
