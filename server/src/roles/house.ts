import type { App, AppOptions } from '../platform/http/app.ts'
import { Degraded, type Part } from '../platform/http/health.ts'
import { createRequestLimits } from '../platform/limits/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { Metrics } from '../platform/telemetry/metrics.ts'
import type { Config, RoleName } from './config.ts'
import { measureRooms } from './measure.ts'
import { needsOf } from './needs.ts'
import { openParts, type Parts } from './parts.ts'
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

function readinessOf(roles: readonly RoleName[], parts: Parts): Record<string, Part> {
  // The bus goes with the cache, and every role has it.
  const ports = { database: parts.db, storage: parts.storage, queue: parts.queue, cache: parts.bus }
  const checked = [...needsOf(roles)].map(([name, need]): [string, Part] => {
    const check = () => ports[name].check()
    return [name, need === 'needed' ? { check } : { check, ...need }]
  })
  return { ...Object.fromEntries(checked), disk: { check: () => checkDisk(parts.diskRoom) } }
}

/** Reading and deleting go on when a disk is full, so nobody is to be sent elsewhere. */
async function checkDisk(diskRoom: Parts['diskRoom']): Promise<void> {
  const state = await diskRoom.state()
  if (state?.full !== true) return
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`
  const { volume, freeBytes, reserveBytes } = state
  throw new Degraded(
    `full: ${mebibytes(freeBytes)} free for the ${volume}, ${mebibytes(reserveBytes)} are kept; nothing new is taken`,
  )
}
