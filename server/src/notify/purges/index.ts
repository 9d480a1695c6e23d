import { createHash } from 'node:crypto'
import type { EventType } from '@rendition/contract'
import { type EventLog, eventsAppendedTopic } from '../../jobs/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import { cacheTagOf, presetTagOf } from '../../platform/http/keeping.ts'
import type { Outbound } from '../../platform/http/outbound.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { NotifyConfig } from '../config.ts'
import { spread } from '../spread.ts'
import { readOn } from '../store/cursors.ts'
import {
  countPurges,
  finishPurges,
  forgetOtherTargets,
  forgetPurges,
  keepForTargets,
  nextPurgeMs,
  postponePurges,
  readPosition,
  requestPurges,
  takeKept,
  takePurges,
} from '../store/purges.ts'
import { sendPurge } from './send-purge.ts'

export interface PurgesOptions {
  db: Database
  events: EventLog
  bus: Bus
  /** Reaches any address: who is called is named by the operator, never by a user. */
  outbound: Outbound
  clock: Clock
  log: Logger
  config: Pick<NotifyConfig, 'purgeUrls' | 'purgeSecret' | 'purgeHeaders'>
  random: () => number
  /** For tests; `settleMs` otherwise. */
  settleMs?: number
}

/** A cache to tell, and its name in the table. */
interface Target {
  url: string
  name: string
}

/** Tells caches in front of the service to forget the pictures of images that changed. */
export interface Purges {
  start(): Promise<void>
  /** Tags that wait to be forgotten, of the whole installation. */
  waiting(): Promise<number>
  close(): Promise<void>
}

/** After these a public URL may show another picture, or none. */
const changes = [
  'image.updated',
  'image.version.created',
  'image.deleted',
  'image.trashed',
] as const satisfies readonly EventType[]
const changing: ReadonlySet<string> = new Set(changes)
const eventsAtOnce = 500
/** Cloudflare takes 100 in one call, Fastly 256. */
const tagsAtOnce = 100
/** Longer than a call may take, 15 s; and for how long a process that is killed at it leaves a cache untold. */
const leaseMs = 20_000
const idleMs = 5_000
const longestPauseMs = 300_000
/**
 * A process that missed the announcement of a change answers as before it for up to 30 s, and an answer that was begun
 * before may take 15 s more: a cache that forgot at once may have been given the old picture again. So it is told twice.
 */
const settleMs = 45_000

export function createPurges(options: PurgesOptions): Purges {
  const { db, config, log } = options
  const settle = options.settleMs ?? settleMs
  const targets: Target[] = config.purgeUrls.map((url) => ({ url, name: digestOf(url) }))
  const loops: Loop[] = []
  let unsubscribe: (() => Promise<void>) | null = null

  /** Turns events, and what was kept of forgotten ones, into purges: a batch in one transaction. Gives how many. */
  async function readLog(): Promise<number> {
    const names = targets.map(({ name }) => name)
    const read = await readOn(options, 'purges', eventsAtOnce, async (tx, news) => {
      const kept = await takeKept(tx, eventsAtOnce)
      const changed = news.flatMap(({ type, imageId }) =>
        changing.has(type) && imageId !== null ? [cacheTagOf(imageId)] : [],
      )
      await requestPurges(tx, names, [...new Set([...kept, ...changed])])
      return news.length + kept.length
    })
    return read ?? 0
  }

  function wakeAll(): void {
    for (const loop of loops) loop.wake()
  }

  /** Sends what is due to one target; gives the milliseconds until there may be more. */
  async function sendDue({ url, name }: Target, signal: AbortSignal): Promise<number> {
    // The others found the log taken, and would not look again before they are told.
    while ((await readLog()) > 0) wakeAll()
    const purges = await takePurges(db, name, { limit: tagsAtOnce, leaseMs, settleMs: settle })
    if (purges.length > 0) {
      const tags = purges.map(({ tag }) => tag)
      try {
        await sendPurge(options.outbound, config, { url, tags, now: options.clock.now(), signal })
        await finishPurges(db, name, purges, settle)
      } catch (err) {
        // Cut off by our own stop it is due when the lease is over.
        if (signal.aborted) return 0
        log.warn({ err, cache: new URL(url).host, tags: tags.length }, 'a cache was not purged yet')
        const attempts = Math.max(...purges.map((purge) => purge.attempts))
        await postponePurges(db, name, purges, pauseAfter(attempts, options.random()))
      }
    }
    return Math.min(idleMs, (await nextPurgeMs(db, name)) ?? idleMs)
  }

  return {
    async start() {
      // The cursor too: what changes while no cache is told is not to be told of later.
      if (targets.length === 0) return db.transaction(forgetPurges)
      await forgetOtherTargets(
        db,
        targets.map(({ name }) => name),
      )
      for (const target of targets) {
        const pass = (signal: AbortSignal) => sendDue(target, signal)
        loops.push(startLoop({ name: 'purges', everyMs: idleMs, pass, log }))
      }
      unsubscribe = await options.bus.subscribe(eventsAppendedTopic, wakeAll)
    },
    waiting: () => countPurges(db),
    async close() {
      await unsubscribe?.()
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

/**
 * To be used where events are forgotten before `Purges` may have read them: what they say of pictures is kept for every
 * cache. `forget` deletes them and gives the images of those that were wanted. Needs no configuration: whether any process
 * purges at all stands in the database.
 */
export async function keepPurges(
  tx: Transaction,
  forget: (wanted: { types: readonly EventType[]; after: number }) => Promise<string[]>,
): Promise<void> {
  const position = await readPosition(tx)
  const imageIds = await forget(
    position === null ? { types: [], after: 0 } : { types: changes, after: position },
  )
  if (imageIds.length > 0) await keepForTargets(tx, imageIds.map(cacheTagOf))
}

/** Has every cache forget the pictures of these presets. Where no cache is told, nothing is kept. */
export async function purgePresets(tx: Transaction, names: readonly string[]): Promise<void> {
  if (names.length === 0 || (await readPosition(tx)) === null) return
  await keepForTargets(tx, names.map(presetTagOf))
}

const digestOf = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 16)

/** One second, two, four, up to five minutes, a fifth of it by chance; for ever, since a year is what caches keep. */
const pauseAfter = (attempts: number, random: number): number =>
  spread(Math.min(longestPauseMs, 1000 * 2 ** Math.min(20, attempts - 1)), random)
