import type { App, AppOptions } from '../platform/http/app.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { Metrics } from '../platform/telemetry/metrics.ts'
import { startWorker } from '../worker/index.ts'
import type { Config } from './config.ts'
import { measureRooms } from './measure.ts'
import { openParts, type Parts } from './parts.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { registerRoles } from './routes.ts'

/** The rooms of this process and what they stand on. */
export interface House {
  appOptions: Pick<AppOptions, 'authenticate' | 'fastLane'>
  /** Readiness of each part, by name. */
  parts: Record<string, () => Promise<void>>
  mount(app: App, metrics: Metrics): Promise<void>
  /** Relay, sweepers, workers; gives their stops, the first to be stopped last. */
  startWork(): Promise<(() => Promise<void>)[]>
  /** Ends event streams, which would keep the server from closing. */
  endStreams(): Promise<void>
  close(): Promise<void>
}

/** How long running jobs are given at a stop; what is not done goes back to the queue. */
const drainJobsMs = 20_000
const pruneEveryMs = 6 * 3_600_000

export async function openHouse(
  config: Config,
  publicUrl: string,
  migrationsFolder: string,
  log: Logger,
): Promise<House> {
  const { roles } = config.server
  const parts = await openParts(config, migrationsFolder, log)
  const rooms = await createRooms(config, parts, publicUrl, log).catch(async (error: unknown) => {
    await parts.close()
    throw error
  })
  return {
    appOptions: {
      authenticate: rooms.auth.authenticate,
      ...(roles.includes('delivery') ? { fastLane: rooms.delivery.handleHot } : {}),
    },
    parts: {
      database: () => parts.db.check(),
      storage: () => parts.storage.check(),
      queue: () => parts.queue.check(),
      cache: () => parts.cache.check(),
    },
    async mount(app, metrics) {
      measureRooms(metrics, rooms, parts)
      await registerRoles(app, roles, rooms, config)
    },
    startWork: () => startWork(config, rooms, parts, log),
    endStreams: () => rooms.notify.close(),
    async close() {
      await closeRooms(rooms)
      await parts.close()
    },
  }
}

async function startWork(
  config: Config,
  rooms: Rooms,
  parts: Parts,
  log: Logger,
): Promise<(() => Promise<void>)[]> {
  const { roles } = config.server
  const stops: (() => Promise<void>)[] = []
  if (roles.includes('delivery')) await rooms.delivery.start()
  if (roles.includes('auth')) stops.push(startPruning(rooms, log))
  if (roles.includes('api')) {
    stops.push(rooms.images.start())
    stops.push(await rooms.jobs.start())
    rooms.webhooks.start()
  }
  if (roles.includes('worker')) {
    const { db, storage, queue, bus } = parts
    const { rendering, book, images, outbound } = rooms
    const worker = await startWorker({
      db,
      storage,
      queue,
      bus,
      rendering,
      book,
      images,
      outbound,
      config: config.worker,
      resultTtlMs: config.images.resultTtlMs,
      log,
    })
    stops.push(() => worker.stop(drainJobsMs))
  }
  return stops
}

function startPruning(rooms: Rooms, log: Logger): () => Promise<void> {
  const prune = (): void => {
    rooms.auth.prune().catch((error: unknown) => log.warn({ err: error }, 'what is over was not pruned'))
  }
  const timer = setInterval(prune, pruneEveryMs)
  timer.unref()
  return async () => clearInterval(timer)
}

async function closeRooms(rooms: Rooms): Promise<void> {
  // A start that failed has not come to end its streams; their timer would keep the process alive.
  await rooms.notify.close()
  await rooms.webhooks.close()
  await rooms.delivery.close()
  await rooms.jobs.close()
  await rooms.auth.close()
  await rooms.rendering.close()
  await rooms.outbound.close()
}
