import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { loadConfig } from '../platform/config/load.ts'
import { localUrl, portOf } from '../roles/address.ts'
import { serverConfigSchema } from '../roles/server-config.ts'
import { type Command, UsageError } from './command.ts'
import { addressOptions, addressVariables, withOptions } from './options.ts'

const timeoutMs = 2_500

/**
 * Asks the process that runs with the same variables or options, for health checks of containers. It reads no more of
 * the configuration than the address, and says nothing about the parts unless asked: a database that is away is no
 * reason to restart what waits for it.
 */
export const health: Command = {
  name: 'health',
  summary:
    'Asks the running service of this configuration whether it lives; for health checks of containers.',
  options: {
    ready: { description: 'Ask whether it is ready: every part it stands on answers.' },
    ...addressOptions,
  },
  examples: ['rendition health', 'ROLES=worker rendition health', 'rendition health --ready --port 8080'],
  async run({ environment, values, terminal }) {
    const { server } = loadConfig(
      z.object({ server: serverConfigSchema }),
      withOptions(environment, values, addressVariables),
      (path) => readFileSync(path, 'utf8'),
    )
    if (server.port === 0) throw new UsageError('PORT is 0, so nobody knows where the service listens')
    const url = `${localUrl(server.host, await portOf(server))}${values.ready === true ? '/ready' : '/health'}`
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
      const text = await answer.text()
      if (answer.ok) return 0
      terminal.err(`${url} answered ${answer.status}: ${text.slice(0, 500)}`)
    } catch (error) {
      const { message, cause } = error as Error
      terminal.err(`${url} does not answer: ${cause instanceof Error ? cause.message : message}`)
    }
    return 1
  },
}
