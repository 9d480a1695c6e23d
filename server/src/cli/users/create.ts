import { isFailure, type Role, roleSchema } from '@rendition/contract'
import { type Command, type Invocation, UsageError } from '../command.ts'
import { readConfig } from '../environment.ts'
import { oneName } from './name.ts'
import { newPassword, passwordHelp, passwordOptions } from './password.ts'
import { withOperator } from './with-operator.ts'

export const createUser: Command = {
  name: 'users create',
  summary: `Makes an account, also where registration is closed and while the service runs.\n${passwordHelp}`,
  takes: 'EMAIL|USERNAME',
  options: {
    admin: { description: 'Make an administrator.' },
    role: { value: 'ROLE', description: `${roleSchema.options.join(', ')}; user by default.` },
    'if-missing': { description: 'Leave an account that exists as it is, and call that success.' },
    ...passwordOptions,
  },
  examples: [
    'rendition users create --admin ann@example.com',
    'rendition users create --admin --generate --if-missing ann@example.com',
    'NEW_PASSWORD_FILE=/run/secrets/admin rendition users create --admin --if-missing ann@example.com',
  ],
  run: runCreate,
}

async function runCreate(invocation: Invocation): Promise<number> {
  const { values, environment, terminal } = invocation
  const name = oneName(invocation)
  const role = roleOf(values)
  const config = readConfig(environment)
  const { password, generated } = await newPassword(invocation)
  try {
    await withOperator(config, (operator) => operator.createAccount({ name, password, role }))
  } catch (error) {
    if (!isFailure(error, 'account_exists') || values['if-missing'] !== true) throw error
    terminal.err(`The account ${name} exists; it stays as it is.`)
    return 0
  }
  terminal.err(`The account ${name} is made: ${role}.`)
  if (generated) terminal.out(password)
  return 0
}

function roleOf(values: Invocation['values']): Role {
  if (values.role === undefined) return values.admin === true ? 'admin' : 'user'
  const role = roleSchema.safeParse(values.role)
  if (!role.success) throw new UsageError(`--role must be one of: ${roleSchema.options.join(', ')}`)
  if (values.admin === true && role.data !== 'admin') throw new UsageError('--admin and --role disagree')
  return role.data
}
