import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const entry = join(import.meta.dirname, '../../server/bin/rendition.js')
const startLimitMs = 60_000
const stopLimitMs = 30_000

export interface ServiceOptions {
  /** Variables on top of a free port, a data folder of its own and quiet logs. */
  env?: Record<string, string>
  /** Use this folder and leave it there at the end; without it, a temporary one that goes with `stop`. */
  dataDir?: string
  /** The very first start, which makes the database: for tests that are about it. */
  first?: boolean
  /** More words after `serve`. */
  args?: readonly string[]
  /**
   * A service of its own even where `ACCEPTANCE_URL` names a running one: for tests that stop and kill it.
   */
  own?: boolean
}

export interface Service {
  readonly baseUrl: string
  readonly pid: number
  readonly dataDir: string
  /** Milliseconds from the start of the process to the first answer of /ready. */
  readonly readyAfterMs: number
  /** Everything it has printed, both streams. */
  output(): string
  /** Ends it as Ctrl-C would and gives the exit code; the temporary data folder goes too. */
  stop(): Promise<number | null>
  /** SIGKILL; the data stays for `restart`. */
  kill9(): Promise<void>
  /** Stops it if it runs, and starts it on the same data; the port may change. */
  restart(env?: Record<string, string>): Promise<void>
}

/** The address of a running installation to test instead of one of our own. */
export const externalUrl = process.env.ACCEPTANCE_URL?.replace(/\/+$/, '')

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts the built service, or gives the one that `ACCEPTANCE_URL` names, when it answers /ready. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  if (externalUrl !== undefined && !options.own) return externalService(externalUrl)
  const dataDir = options.dataDir ?? (await newFolder(options.first === true))
  let running = await launch(dataDir, options)

  const end = async (): Promise<number | null> => {
    running.child.kill('SIGTERM')
    return exited(running)
  }
  return {
    get baseUrl() {
      return running.baseUrl
    },
    get pid() {
      return running.pid
    },
    get readyAfterMs() {
      return running.readyAfterMs
    },
    dataDir,
    output: () => running.printed.join(''),
    async stop() {
      const code = await end()
      if (options.dataDir === undefined) await removeFolder(dataDir)
      return code
    },
    async kill9() {
      running.child.kill('SIGKILL')
      await exited(running)
    },
    async restart(env = {}) {
      await end()
      running = await launch(dataDir, { ...options, env: { ...options.env, ...env } })
    },
  }
}

/** Names a data folder with a database of this version in it, and nothing else: `prepareFolder`. */
const preparedFolder = 'PREPARED_DATA_DIR'

/**
 * Lets the services that are started from here on begin with a copy of one database. To make it is half of a first start,
 * which tests of other things need not see again. Gives what takes it away.
 */
export async function prepareFolder(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-prepared-'))
  const { code, output } = await runCommand(['migrate'], { env: { DATA_DIR: folder } })
  if (code !== 0) throw new Error(`there is no database to begin with: ${output}`)
  process.env[preparedFolder] = folder
  return () => removeFolder(folder)
}

async function newFolder(first: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-acceptance-'))
  const prepared = process.env[preparedFolder]
  // The database belongs to an account of its own where root runs it.
  if (!first && prepared !== undefined) await promisify(execFile)('cp', ['-a', `${prepared}/.`, folder])
  return folder
}

export interface Attempt {
  code: number | null
  output: string
}

/** Runs the command line to its end, e.g. a `serve` that must refuse. */
export function runCommand(
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): Promise<Attempt> {
  const running = spawnEntry(args, options.env ?? {}, options.cwd)
  running.child.stdin?.end(options.input ?? '')
  return exited(running).then((code) => ({ code, output: running.printed.join('') }))
}

interface Spawned {
  child: ChildProcess
  printed: string[]
  /** Resolves with the exit code once the process is gone and its streams are read. */
  gone: Promise<number | null>
}
interface Running extends Spawned {
  pid: number
  baseUrl: string
  readyAfterMs: number
}

function spawnEntry(args: readonly string[], env: Record<string, string>, cwd?: string): Spawned {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  children.add(child)
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  }
  const gone = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      children.delete(child)
      resolve(code)
    })
  })
  return { child, printed, gone }
}

async function launch(dataDir: string, { env = {}, args = [] }: ServiceOptions): Promise<Running> {
  const startedAt = performance.now()
  const spawned = spawnEntry(['serve', ...args], {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    // Every picture that a page shows would be made as AVIF behind it, which costs more than the page: who looks for that asks for `later`.
    DELIVERY_AVIF: 'stored',
    ...env,
  })
  let dead = false
  void spawned.gone.then(() => {
    dead = true
  })
  while (performance.now() - startedAt < startLimitMs) {
    if (dead) break
    const baseUrl = /\bhttp:\/\/[^\s"']+:\d+/.exec(spawned.printed.join(''))?.[0]
    if (baseUrl !== undefined && (await isReady(baseUrl))) {
      const readyAfterMs = performance.now() - startedAt
      return { ...spawned, pid: spawned.child.pid ?? -1, baseUrl, readyAfterMs }
    }
    await pause(20)
  }
  spawned.child.kill('SIGKILL')
  throw new Error(`the service did not get ready; it printed:\n${spawned.printed.join('')}`)
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${baseUrl}/ready`, { signal: AbortSignal.timeout(5_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

async function exited({ child, gone, printed }: Spawned): Promise<number | null> {
  const timer = setTimeout(() => {
    printed.push('\n(killed: it did not end in time)\n')
    child.kill('SIGKILL')
  }, stopLimitMs)
  const code = await gone
  clearTimeout(timer)
  return code
}

/** The database that went down with a killed service may still be writing its last files. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })

function externalService(baseUrl: string): Service {
  const refuse = () => Promise.reject(new Error('the service under ACCEPTANCE_URL is not ours to stop'))
  return {
    baseUrl,
    pid: -1,
    dataDir: '',
    readyAfterMs: 0,
    output: () => '',
    stop: () => Promise.resolve(0),
    kill9: refuse,
    restart: refuse,
  }
}
