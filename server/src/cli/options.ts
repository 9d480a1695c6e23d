import type { Environment } from '../platform/config/load.ts'
import type { Option } from './command.ts'

/** What tells one process of an installation from another: its roles and where it listens. */
export const addressOptions: Readonly<Record<string, Option>> = {
  role: {
    value: 'NAMES',
    description: 'gateway, auth, api, delivery, worker; comma-separated. All by default.',
  },
  host: { value: 'ADDRESS', description: 'Where it listens; 127.0.0.1 by default.' },
  port: { value: 'PORT', description: 'Where it listens; serve takes a free one for 0.' },
}

/** The variables that these options stand for. */
export const addressVariables = { role: 'ROLES', host: 'HOST', port: 'PORT' } as const

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
