import type { Command, Invocation } from '../command.ts'
import { readConfig } from '../environment.ts'
import { oneName } from './name.ts'
import { newPassword, passwordHelp, passwordOptions } from './password.ts'
import { withOperator } from './with-operator.ts'

export const resetPassword: Command = {
  name: 'users reset-password',
  summary: `Gives an account a new password and ends its sessions and API keys; also while the service runs.\n${passwordHelp}`,
  takes: 'EMAIL|USERNAME',
  options: passwordOptions,
  examples: [
    'rendition users reset-password ann@example.com',
    'rendition users reset-password --generate ann@example.com',
    'docker compose exec rendition rendition users reset-password ann@example.com',
  ],
  run: runReset,
}

async function runReset(invocation: Invocation): Promise<number> {
  const { environment, terminal } = invocation
  const name = oneName(invocation)
  const config = readConfig(environment)
  const { password, generated } = await newPassword(invocation)
  const { ended, disabled } = await withOperator(config, (operator) => operator.resetPassword(name, password))
  const what = ended === 1 ? 'one session or key was ended' : `${ended} sessions and keys were ended`
  terminal.err(`The password of ${name} is changed; ${what}.`)
  if (disabled) terminal.err('The account is disabled, so nobody can sign in to it yet.')
  if (generated) terminal.out(password)
  return 0
}
