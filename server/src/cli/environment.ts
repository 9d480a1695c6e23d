import { readFileSync } from 'node:fs'
import { type Environment, loadConfig } from '../platform/config/load.ts'
import { type Config, configSchema } from '../roles/config.ts'
import { readOtherNames } from './other-names.ts'

/**
 * The whole configuration from the environment, other services' names included; throws ConfigError with every fault.
 */
export function readConfig(environment: Environment): Config {
  return loadConfig(configSchema, readOtherNames(environment).environment, (path) =>
    readFileSync(path, 'utf8'),
  )
}
