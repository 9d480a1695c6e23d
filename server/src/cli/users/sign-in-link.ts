import type { Command, Invocation } from '../command.ts'
import { readConfig } from '../environment.ts'
import { oneName } from './name.ts'
import { withOperator } from './with-operator.ts'

export const signInLink: Command = {
  name: 'users sign-in-link',
  summary:
    'Makes a link that signs in to an account: good once, for fifteen minutes. The way back where no OpenID provider answers.',
  takes: 'EMAIL|USERNAME',
  options: {},
  examples: ['rendition users sign-in-link ann@example.com'],
  run: runLink,
}

async function runLink(invocation: Invocation): Promise<number> {
  const { environment, terminal } = invocation
  const name = oneName(invocation)
  const config = readConfig(environment)
  const { publicUrl = `http://${config.server.host}:${config.server.port ?? 8080}` } = config.server
  const { url, expiresAt } = await withOperator(config, (operator) =>
    operator.makeSignInLink(name, publicUrl),
  )
  terminal.err(`Good once, until ${expiresAt}. Whoever has it is signed in as ${name}:`)
  terminal.out(url)
  return 0
}
