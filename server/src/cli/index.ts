import { ConfigError, type Environment } from '../platform/config/load.ts'
import { type Command, helpOf, parseWords, type Terminal, table, UsageError } from './command.ts'
import { version } from './paths.ts'
import { processTerminal } from './terminal.ts'

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
    summary: 'Prints new secrets for several processes to share.',
    load: async () => (await import('./secrets.ts')).secrets,
  },
]

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
  const [name, ...rest] = words
  if (name === '--version' || name === '-v') {
    terminal.out(version)
    return 0
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview())
    return 0
  }
  try {
    const found = commands.find((candidate) => candidate.name === name)
    if (found === undefined) {
      throw new UsageError(name === undefined ? 'which command?' : `there is no command ${name}`)
    }
    const command = await found.load()
    const { values, files, help } = parseWords(command, rest)
    if (help) {
      terminal.out(helpOf(command))
      return 0
    }
    return await command.run({ values, files, environment, terminal })
  } catch (error) {
    return report(error, environment, terminal)
  }
}

function report(error: unknown, environment: Environment, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.err(`rendition: ${error.message}`)
    terminal.err('See rendition --help')
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
    const text = at instanceof Error ? (verbose ? (at.stack ?? at.message) : at.message) : String(at)
    if (!lines.some((line) => line.includes(text)))
      lines.push(lines.length === 0 ? text : `  because: ${text}`)
  }
  return lines
}

function overview(): string {
  return [
    'rendition COMMAND [options]',
    '',
    'Upload an image once, get every resolution of it, at a URL, at once.',
    '',
    'Commands:',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    '',
    'rendition COMMAND --help tells more. The service is configured by environment variables: docs/config.md.',
  ].join('\n')
}
