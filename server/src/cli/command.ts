import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Environment } from '../platform/config/load.ts'
import { closest } from './closest.ts'

/** Where a command reads and writes; tests bring their own. */
export interface Terminal {
  /** One line for the caller, or for the next program in a pipe. */
  out(line: string): void
  /** One line about what went wrong or how far things are. */
  err(line: string): void
  /** Rewrites the current line of an interactive terminal; null where there is none. */
  redraw: ((text: string) => void) | null
  /** Asks for one line and shows nothing of it; null where nobody sits at the terminal. */
  ask: ((question: string) => Promise<string>) | null
  stdin: AsyncIterable<Uint8Array>
}

export interface Option {
  /** How the value is called in the help; an option without one is a switch. */
  value?: string
  description: string
}

/** What a command got: every option given, as text, each at most once unless the command splits it itself. */
export interface Invocation {
  values: Readonly<Record<string, string | true>>
  files: readonly string[]
  environment: Environment
  terminal: Terminal
}

export interface Command {
  /** As it is typed, of one or more words: `users create`. */
  name: string
  summary: string
  /** The positional arguments as the help shows them; a command without takes none. */
  takes?: string
  options: Readonly<Record<string, Option>>
  examples: readonly string[]
  /** Gives the exit code. */
  run(invocation: Invocation): Promise<number>
}

/** Something is wrong with the words of the command line itself; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The end of a refusal of an unknown word; empty where nothing is near. */
export function didYouMean(
  word: string,
  candidates: readonly string[],
  shown = (name: string) => name,
): string {
  const meant = closest(word, candidates)
  return meant === null ? '' : `; did you mean ${shown(meant)}?`
}

/**
 * Reads the words after a command. Node's own parser: it takes a value as the text it is, where the usual libraries
 * turn the colour `000` into the number 0. Refuses unknown options, repeated ones, and values that are missing.
 */
export function parseWords(
  command: Command,
  words: readonly string[],
): { values: Record<string, string | true>; files: string[]; help: boolean } {
  const options: ParseArgsConfig['options'] = { help: { type: 'boolean', short: 'h' } }
  for (const [name, { value }] of Object.entries(command.options)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string', multiple: true }
  }
  const parsed = attempt(Object.keys(options), () =>
    parseArgs({ args: [...words], options, allowPositionals: command.takes !== undefined, strict: true }),
  )
  const values: Record<string, string | true> = {}
  for (const [name, given] of Object.entries(parsed.values)) {
    if (!Array.isArray(given)) continue
    if (given.length > 1) throw new UsageError(`--${name} is given ${given.length} times`)
    const [value] = given
    if (typeof value === 'string' || value === true) values[name] = value
  }
  return { values, files: parsed.positionals, help: parsed.values.help === true }
}

function attempt<T>(options: readonly string[], parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Only the first sentence is for people; the rest explains the parser.
    const [first = ''] = message.split(/\.\s|\n/)
    const [, option = ''] = /'(-[^'\s]*)/.exec(first) ?? []
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const hint = didYouMean(option.replace(/^-+/, ''), options, (name) => `--${name}`)
      throw new UsageError(`there is no option ${option}${hint}`)
    }
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      if (first.endsWith('does not take an argument')) throw new UsageError(`${option} takes no value`)
      const dashed = first.endsWith('ambiguous')
        ? `; one that begins with a dash is written ${option}=-…`
        : ''
      throw new UsageError(`${option} needs a value${dashed}`)
    }
    throw new UsageError(first.replace(/\.$/, '').replace(/^U/, 'u'))
  }
}

/** The help of one command. */
export function helpOf(command: Command): string {
  const { name, summary, takes, options, examples } = command
  const rows = Object.entries({ ...options, help: { description: 'Show this.' } as Option })
  return [
    `rendition ${name}${takes === undefined ? '' : ` ${takes}`} [options]`,
    '',
    summary,
    '',
    'Options:',
    ...table(
      rows.map(([option, { value, description }]) => [
        `--${option}${value === undefined ? '' : ` ${value}`}`,
        description,
      ]),
    ),
    ...(examples.length === 0 ? [] : ['', 'Examples:', ...examples.map((example) => `  ${example}`)]),
  ].join('\n')
}

/** Two columns, indented. */
export function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())
}
