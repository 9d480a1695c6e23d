import type { Command, Invocation } from '../command.ts'
import { readConfig } from '../environment.ts'
import { oneName } from './name.ts'
import { withOperator } from './with-operator.ts'

export const takeOffTwoStep: Command = {
  name: 'users take-off-two-step',
  summary:
    'Lets an account sign in with its password alone, for who lost the app and the recovery codes; also while the service runs.',
  takes: 'EMAIL|USERNAME',
  options: {},
  examples: [
    'rendition users take-off-two-step ann@example.com',
    'docker compose exec rendition rendition users take-off-two-step ann@example.com',
  ],
  run: runTakeOff,
}

async function runTakeOff(invocation: Invocation): Promise<number> {
  const { environment, terminal } = invocation
  const name = oneName(invocation)
  const was = await withOperator(readConfig(environment), (operator) => operator.takeOffTwoStep(name))
  terminal.err(
    was
      ? `${name} signs in with the password alone now. The second step can be set up anew in the page.`
      : `${name} has no second step; nothing was changed.`,
  )
  return 0
}
