import { hostname } from 'node:os'
import { uuidv7 } from 'uuidv7'
import { stateOf } from '../platform/http/health.ts'
import { startLoop } from '../platform/loop.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { startWorker } from '../worker/index.ts'
import type { Config } from './config.ts'
import { sweepOwnerless } from './ownerless.ts'
import type { Parts } from './parts.ts'
import { readinessOf } from './readiness.ts'
import type { Rooms } from './rooms.ts'

/** How long running jobs are given at a stop; what is not done goes back to the queue. */
const drainJobsMs = 20_000
/** What is counted in memory is written so often; a process that is killed loses as much. */
const usageEveryMs = 5_000
const quotaEveryMs = 60_000
const pruneEveryMs = 6 * 3_600_000

/** Starts what the roles of a process do by themselves; gives the stops, the first to be stopped last. */
export async function startWork(
  config: Config,
  rooms: Rooms,
  parts: Parts,
  log: Logger,
): Promise<(() => Promise<void>)[]> {
  const { roles } = config.server
  const id = uuidv7()
  const stops = [startUsage(rooms, log), startQuotaWatch(rooms, log), await rooms.images.presetBook.follow()]
  if (roles.includes('delivery')) await rooms.delivery.start()
  if (roles.includes('auth')) stops.push(startPruning(rooms, parts, log), rooms.auth.startMail())
  if (roles.includes('api')) {
    stops.push(rooms.images.upkeep.start())
    stops.push(rooms.receipts.start(rooms.images.holdings.erased))
    stops.push(await rooms.jobs.start())
    rooms.webhooks.start()
    await rooms.purges.start()
  }
  if (roles.includes('worker')) {
    const { db, queue, bus } = parts
    const { handlers, owner } = rooms.images.work
    const worker = await startWorker({
      db,
      queue,
      bus,
      book: rooms.book,
      owner,
      handlers,
      config: config.worker,
      holder: id,
      foreground: rooms.foreground,
      log,
    })
    stops.push(() => worker.stop(drainJobsMs))
  }
  // Stopped first: what it says of the others is true until then.
  stops.push(startReport(config, rooms, parts, id))
  return stops
}

function startReport(config: Config, rooms: Rooms, parts: Parts, id: string): () => Promise<void> {
  const { roles } = config.server
  const { operations, rendering, delivery } = rooms
  const checked = Object.entries(readinessOf(roles, parts))
  return operations.report({
    who: {
      id,
      host: hostname(),
      pid: process.pid,
      roles,
      startedAt: new Date(Date.now() - process.uptime() * 1000),
    },
    look: async () =>
      Object.fromEntries(
        await Promise.all(
          checked.map(async ([name, part]) => {
            const began = performance.now()
            const state = await stateOf(part)
            return [name, { state, ms: performance.now() - began }] as const
          }),
        ),
      ),
    facts: async () => {
      const { running, waiting } = rendering.load()
      const { memoryBytes, memoryEntries, layers } = delivery.load()
      return {
        slots: roles.includes('worker') ? config.worker.concurrency : 0,
        residentBytes: process.memoryUsage.rss(),
        renders: { running, waiting },
        memory: { bytes: memoryBytes, entries: memoryEntries },
        layers,
        disk: await parts.diskRoom.state(),
      }
    },
    lanes: roles.includes('api') ? operations.lanes : null,
  })
}

/** Whoever uploaded hears of the quota while it still matters; other ways to come near it are seen a few times a day. */
function startQuotaWatch({ usage, auth }: Rooms, log: Logger): () => Promise<void> {
  const pass = (): Promise<void> => auth.watchQuotas(usage.takeUploaders())
  return startLoop({ name: 'quotas', everyMs: quotaEveryMs, firstMs: quotaEveryMs, pass, log }).stop
}

/** At its stop it writes what was counted until then. */
function startUsage({ usage }: Rooms, log: Logger): () => Promise<void> {
  const loop = startLoop({
    name: 'usage',
    everyMs: usageEveryMs,
    firstMs: usageEveryMs,
    pass: () => usage.flush(),
    log,
  })
  return async () => {
    await loop.stop()
    await usage.flush().catch((err: unknown) => log.warn({ err }, 'usage: the last counts were not written'))
  }
}

function startPruning(rooms: Rooms, { db }: Parts, log: Logger): () => Promise<void> {
  const pass = async (): Promise<void> => {
    await rooms.auth.prune()
    await rooms.receipts.prune()
    await rooms.auth.watchQuotas()
    await sweepOwnerless(db, rooms, log)
  }
  return startLoop({ name: 'pruning', everyMs: pruneEveryMs, firstMs: pruneEveryMs, pass, log }).stop
}
