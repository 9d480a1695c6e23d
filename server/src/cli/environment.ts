import { readFileSync } from 'node:fs'
import { type Environment, loadConfig } from '../platform/config/load.ts'
import { type Config, configSchema } from '../roles/config.ts'

/** The whole configuration from the environment; throws ConfigError with every fault. */
export function readConfig(environment: Environment): Config {
  return loadConfig(configSchema, environment, (path) => readFileSync(path, 'utf8'))
}

/** Options of the command line win over the variables they stand for, in either of their forms. */
export function withOptions(
  environment: Environment,
  values: Readonly<Record<string, string | true>>,
  variables: Readonly<Record<string, string>>,
): Environment {
  const merged: Record<string, string | undefined> = { ...environment }
  for (const [option, variable] of Object.entries(variables)) {
    const value = values[option]
    if (typeof value !== 'string') continue
    merged[variable] = value
    delete merged[`${variable}_FILE`]
  }
  return merged
}
