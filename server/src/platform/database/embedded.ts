import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { lockFolder } from '../data-folder/lock.ts'
import type { Log } from '../log.ts'
import { createFolderDurably } from '../storage/durable.ts'
import {
  type ClusterPaths,
  clusterMajor,
  clusterPaths,
  initialiseCluster,
  readFrom,
  socketFolder,
} from './cluster.ts'
import { type ServerAccount, serverAccount } from './server-account.ts'
import { findServerBinaries, type ServerBinaries } from './server-binaries.ts'
import { type Launch, launch } from './server-process.ts'
import { endStrayServers } from './stray-servers.ts'

export interface EmbeddedOptions {
  /** Holds everything of this database; created when missing. */
  folder: string
  /** Where `initdb` and `postgres` lie; found when not given. */
  binariesFolder?: string | undefined
  maxConnections: number
  log: Log
  tie?: Launch['tie']
}

export interface EmbeddedServer {
  /** The folder of the unix socket, which is also the `host` to connect to, as user `postgres`. */
  socketFolder: string
  /** The server's process id, undefined while it is being restarted. */
  pid(): number | undefined
  stop(): Promise<void>
}

interface Running {
  child: ChildProcess
  pid: number
  exited: Promise<void>
}

/** A start after kill -9 can meet backends of the killed server that hold its shared memory for up to 2 s. */
const startPatienceMs = 10_000
const stopPatienceMs = 20_000

/**
 * A real PostgreSQL server as a child process: made at the first start, tied to the life of this process, restarted
 * when it dies alone, reachable only by a socket in a private folder. It syncs on every commit.
 */
export async function startEmbeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await createFolderDurably(options.folder)
  const paths = clusterPaths(await realpath(options.folder))
  const lock = await lockFolder(paths.folder)
  try {
    return await supervise(paths, options, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Line 5 of PostgreSQL's file of itself; line 8 is the state. */
const socketLine = 4
const stateLine = 7

/** The socket's folder of the server that another process runs in this folder. Throws when none answers. */
export async function findEmbeddedServer(folder: string): Promise<string> {
  const lines = await postmasterFile(clusterPaths(await realpath(folder)))
  const socket = lines[socketLine] ?? ''
  if (
    socket !== '' &&
    lines[stateLine]?.trim() === 'ready' &&
    (await listens(join(socket, '.s.PGSQL.5432')))
  ) {
    return socket
  }
  throw new Error('The database of the running service does not answer yet. Try again in a moment.')
}

async function supervise(
  paths: ClusterPaths,
  options: EmbeddedOptions,
  onStopped: () => Promise<void>,
): Promise<EmbeddedServer> {
  const { log } = options
  await endStrayServers(paths.cluster)
  await rotateLog(paths)
  const existing = await clusterMajor(paths)
  const binaries = await findServerBinaries({
    folder: options.binariesFolder,
    major: existing,
    linksFolder: paths.links,
  })
  const account = await serverAccount(paths.cluster, [paths.cluster, join(binaries.folder, 'postgres')])
  if (existing === undefined) await initialiseCluster(paths, binaries, account)
  const socket = await socketFolder(paths, account)

  let stopping = false
  let current: Running | undefined
  const start = () => startUntilReady(paths, binaries, account, socket.path, options)

  function watch(running: Running): void {
    current = running
    void running.exited.then(async () => {
      current = undefined
      for (let wait = 250; !stopping; wait = Math.min(wait * 2, 10_000)) {
        log.error({}, 'the embedded database server ended by itself; starting it again')
        try {
          await endStrayServers(paths.cluster)
          const next = await start()
          // stop() may have come while the server was starting.
          if (stopping) await endServer(next, paths)
          else watch(next)
          return
        } catch (error) {
          log.error({ err: error }, 'the embedded database server could not be started again')
          await pause(wait)
        }
      }
    })
  }

  watch(await start())
  return {
    socketFolder: socket.path,
    pid: () => current?.pid,
    async stop() {
      stopping = true
      if (current !== undefined) await endServer(current, paths)
      await endStrayServers(paths.cluster)
      if (socket.temporary) await rm(socket.path, { recursive: true, force: true })
      await onStopped()
    },
  }
}

function settings(binaries: ServerBinaries, socketPath: string, maxConnections: number): string[] {
  const values: Record<string, string> = {
    // No port: nobody but this account can even try.
    listen_addresses: '',
    unix_socket_directories: socketPath,
    unix_socket_permissions: '0700',
    // "Acknowledged means on disk": said here so that no edited file can turn it off.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: '32MB',
    max_wal_size: '256MB',
    max_connections: String(maxConnections),
    // No standby hangs on this server; fewer processes, less log to sync.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statement errors belong to their callers, and their text holds values; LOG is above ERROR here.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    // Three workers less: the data of an embedded database mostly sits in the page cache.
    ...(binaries.major >= 18 ? { io_method: 'sync' } : {}),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function startUntilReady(
  paths: ClusterPaths,
  binaries: ServerBinaries,
  account: ServerAccount | undefined,
  socketPath: string,
  options: EmbeddedOptions,
): Promise<Running> {
  const end = Date.now() + startPatienceMs
  for (;;) {
    await forgetStalePid(paths)
    for (const name of await readdir(socketPath)) await rm(join(socketPath, name), { force: true })
    const from = await stat(paths.log).then(
      ({ size }) => size,
      () => 0,
    )
    const output = openSync(paths.log, 'a', 0o600)
    const child = launch({
      program: join(binaries.folder, 'postgres'),
      args: ['-D', paths.cluster, ...settings(binaries, socketPath, options.maxConnections)],
      environment: binaries.environment,
      account,
      cwd: '/',
      output,
      tie: options.tie,
    })
    closeSync(output)
    const ended = { yet: false }
    const exited = new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', () => {
        ended.yet = true
        resolve()
      })
    })
    const pid = await untilReady(paths, socketPath, exited, ended)
    if (pid !== undefined) return { child, pid, exited }
    const said = await readFrom(paths.log, from)
    // Anything else, such as a refused setting or a damaged file, does not go away by waiting.
    if (Date.now() > end || !/lock file|shared memory block/.test(said)) {
      throw new Error(`The embedded database server did not start:\n${said}`)
    }
    await pause(250)
  }
}

/** The server's pid once it says it accepts connections; undefined when it has ended instead. */
async function untilReady(
  paths: ClusterPaths,
  socketPath: string,
  exited: Promise<void>,
  ended: { yet: boolean },
): Promise<number | undefined> {
  while (!ended.yet) {
    // The socket first: until it listens, the file may still be that of a killed server, which says "ready" too.
    if (await listens(join(socketPath, '.s.PGSQL.5432'))) {
      const lines = await postmasterFile(paths)
      // pg_ctl waits for the same word.
      if (lines[stateLine]?.trim() === 'ready') return Number(lines[0])
    }
    await Promise.race([pause(10), exited])
  }
  return undefined
}

function listens(socketFile: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketFile)
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

const postmasterFile = async (paths: ClusterPaths): Promise<string[]> =>
  (await readFile(join(paths.cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')

/**
 * PostgreSQL takes a lock file for valid when its pid is alive, whoever that is now; in a container, where pids
 * start from 1 again, it mostly is somebody. No server of ours runs at this point, so a living pid is a stranger's.
 * The file of a dead pid stays: with it PostgreSQL checks for leftover shared memory.
 */
async function forgetStalePid(paths: ClusterPaths): Promise<void> {
  const pid = Number((await postmasterFile(paths))[0])
  if (!(pid > 0) || process.platform !== 'linux') return
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
  }
  await rm(join(paths.cluster, 'postmaster.pid'), { force: true })
}

/** Fast shutdown: running statements end, a checkpoint is written; then less patient ways. */
async function endServer(running: Running, paths: ClusterPaths): Promise<void> {
  try {
    process.kill(running.pid, 'SIGINT')
  } catch {
    // Gone already: the exit is on its way.
  }
  const patience = new AbortController()
  await Promise.race([running.exited, pause(stopPatienceMs, undefined, { signal: patience.signal })])
  patience.abort()
  await endStrayServers(paths.cluster)
}

async function rotateLog(paths: ClusterPaths): Promise<void> {
  const info = await stat(paths.log).catch(() => undefined)
  if (info !== undefined && info.size > 1_000_000) await rename(paths.log, `${paths.log}.1`)
}
