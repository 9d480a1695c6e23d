import { createLogger } from '../platform/telemetry/logger.ts'
import { startService } from '../roles/service.ts'
import type { Command, Invocation } from './command.ts'
import { readConfig, readSettings } from './environment.ts'
import { addressOptions, addressVariables, withOptions } from './options.ts'
import { readOtherNames } from './other-names.ts'
import { paths, version } from './paths.ts'

/** A stop that takes longer than its pauses and this is ended; the data is safe at any moment. */
const stopLimitMs = 30_000

const variables = { ...addressVariables, 'data-dir': 'DATA_DIR' }

export const serve: Command = {
  name: 'serve',
  summary: 'Runs the service: every role, or the ones named.',
  options: {
    ...addressOptions,
    'data-dir': { value: 'FOLDER', description: 'Folder of everything embedded; ./data by default.' },
  },
  examples: [
    'rendition serve',
    'rendition serve --role worker',
    'rendition serve --port 0 --data-dir /srv/pictures',
  ],
  run: runService,
}

/**
 * Runs the service until SIGINT or SIGTERM, then stops it in stages; a second signal ends it at once.
 * Gives the exit code.
 */
async function runService({ environment, values, terminal }: Invocation): Promise<number> {
  const wanted = withOptions(environment, values, variables)
  const config = readConfig(wanted)
  const log = createLogger(config.server.logLevel)
  // Nobody may believe that pictures go to S3 when they go to the local disk.
  for (const { variable, sets, message } of readOtherNames(environment).names) {
    log[sets === null ? 'warn' : 'info']({ variable }, `${variable} ${message}`)
  }
  const signalled = firstSignal()
  const service = await startService(config, { ...paths, version, log, settings: readSettings(wanted) })
  terminal.out(`Rendition ${version} (${config.server.roles.join(', ')}) answers on ${service.url}`)
  const signal = await signalled
  const { stopDelayMs, stopDrainMs } = config.server
  log.info({ signal }, 'stopping')
  const late = setTimeout(() => process.exit(1), stopDelayMs + stopDrainMs + stopLimitMs)
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
