import { createReadStream } from 'node:fs'
import { Failure } from '@rendition/contract'
import { z } from 'zod'
import { createOperator, type ImportedUser, type OldUser, type Operator } from '../../auth/index.ts'
import { wordsOf } from '../../platform/config/words.ts'
import { type Command, type Invocation, UsageError } from '../command.ts'
import { readConfig } from '../environment.ts'
import { openInstallation } from '../installation.ts'
import { oldIdSchema, oldTimeSchema } from './mongo-values.ts'
import { type ObjectText, readObjects } from './read-objects.ts'
import { type Outcome, openTally } from './tally.ts'

export const importUsers: Command = {
  name: 'import users',
  summary: `Takes accounts over from a JSON export, one object a line or one array, as mongoexport writes it.
Bcrypt hashes go on working: each is replaced when its owner signs in. Runs beside the service or without it; a second
run takes what the first did not. Fields: _id or id, email, username or name, passwordHash or password, createdAt.`,
  takes: 'FILE',
  options: {
    adopt: {
      description: 'Let the old id of a user whose e-mail has an account here stand for that account.',
    },
    'dry-run': { description: 'Say what would be done, and do nothing.' },
    report: { value: 'FILE', description: 'Write what became of each user, one JSON object a line.' },
  },
  examples: [
    'mongoexport --uri "$MONGO_URI" --collection users --out users.json && rendition import users users.json',
    'rendition import users users.json --dry-run',
    'rendition import users - --report users.report < users.json',
  ],
  run: runImportUsers,
}

const textOrNull = z.string().trim().min(1).nullish().catch(null)

/** Whatever else a user has stays behind. */
const userSchema = z
  .object({
    _id: oldIdSchema.optional(),
    id: oldIdSchema.optional(),
    email: textOrNull,
    username: textOrNull,
    name: textOrNull,
    passwordHash: textOrNull,
    password: textOrNull,
    createdAt: oldTimeSchema.nullish(),
  })
  .transform((user, context): OldUser => {
    const email = user.email ?? null
    const oldId = user._id ?? user.id
    if (oldId === undefined) {
      context.addIssue({ code: 'custom', message: 'it has no _id and no id' })
      return z.NEVER
    }
    return {
      oldId,
      email,
      // A name is what somebody is called; only without an e-mail it has to be what they sign in with.
      username: user.username ?? (email === null ? (user.name ?? null) : null),
      passwordHash: user.passwordHash ?? user.password ?? null,
      createdAt: user.createdAt ?? null,
    }
  })

const words = [
  ['imported', 'imported'],
  ['would be imported', 'would be imported'],
  ['known', 'imported before'],
  ['exists', 'left: an account has the name'],
  ['adopted', 'adopted by the account that has the name'],
  ['refused', 'refused'],
] as const

async function runImportUsers(invocation: Invocation): Promise<number> {
  const { values, files, environment, terminal } = invocation
  const [file, ...more] = files
  if (file === undefined) throw new UsageError('which file? Give a JSON export of users, or - for stdin')
  if (more.length > 0) throw new UsageError('one file at a time')
  const how = { adopt: values.adopt === true, dryRun: values['dry-run'] === true }
  const config = readConfig(environment)
  const installation = await openInstallation(config)
  try {
    const operator = createOperator({ db: installation.db, config: config.auth })
    const report = typeof values.report === 'string' ? values.report : undefined
    const tally = await openTally(terminal, ['exists', 'refused'], report, [file])
    try {
      const bytes = file === '-' ? terminal.stdin : createReadStream(file)
      for await (const text of readObjects(bytes)) await tally.add(await takeOne(operator, text, how))
    } finally {
      await tally.end(words)
    }
    return tally.count('refused') === 0 ? 0 : 1
  } finally {
    await installation.close()
  }
}

async function takeOne(
  { importUser }: Pick<Operator, 'importUser'>,
  { text, line }: ObjectText,
  how: { adopt: boolean; dryRun: boolean },
): Promise<Outcome> {
  const user = read(text)
  if ('fault' in user) return { subject: `line ${line}`, is: 'refused', note: user.fault }
  const subject = user.email ?? user.username ?? `line ${line}`
  const facts = { line, oldId: user.oldId }
  const done = await importUser(user, how).catch((error: unknown): ImportedUser => {
    if (error instanceof Failure && error.status < 500) return { is: 'refused', why: error.detail }
    throw error
  })
  switch (done.is) {
    case 'imported':
      return {
        subject,
        is: how.dryRun ? 'would be imported' : 'imported',
        ...(done.note === null ? {} : { note: done.note }),
        facts,
      }
    case 'exists':
      return { subject, is: done.adopted ? 'adopted' : 'exists', facts }
    case 'refused':
      return { subject, is: 'refused', note: done.why, facts }
    case 'known':
      return { subject, is: 'known', facts }
  }
}

function read(text: string): OldUser | { fault: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { fault: 'it is no JSON' }
  }
  const user = userSchema.safeParse(value)
  if (user.success) return user.data
  const [issue] = user.error.issues
  if (issue === undefined) return { fault: 'it is no user' }
  return { fault: [...issue.path.slice(0, 1), wordsOf(issue)].join(': ') }
}
