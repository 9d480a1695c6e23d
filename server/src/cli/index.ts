import { existsSync } from 'node:fs'
import { Failure } from '@rendition/contract'
import { ConfigError, type Environment } from '../platform/config/load.ts'
import { type Command, didYouMean, helpOf, parseWords, type Terminal, table, UsageError } from './command.ts'
import { version } from './paths.ts'
import { processTerminal } from './terminal.ts'

export { withEnvFile } from './env-file.ts'

/** Each loads its own rooms only when it runs: all of them together take most of a second to load. */
const commands: readonly { name: string; summary: string; load: () => Promise<Command> }[] = [
  {
    name: 'serve',
    summary: 'Runs the service: every role, or the ones named.',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'render',
    summary: 'Makes pictures of local files, without a server.',
    load: async () => (await import('./render/index.ts')).render,
  },
  {
    name: 'doctor',
    summary: 'Checks the configuration, each part and a test picture, and says what to do.',
    load: async () => (await import('./doctor/index.ts')).doctor,
  },
  {
    name: 'health',
    summary: 'Asks the running service whether it lives; for health checks of containers.',
    load: async () => (await import('./health.ts')).health,
  },
  {
    name: 'migrate',
    summary: 'Brings the database to this version.',
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'secrets',
    summary: 'Makes new secrets for several processes to share.',
    load: async () => (await import('./secrets.ts')).secrets,
  },
  {
    name: 'users create',
    summary: 'Makes an account, an administrator with --admin; for installations without people.',
    load: async () => (await import('./users/create.ts')).createUser,
  },
  {
    name: 'users reset-password',
    summary: 'Gives an account a new password and signs it out everywhere.',
    load: async () => (await import('./users/reset-password.ts')).resetPassword,
  },
  {
    name: 'users password-link',
    summary: 'Makes a link by which the owner of an account sets a new password.',
    load: async () => (await import('./users/password-link.ts')).passwordLink,
  },
  {
    name: 'users sign-in-link',
    summary: 'Makes a link that signs in to an account, for when no OpenID provider answers.',
    load: async () => (await import('./users/sign-in-link.ts')).signInLink,
  },
  {
    name: 'users take-off-two-step',
    summary: 'Lets an account sign in without a code, for who lost the app and the recovery codes.',
    load: async () => (await import('./users/take-off-two-step.ts')).takeOffTwoStep,
  },
  {
    name: 'import users',
    summary: 'Takes accounts over from a JSON export of an older stack, with their passwords.',
    load: async () => (await import('./import/users.ts')).importUsers,
  },
  {
    name: 'import images',
    summary: 'Takes originals over from a folder, a bucket or a list of addresses.',
    load: async () => (await import('./import/images.ts')).importImages,
  },
  {
    name: 'import export',
    summary: 'Brings back what was exported from this installation or another.',
    load: async () => (await import('./import/export.ts')).importExport,
  },
  {
    name: 'verify-receipt',
    summary: 'Judges a receipt of what was erased, and says what it says.',
    load: async () => (await import('./verify-receipt.ts')).verifyReceiptCommand,
  },
  {
    name: 'version',
    summary: 'Tells the version.',
    load: async () => versionCommand,
  },
]

const versionCommand: Command = {
  name: 'version',
  summary: 'Tells the version.',
  options: {},
  examples: ['rendition version'],
  async run({ terminal }) {
    terminal.out(version)
    return 0
  },
}

/** Words that other programs have for the same. */
const otherWords: Readonly<Record<string, string>> = { start: 'serve', run: 'serve', check: 'doctor' }

/** sysexits: 64 would be the usage one, but 2 is what shells and most tools use; 78 is a faulty configuration. */
const exitCodes = { usage: 2, config: 78, failure: 1 } as const

/**
 * Runs one command of the command line; gives the exit code. Whatever goes wrong is said in one plain message; the
 * stack is shown with LOG_LEVEL=debug or trace.
 */
export async function runCli(
  words: readonly string[],
  environment: Environment,
  terminal: Terminal = processTerminal(),
): Promise<number> {
  const asksForHelp = words[0] === 'help' || ['--help', '-h'].includes(words[0] ?? '')
  const line = asksForHelp
    ? words.slice(1)
    : ['--version', '-v'].includes(words[0] ?? '')
      ? ['version']
      : inFull(words)
  const entry = entryOf(line)
  try {
    if (entry === undefined) {
      const group = groupOf(line)
      if (!asksForHelp && !isHelp(line[group.length])) throw unknownCommand(line, group)
      if (asksForHelp && line.length > group.length) throw unknownCommand(line, group)
      terminal.out(overview(group))
      return 0
    }
    const command = await entry.load()
    const rest = line.slice(entry.name.split(' ').length)
    const { values, files, help } = parseWords(command, asksForHelp ? ['--help'] : rest)
    if (help) {
      terminal.out(helpOf(command))
      return 0
    }
    return await command.run({ values, files, environment, terminal })
  } catch (error) {
    return report(error, environment, terminal, entry?.name ?? groupOf(line).join(' '))
  }
}

/** `rendition import FOLDER` is of images: a place is no word of a command. */
function inFull(words: readonly string[]): readonly string[] {
  const [group, place, ...rest] = words
  if (group !== 'import' || place === undefined || place.startsWith('-') || entryOf(words)) return words
  return /[./\\:]/.test(place) || existsSync(place) ? ['import', 'images', place, ...rest] : words
}

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h'

const entryOf = (line: readonly string[]) =>
  commands.find(({ name }) => name.split(' ').every((word, at) => line[at] === word))

/** The first words of the line that begin a command of several: `users` of `users create`. */
function groupOf(line: readonly string[]): string[] {
  const [first] = line
  return first !== undefined && commands.some(({ name }) => name.startsWith(`${first} `)) ? [first] : []
}

function unknownCommand(line: readonly string[], group: readonly string[]): UsageError {
  const word = line[group.length]
  const before = group.map((name) => `${name} `).join('')
  const names = commands
    .filter(({ name }) => name.startsWith(before))
    .map(({ name }) => name.slice(before.length))
  if (word === undefined) {
    return new UsageError(
      group.length === 0 ? 'which command?' : `${group.join(' ')}: ${names.join(' or ')}?`,
    )
  }
  if (word.startsWith('-'))
    return new UsageError(`${word} comes after a command, as in rendition serve ${word}`)
  const other = group.length === 0 ? otherWords[word.toLowerCase()] : undefined
  const hint = other === undefined ? didYouMean(word, wordsOf(names)) : `; did you mean ${other}?`
  return new UsageError(`there is no command ${before}${word}${hint}`)
}

/** Whole names and, of those of several words, the first ones. */
const wordsOf = (names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => [name.split(' ')[0] ?? name, name])),
]

function report(error: unknown, environment: Environment, terminal: Terminal, command: string): number {
  if (error instanceof UsageError) {
    terminal.err(`rendition: ${error.message}`)
    terminal.err(`See rendition ${command === '' ? '' : `${command} `}--help`)
    return exitCodes.usage
  }
  const verbose = ['debug', 'trace'].includes(environment.LOG_LEVEL ?? '')
  for (const line of chainOf(error, verbose)) terminal.err(line)
  return error instanceof ConfigError ? exitCodes.config : exitCodes.failure
}

/** The message of an error and of what caused it, each once. */
function chainOf(error: unknown, verbose: boolean): string[] {
  const lines: string[] = []
  for (let at: unknown = error; at !== undefined && at !== null; at = (at as Error).cause) {
    const text = sentenceOf(at, verbose)
    if (!lines.some((line) => line.includes(text)))
      lines.push(lines.length === 0 ? text : `  because: ${text}`)
  }
  return lines
}

function sentenceOf(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error)
  if (verbose) return error.stack ?? error.message
  return error instanceof Failure ? error.detail : error.message
}

/** All commands, or those of a group. */
function overview(group: readonly string[]): string {
  const shown = commands.filter(({ name }) => group.every((word, at) => name.split(' ')[at] === word))
  return [
    `rendition ${[...group, 'COMMAND'].join(' ')} [options]`,
    '',
    ...(group.length === 0
      ? ['Upload an image once, get every resolution of it, at a URL, at once.', '']
      : []),
    'Commands:',
    ...table(shown.map(({ name, summary }) => [name, summary])),
    '',
    'rendition COMMAND --help tells more. The service is configured by environment variables: docs/config.md.',
  ].join('\n')
}
