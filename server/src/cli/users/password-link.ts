import type { Command, Invocation } from '../command.ts'
import { readConfig } from '../environment.ts'
import { oneName } from './name.ts'
import { withOperator } from './with-operator.ts'

export const passwordLink: Command = {
  name: 'users password-link',
  summary: 'Makes a link by which the owner of an account sets a new password: good once, for an hour.',
  takes: 'EMAIL|USERNAME',
  options: {},
  examples: ['rendition users password-link ann@example.com'],
  run: runLink,
}

async function runLink(invocation: Invocation): Promise<number> {
  const { environment, terminal } = invocation
  const name = oneName(invocation)
  const config = readConfig(environment)
  const { publicUrl = `http://${config.server.host}:${config.server.port ?? 8080}` } = config.server
  const { url, expiresAt } = await withOperator(config, (operator) =>
    operator.makePasswordLink(name, publicUrl),
  )
  terminal.err(`Good once, until ${expiresAt}. Whoever has it sets the password of ${name}:`)
  terminal.out(url)
  return 0
}
