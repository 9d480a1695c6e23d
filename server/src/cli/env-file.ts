import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Environment } from '../platform/config/load.ts'

const fileSuffix = '_FILE'

/**
 * The environment with what a `.env` file adds. What is set in the environment itself wins, in either of its forms:
 * `NAME_FILE` there puts a `NAME` of the file aside, and the other way round. Without the file, the environment as it is.
 */
export function withEnvFile(environment: Environment, path: string): Environment {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return environment
    throw new Error(`${path} cannot be read`, { cause: error })
  }
  const isSet = (name: string): boolean => (environment[name] ?? '') !== ''
  const twin = (name: string): string =>
    name.endsWith(fileSuffix) ? name.slice(0, -fileSuffix.length) : `${name}${fileSuffix}`
  const added = Object.entries(parseEnv(text)).filter(([name]) => !isSet(name) && !isSet(twin(name)))
  return { ...environment, ...Object.fromEntries(added) }
}
