import type { About } from '../operations/index.ts'
import type { App, AppOptions } from '../platform/http/app.ts'
import type { Part } from '../platform/http/health.ts'
import { createRequestLimits } from '../platform/limits/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { Metrics } from '../platform/telemetry/metrics.ts'
import type { Config } from './config.ts'
import { measureRooms } from './measure.ts'
import { needsOf } from './needs.ts'
import { openParts } from './parts.ts'
import { readinessOf } from './readiness.ts'
import { closeRooms, createRooms } from './rooms.ts'
import { registerRoles } from './routes.ts'
import { startWork } from './start-work.ts'

/** The rooms of this process and what they stand on. */
export interface House {
  appOptions: Pick<AppOptions, 'authenticate' | 'fastPath' | 'judgeAddress' | 'limits'>
  /** Readiness of each part, by name. */
  parts: Record<string, Part>
  mount(app: App, metrics: Metrics): Promise<void>
  /** Relay, sweepers, workers; gives their stops, the first to be stopped last. */
  startWork(): Promise<(() => Promise<void>)[]>
  /** Ends event streams, which would keep the server from closing. */
  endStreams(): Promise<void>
  close(): Promise<void>
}

export async function openHouse(
  config: Config,
  publicUrl: string,
  migrationsFolder: string,
  log: Logger,
  about: Omit<About, 'roles'>,
): Promise<House> {
  const { roles } = config.server
  const parts = await openParts(config, migrationsFolder, log)
  const rooms = await createRooms(config, parts, publicUrl, log, about).catch(async (error: unknown) => {
    await parts.close()
    throw error
  })
  return {
    appOptions: {
      authenticate: rooms.auth.authenticate,
      judgeAddress: rooms.outbound.judge,
      limits: createRequestLimits(config.requestLimits, parts.limits.createLimiter),
      ...(roles.includes('delivery') ? { fastPath: rooms.delivery.handleHot } : {}),
    },
    parts: readinessOf(roles, parts),
    async mount(app, metrics) {
      measureRooms(metrics, rooms, parts, needsOf(roles))
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
