import { type Cache, openCache, openFolderCache } from '../platform/cache/index.ts'
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
import {
  createDiskRoom,
  type DiskRoom,
  openStorage,
  type Storage,
  storageFolder,
} from '../platform/storage/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { type Config, type RoleName, roleNames } from './config.ts'
import { needsOf } from './needs.ts'
import { proveStorage } from './prove-storage.ts'

/** The opened ports of one process, and what it keeps to itself. */
export interface Parts {
  folder: DataFolder
  secrets: Secrets
  db: Database
  storage: Storage
  /** Of the disks of this machine that they write on. */
  diskRoom: DiskRoom
  queue: Queue
  cache: Cache
  /** Results that are kept for their time: the cache where processes share one, a bounded folder otherwise. */
  results: Cache
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
    const { storageUrl, diskReserveBytes, queueUrl, cacheUrl } = config.parts
    const { directUrl } = config.delivery
    const sendfile = config.delivery.sendfile !== 'off'
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
    const diskRoom = createDiskRoom({
      volumes: volumesOf(config, folder),
      reserveBytes: diskReserveBytes,
      log,
    })
    const storage = await opened(
      openStorage({ url: storageUrl, folder: folder.storage, directUrl, sendfile, diskRoom, log }),
    )
    const { roles, cacheBytes } = config.server
    // Accounts are kept in the database alone.
    if (roles.some((role) => role !== 'auth')) await proveStorage(storage, storageUrl, log)
    const used = needsOf(roles)
    const queue = used.has('queue') ? await opened(openQueue({ url: queueUrl, log })) : noQueue
    // Every role gives, makes or removes what lies there.
    const cache = await opened(openCache({ url: cacheUrl, maxBytes: cacheBytes, log }))
    const results =
      cache.reach === 'cluster'
        ? cache
        : await opened(
            openFolderCache({
              folder: folder.results,
              maxBytes: config.images.resultFolderBytes,
              hasRoom: () =>
                diskRoom.check('accepted').then(
                  () => true,
                  () => false,
                ),
              log,
            }),
          )
    const bus = await opened(openBus({ url: cacheUrl, log }))
    // What callers ask for is counted by all who are asked.
    const counts = (['auth', 'api', 'delivery'] as const).some((role) => roles.includes(role))
    const limits = await opened(openLimits({ url: counts ? cacheUrl : 'memory:', log }))
    refuseSplitParts(roles, {
      DATABASE_URL: db,
      STORAGE_URL: storage,
      QUEUE_URL: queue,
      CACHE_URL: results,
    })
    return { folder, secrets, db, storage, diskRoom, queue, cache, results, bus, limits, close }
  } catch (error) {
    await close().catch((failure: unknown) => log.warn({ err: failure }, 'a part did not close'))
    throw error
  }
}

/** Of a process whose roles neither send nor run jobs: to use it is a fault of ours. */
const unused = async (): Promise<never> => {
  throw new Error('the roles of this process have no queue')
}
const noQueue: Queue = {
  reach: 'cluster',
  publish: unused,
  consume: unused,
  depth: unused,
  check: unused,
  close: async () => {},
}

/** What this process writes on a disk of this machine; an embedded database stops when there is no room for its log. */
export function volumesOf(
  { parts }: Pick<Config, 'parts'>,
  folder: DataFolder,
): { name: string; folder: string }[] {
  const files = storageFolder({ url: parts.storageUrl, folder: folder.storage })
  return [
    ...(parts.databaseUrl.startsWith('embedded:') ? [{ name: 'database', folder: folder.database }] : []),
    { name: parts.storageUrl.startsWith('file:') ? 'files' : 'drafts', folder: files },
  ]
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
