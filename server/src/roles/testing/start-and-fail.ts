/**
 * Starts every role without a web app, and says why that is refused.
 *
 *   start-and-fail FOLDER
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../platform/config/load.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { configSchema } from '../config.ts'
import { startService } from '../service.ts'

const [folder = ''] = process.argv.slice(2)
await startService(
  loadConfig(configSchema, { PORT: '0', DATA_DIR: join(folder, 'data') }, () => ''),
  {
    version: '0.0.0',
    migrationsFolder: fileURLToPath(new URL('../../../migrations', import.meta.url)),
    webRoot: folder,
    openApiFile: join(folder, 'openapi.json'),
    log: createLogger('silent'),
  },
).catch(({ message }: Error) => process.stdout.write(`refused: ${message}\n`))
