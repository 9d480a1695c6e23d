import { type Cache, openCache } from '../platform/cache/index.ts'
import {
  type DataFolder,
  loadSecrets,
  openDataFolder,
  parseSecrets,
  type Secrets,
} from '../platform/data-folder/index.ts'
import { type Database, openDatabase } from '../platform/database/index.ts'
import { type Bus, openBus } from '../platform/events/index.ts'
import { type Limits, openLimits } from '../platform/limits/index.ts'
import { openQueue, type Queue } from '../platform/queue/index.ts'
import { openStorage, type Storage } from '../platform/storage/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { type Config, type RoleName, roleNames } from './config.ts'

/** The opened ports of one process, and what it keeps to itself. */
export interface Parts {
  folder: DataFolder
  secrets: Secrets
  db: Database
  storage: Storage
  queue: Queue
  cache: Cache
  bus: Bus
  limits: Limits
  /** In reverse order of opening; the first failure is thrown after all were tried. */
  close(): Promise<void>
}

/**
 * Opens everything the configuration names, in the order things need each other, and migrates the database.
 * What was opened is closed again when a later part fails.
 */
export async function openParts(config: Config, migrationsFolder: string, log: Logger): Promise<Parts> {
  const closers: (() => Promise<void>)[] = []
  const opened = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const part = await opening
    closers.push(() => part.close())
    return part
  }
  const close = async (): Promise<void> => {
    const failures: unknown[] = []
    for (const closePart of closers.splice(0).reverse()) {
      await closePart().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }

  try {
    const { databaseUrl, databasePoolSize, databaseStatementTimeoutMs, postgresBinaries } = config.parts
    const { storageUrl, queueUrl, cacheUrl } = config.parts
    const { directUrl } = config.delivery
    const folder = await openDataFolder(config.server.dataDir)
    closers.push(() => folder.release())
    const shared = config.server.secrets
    const secrets = shared === undefined ? await loadSecrets(folder.path) : parseSecrets(shared, 'SECRETS')
    const db = await opened(
      openDatabase({
        url: databaseUrl,
        folder: folder.database,
        binariesFolder: postgresBinaries,
        migrationsFolder,
        poolSize: databasePoolSize,
        statementTimeoutMs: databaseStatementTimeoutMs,
        log,
      }),
    )
    const { applied } = await db.migrate()
    if (applied.length > 0) log.info({ applied }, 'the database was migrated')
    const storage = await opened(openStorage({ url: storageUrl, folder: folder.storage, directUrl, log }))
    const queue = await opened(openQueue({ url: queueUrl, log }))
    const cache = await opened(openCache({ url: cacheUrl, maxBytes: config.server.cacheBytes, log }))
    const bus = await opened(openBus({ url: cacheUrl, log }))
    const limits = await opened(openLimits({ url: cacheUrl, log }))
    refuseSplitParts(config.server.roles, {
      DATABASE_URL: db,
      STORAGE_URL: storage,
      QUEUE_URL: queue,
      CACHE_URL: bus,
    })
    return { folder, secrets, db, storage, queue, cache, bus, limits, close }
  } catch (error) {
    await close().catch((failure: unknown) => log.warn({ err: failure }, 'a part did not close'))
    throw error
  }
}

/**
 * A part that lives in one process cannot be shared with the processes that run the missing roles: they would
 * wait for each other for ever. Better to say so at the start.
 */
function refuseSplitParts(
  roles: readonly RoleName[],
  parts: Readonly<Record<string, { reach: 'process' | 'cluster' }>>,
): void {
  // A gateway shares no part with anybody.
  const missing = roleNames.filter((role) => role !== 'gateway' && !roles.includes(role))
  if (missing.length === 0) return
  const own = Object.keys(parts).filter((name) => parts[name]?.reach === 'process')
  if (own.length === 0) return
  throw new Error(
    `This process does not run ${missing.join(', ')}, and what it shares with the process that does would live in ` +
      `this one only: ${own.join(', ')}. Name a server for each, or run every role here.`,
  )
}
