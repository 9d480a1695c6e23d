import { openWebApp, registerGateway, rewriteOlderPath } from '../gateway/index.ts'
import { type App, createApp } from '../platform/http/app.ts'
import { registerHealth } from '../platform/http/health.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { createMetrics } from '../platform/telemetry/metrics.ts'
import { startWorker } from '../worker/index.ts'
import { localUrl, portOf } from './address.ts'
import type { Config } from './config.ts'
import { measureRooms } from './measure.ts'
import { openParts, type Parts } from './parts.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { registerRoles } from './routes.ts'

export interface ServiceOptions {
  version: string
  /** Folder of the SQL migrations. */
  migrationsFolder: string
  /** Folder of the built web app. */
  webRoot: string
  /** The generated OpenAPI document. */
  openApiFile: string
  log: Logger
}

export interface RunningService {
  /** Where it answers, for people on this machine. */
  url: string
  /** Stops in stages: not ready, no new jobs, requests drained, rooms and parts closed. */
  stop(): Promise<void>
}

/** How long running jobs are given at a stop; what is not done goes back to the queue. */
const drainJobsMs = 20_000
const dayMs = 86_400_000

/** Starts the roles of the configuration in this process. Throws, with everything closed, when a part cannot. */
export async function startService(config: Config, options: ServiceOptions): Promise<RunningService> {
  const { log } = options
  const port = await portOf(config.server)
  const url = localUrl(config.server.host, port)
  const parts = await openParts(config, options.migrationsFolder, log)
  const stages: (() => Promise<void>)[] = [() => parts.close()]
  const stop = async (): Promise<void> => {
    for (const stage of stages.splice(0).reverse()) {
      await stage().catch((error: unknown) => log.error({ err: error }, 'a part did not stop well'))
    }
  }
  try {
    const rooms = await createRooms(config, parts, config.server.publicUrl ?? url, log)
    stages.push(() => closeRooms(rooms))
    let stopping = false
    const app = await createHttp(config, options, rooms, parts, () => stopping)
    stages.push(() => app.close())
    stages.push(() => rooms.notify.close())
    await startWork(config, rooms, parts, log, stages)
    await app.listen({ host: config.server.host, port })
    stages.push(async () => {
      stopping = true
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

async function createHttp(
  config: Config,
  options: ServiceOptions,
  rooms: Rooms,
  parts: Parts,
  stopping: () => boolean,
): Promise<App> {
  const { roles, requestTimeoutMs, trustProxy, corsOrigins } = config.server
  const metrics = createMetrics({ processMetrics: true })
  measureRooms(metrics, rooms, parts)
  const webApp = roles.includes('gateway') ? await openWebApp(options.webRoot, config.server.publicUrl) : null
  const app = createApp({
    logger: options.log,
    metrics,
    authenticate: rooms.auth.authenticate,
    requestTimeoutMs,
    trustProxy,
    ...(webApp === null ? {} : { rewriteUrl: rewriteOlderPath, fallback: webApp.deepLink }),
    ...(roles.includes('delivery') ? { fastLane: rooms.delivery.handleHot } : {}),
  })
  registerHealth(app, {
    version: options.version,
    metrics,
    stopping,
    parts: {
      database: () => parts.db.check(),
      storage: () => parts.storage.check(),
      queue: () => parts.queue.check(),
      cache: () => parts.cache.check(),
    },
  })
  await registerRoles(app, roles, rooms, config)
  if (webApp !== null) {
    await registerGateway(app, {
      webApp,
      openApiFile: options.openApiFile,
      corsOrigins,
      ask: async (method, url, headers) => {
        const answer = await app.inject({ method, url, headers })
        return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload }
      },
    })
  }
  await app.ready()
  return app
}

/** What runs beside the requests: relay, sweepers, workers. Each stage is stopped before the rooms close. */
async function startWork(
  config: Config,
  rooms: Rooms,
  parts: Parts,
  log: Logger,
  stages: (() => Promise<void>)[],
): Promise<void> {
  const { roles } = config.server
  if (roles.includes('delivery')) await rooms.delivery.start()
  if (roles.includes('auth')) {
    const prune = (): void => {
      rooms.auth.prune().catch((error: unknown) => log.warn({ err: error }, 'what is over was not pruned'))
    }
    prune()
    const timer = setInterval(prune, dayMs / 4)
    timer.unref()
    stages.push(async () => clearInterval(timer))
  }
  if (roles.includes('api')) {
    stages.push(rooms.images.start())
    stages.push(await rooms.jobs.start())
  }
  if (roles.includes('worker')) {
    const worker = await startWorker({
      db: parts.db,
      storage: parts.storage,
      queue: parts.queue,
      bus: parts.bus,
      rendering: rooms.rendering,
      book: rooms.book,
      images: rooms.images,
      outbound: rooms.outbound,
      config: config.worker,
      resultTtlMs: config.images.resultTtlMs,
      log,
    })
    stages.push(() => worker.stop(drainJobsMs))
  }
}

async function closeRooms(rooms: Rooms): Promise<void> {
  await rooms.webhooks.close()
  await rooms.delivery.close()
  await rooms.jobs.close()
  await rooms.auth.close()
  await rooms.rendering.close()
  await rooms.outbound.close()
}
