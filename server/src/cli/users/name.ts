import { type Invocation, UsageError } from '../command.ts'

/** The account that a command is about. */
export function oneName({ files }: Invocation): string {
  const [name, ...more] = files
  if (name === undefined || name.trim() === '')
    throw new UsageError('whose account? Give an email address or a username')
  if (more.length > 0) throw new UsageError('one account at a time')
  return name.trim()
}
