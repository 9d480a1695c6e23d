import { readFileSync } from 'node:fs'
import type { Setting } from '@rendition/contract'
import { type Environment, loadConfig } from '../platform/config/load.ts'
import { settingsOf } from '../platform/config/settings.ts'
import { type Config, configSchema } from '../roles/config.ts'
import { readOtherNames } from './other-names.ts'

/**
 * The whole configuration from the environment, other services' names included; throws ConfigError with every fault.
 */
export function readConfig(environment: Environment): Config {
  return loadConfig(configSchema, readOtherNames(environment).environment, readText)
}

/** The same as an administrator may see it, of an environment in which there are no faults. */
export function readSettings(environment: Environment): Setting[] {
  return settingsOf(configSchema, readOtherNames(environment).environment, readText)
}

const readText = (path: string): string => readFileSync(path, 'utf8')
