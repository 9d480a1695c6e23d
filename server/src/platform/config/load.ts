import { z } from 'zod'
import { wordsOf } from './words.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** One environment variable, found by walking a schema: a leaf whose `meta` names it. */
export interface Variable {
  /** `NAME`; `NAME_FILE` may hold the path of a file with the value instead. */
  name: string
  /** Where the value goes in the configuration. */
  path: readonly string[]
  description: string
  /** As text, for the reference; undefined when the variable is required or has no default. */
  default: string | undefined
  schema: z.ZodType
}

declare module 'zod' {
  interface GlobalMeta {
    /** The environment variable that sets this leaf of the configuration. */
    env?: string
  }
}

/** Everything that is wrong with the configuration, said at once, each fault by the name of its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly { variable: string; message: string }[]
  constructor(faults: readonly { variable: string; message: string }[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults
        .map(({ variable, message }) => `  ${variable}: ${message}`)
        .join('\n')}`,
    )
    this.faults = faults
  }
}

/** The variables a configuration schema reads, in schema order. */
export function variablesOf(schema: z.ZodObject, path: readonly string[] = []): Variable[] {
  return Object.entries(schema.shape).flatMap(([key, leaf]) => {
    const here = [...path, key]
    if (leaf instanceof z.ZodObject) return variablesOf(leaf, here)
    const type = leaf as z.ZodType
    const meta = type.meta()
    if (meta?.env === undefined) return []
    return [
      {
        name: meta.env,
        path: here,
        description: meta.description ?? '',
        default: defaultOf(type),
        schema: type,
      },
    ]
  })
}

function defaultOf(schema: z.ZodType): string | undefined {
  const parsed = schema.safeParse(undefined)
  if (!parsed.success || parsed.data === undefined || parsed.data === null) return undefined
  return typeof parsed.data === 'object' ? JSON.stringify(parsed.data) : String(parsed.data)
}

/**
 * Reads the variables a schema names and checks the whole value.
 * An empty variable counts as unset. Throws ConfigError with every fault.
 */
export function loadConfig<S extends z.ZodObject>(
  schema: S,
  environment: Environment,
  readFile: (path: string) => string,
): z.output<S> {
  const variables = variablesOf(schema)
  const faults: { variable: string; message: string }[] = []
  const input = emptyTree(schema)
  for (const variable of variables) {
    try {
      const value = textOf(variable.name, environment, readFile)
      if (value !== undefined) assign(input, variable.path, value)
    } catch (error) {
      faults.push({ variable: variable.name, message: (error as Error).message })
    }
  }
  const parsed = schema.safeParse(input)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.path.map(String)
      const variable = variables.find((v) => v.path.every((key, i) => path[i] === key))
      const rest = variable === undefined ? '' : path.slice(variable.path.length).join('.')
      faults.push({
        variable: variable?.name ?? path.join('.'),
        message: rest === '' ? wordsOf(issue) : `${rest}: ${wordsOf(issue)}`,
      })
    }
  }
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults)
  return parsed.data
}

function textOf(
  name: string,
  environment: Environment,
  readFile: (path: string) => string,
): string | undefined {
  const direct = environment[name]
  const file = environment[`${name}_FILE`]
  if (direct !== undefined && direct !== '' && file !== undefined && file !== '') {
    throw new Error(`set either ${name} or ${name}_FILE, not both`)
  }
  if (direct !== undefined && direct !== '') return direct
  if (file === undefined || file === '') return undefined
  try {
    return readFile(file).replace(/\r?\n$/, '')
  } catch {
    throw new Error(`the file named by ${name}_FILE cannot be read`)
  }
}

interface Tree {
  [key: string]: Tree | string
}

/** Objects all the way, so that defaults inside an untouched slice still apply. */
function emptyTree(schema: z.ZodObject): Tree {
  return Object.fromEntries(
    Object.entries(schema.shape).flatMap(([key, leaf]) =>
      leaf instanceof z.ZodObject ? [[key, emptyTree(leaf)]] : [],
    ),
  )
}

function assign(tree: Tree, path: readonly string[], value: string): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (rest.length === 0) {
    tree[head] = value
    return
  }
  const branch = tree[head]
  if (typeof branch === 'object') assign(branch, rest, value)
}
