import { readFileSync } from 'node:fs'
import { type Environment, loadConfig } from '../platform/config/load.ts'
import { type Config, configSchema } from '../roles/config.ts'

/** The whole configuration from the environment; throws ConfigError with every fault. */
export function readConfig(environment: Environment): Config {
  return loadConfig(configSchema, environment, (path) => readFileSync(path, 'utf8'))
}
