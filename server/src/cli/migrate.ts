import { openDataFolder } from '../platform/data-folder/index.ts'
import { openDatabase } from '../platform/database/index.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import type { Command } from './command.ts'
import { readConfig } from './environment.ts'
import { paths } from './paths.ts'

export const migrate: Command = {
  name: 'migrate',
  summary: 'Brings the database to this version. serve does it too; run it before many processes start.',
  options: {},
  examples: ['DATABASE_URL=postgres://… rendition migrate'],
  async run({ environment, terminal }) {
    const config = readConfig(environment)
    const embedded = config.parts.databaseUrl.startsWith('embedded:')
    const folder = embedded ? await openDataFolder(config.server.dataDir) : null
    try {
      const db = await openDatabase({
        url: config.parts.databaseUrl,
        folder: folder?.database ?? '',
        binariesFolder: config.parts.postgresBinaries,
        migrationsFolder: paths.migrationsFolder,
        log: createLogger(config.server.logLevel === 'info' ? 'warn' : config.server.logLevel),
      })
      try {
        const { applied } = await db.migrate()
        for (const name of applied) terminal.out(`applied ${name}`)
        terminal.out(applied.length === 0 ? 'The database is up to date.' : 'The database is migrated.')
        return 0
      } finally {
        await db.close()
      }
    } finally {
      await folder?.release()
    }
  },
}
