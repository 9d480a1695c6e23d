import type { AccountLink } from '@rendition/contract'
import type { Operator } from '../../auth/index.ts'
import type { Command, Invocation } from '../command.ts'
import { readConfig } from '../environment.ts'
import { oneName } from './name.ts'
import { withOperator } from './with-operator.ts'

/** A command that makes a link for the owner of an account, and says what whoever has it may do. */
export function linkCommand(
  about: Pick<Command, 'name' | 'summary'>,
  make: (operator: Operator, name: string, publicUrl: string) => Promise<AccountLink>,
  means: (name: string) => string,
): Command {
  return {
    ...about,
    takes: 'EMAIL|USERNAME',
    options: {},
    examples: [`rendition ${about.name} ann@example.com`],
    async run(invocation: Invocation): Promise<number> {
      const { environment, terminal } = invocation
      const name = oneName(invocation)
      const config = readConfig(environment)
      const { publicUrl = `http://${config.server.host}:${config.server.port ?? 8080}` } = config.server
      const { url, expiresAt } = await withOperator(config, (operator) => make(operator, name, publicUrl))
      terminal.err(`Good once, until ${expiresAt}. Whoever has it ${means(name)}:`)
      terminal.out(url)
      return 0
    },
  }
}
