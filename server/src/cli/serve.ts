import { readFileSync } from 'node:fs'
import { type Environment, loadConfig } from '../platform/config/load.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from '../roles/config.ts'
import { startService } from '../roles/service.ts'
import { paths, version } from './paths.ts'

/** A stop that takes longer than this is ended; the data is safe at any moment. */
const stopLimitMs = 40_000

/**
 * Runs the service until SIGINT or SIGTERM, then stops it in stages; a second signal ends it at once.
 * Gives the exit code.
 */
export async function serve(environment: Environment): Promise<number> {
  const config = loadConfig(configSchema, environment, (path) => readFileSync(path, 'utf8'))
  const log = createLogger(config.server.logLevel)
  const signalled = firstSignal()
  const service = await startService(config, { ...paths, version, log })
  console.log(`Rendition ${version} (${config.server.roles.join(', ')}) answers on ${service.url}`)
  const signal = await signalled
  log.info({ signal }, 'stopping')
  const late = setTimeout(() => process.exit(1), stopLimitMs)
  await service.stop()
  clearTimeout(late)
  return 0
}

/** Listened for before anything starts, so that Ctrl-C during the start still stops in order. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let seen = false
    const onSignal = (signal: NodeJS.Signals): void => {
      if (seen) process.exit(130)
      seen = true
      resolve(signal)
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}
