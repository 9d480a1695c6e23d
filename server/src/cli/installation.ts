import { type DataFolder, visitDataFolder } from '../platform/data-folder/index.ts'
import { type Database, openDatabase } from '../platform/database/index.ts'
import { createLogger, type Logger } from '../platform/telemetry/logger.ts'
import type { Config } from '../roles/config.ts'
import { paths } from './paths.ts'

/** What a command uses of an installation, whether its service runs meanwhile or not. */
export interface Installation {
  db: Database
  /** Of this machine; null where the database is a server and nobody asked for the folder. */
  folder: DataFolder | null
  log: Logger
  close(): Promise<void>
}

/** A command leaves the service its connections. */
const poolSize = 4

/**
 * Opens the database of a configuration, migrated. An embedded one is started for the command, or, while the service
 * runs, used along with it. The data folder is opened for an embedded database, and where `wantsFolder` says so.
 */
export async function openInstallation(config: Config, wantsFolder = false): Promise<Installation> {
  const { logLevel, dataDir } = config.server
  const { databaseUrl, postgresBinaries } = config.parts
  const log = createLogger(logLevel === 'info' ? 'warn' : logLevel)
  const embedded = databaseUrl.startsWith('embedded:')
  const folder = embedded || wantsFolder ? await visitDataFolder(dataDir) : null
  try {
    const db = await openDatabase({
      url: databaseUrl,
      folder: folder?.database ?? '',
      guest: folder?.held === false,
      binariesFolder: postgresBinaries,
      migrationsFolder: paths.migrationsFolder,
      poolSize,
      log,
    })
    try {
      await db.migrate()
    } catch (error) {
      await db.close()
      throw error
    }
    return {
      db,
      folder,
      log,
      async close() {
        await db.close()
        await folder?.release()
      },
    }
  } catch (error) {
    await folder?.release()
    throw error
  }
}
