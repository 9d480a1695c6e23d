import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { chmod, chown, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { syncFolder } from '../storage/durable.ts'
import type { ServerAccount } from './server-account.ts'
import type { ServerBinaries } from './server-binaries.ts'
import { launch } from './server-process.ts'
import { endStrayServers } from './stray-servers.ts'

/** Where the parts of one embedded database lie. */
export interface ClusterPaths {
  folder: string
  /** PostgreSQL's own data folder. */
  cluster: string
  log: string
  /** Library links, where the package's folder cannot be written. */
  links: string
}

export const clusterPaths = (folder: string): ClusterPaths => ({
  folder,
  cluster: join(folder, 'cluster'),
  log: join(folder, 'server.log'),
  links: join(folder, 'libraries'),
})

/** The version of the data format, undefined while there is no data. */
export async function clusterMajor(paths: ClusterPaths): Promise<number | undefined> {
  const text = await readFile(join(paths.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number.parseInt(text, 10)
}

/**
 * Makes an empty database under a name of its own and renames it when it is whole: a first start that is killed
 * half way leaves nothing half. With one fixed name, 2 of 10 such starts failed, since the orphaned initdb was
 * still writing. initdb syncs every file before it ends.
 */
export async function initialiseCluster(
  paths: ClusterPaths,
  binaries: ServerBinaries,
  account: ServerAccount | undefined,
): Promise<void> {
  await sweepUnfinished(paths)
  const unfinished = join(paths.folder, `.init-${process.pid}-${randomBytes(4).toString('hex')}`)
  await mkdir(unfinished, { mode: 0o700 })
  if (account !== undefined) await chown(unfinished, account.uid, account.gid)
  const output = openSync(paths.log, 'a', 0o600)
  const from = (await stat(paths.log)).size
  try {
    const child = launch({
      program: join(binaries.folder, 'initdb'),
      args: [
        '-D',
        unfinished,
        '-U',
        'postgres',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--no-locale',
        '--no-instructions',
      ],
      environment: binaries.environment,
      account,
      cwd: unfinished,
      output,
    })
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve))
    if (code !== 0) throw new Error(`initdb failed:\n${await readFrom(paths.log, from)}`)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  } finally {
    closeSync(output)
  }
  await rename(unfinished, paths.cluster)
  await syncFolder(paths.folder)
}

async function sweepUnfinished(paths: ClusterPaths): Promise<void> {
  for (const name of await readdir(paths.folder)) {
    if (!name.startsWith('.init-')) continue
    await endStrayServers(join(paths.folder, name))
    // Whoever was killed may have left an `initdb` that still writes there, for a second or so.
    await rm(join(paths.folder, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** Linux's limit for the path of a unix socket is 107 bytes; PostgreSQL adds a file name of 15. */
const longestSocketFolder = 107 - '/.s.PGSQL.5432.lock'.length

/**
 * An empty folder for the socket that only the server's account may enter. It lies beside the data, or, where that
 * path is too long for a socket, in the system's temporary folder under a name made from the path, so that a next
 * start finds and reuses it.
 */
export async function socketFolder(
  paths: ClusterPaths,
  account: ServerAccount | undefined,
): Promise<{ path: string; temporary: boolean }> {
  const beside = join(paths.folder, 'run')
  if (Buffer.byteLength(beside) <= longestSocketFolder) {
    await rm(beside, { recursive: true, force: true })
    await makePrivateFolder(beside, account)
    return { path: beside, temporary: false }
  }
  const name = createHash('sha256').update(paths.folder).digest('hex').slice(0, 16)
  const path = join(tmpdir(), `rendition-${process.getuid?.() ?? 0}-${name}`)
  if (Buffer.byteLength(path) > longestSocketFolder) {
    throw new Error(
      `Neither ${beside} nor ${path} is short enough for a socket; choose a shorter data folder.`,
    )
  }
  const info = await lstat(path).catch(() => undefined)
  if (info !== undefined) {
    const ours = info.isDirectory() && [process.getuid?.(), account?.uid].includes(info.uid)
    // Anybody may have made a folder of that name in a shared place, and would then hold our socket.
    if (!ours) throw new Error(`${path} is needed for a socket, but belongs to somebody else.`)
    await rm(path, { recursive: true, force: true })
  }
  await makePrivateFolder(path, account)
  return { path, temporary: true }
}

async function makePrivateFolder(path: string, account: ServerAccount | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  await chmod(path, 0o700)
  if (account !== undefined) await chown(path, account.uid, account.gid)
}

/** The end of a log, from a byte position on. */
export async function readFrom(path: string, position: number): Promise<string> {
  const handle = await open(path)
  try {
    const length = Math.max(0, (await handle.stat()).size - position)
    const size = Math.min(length, 4_096)
    const { buffer } = await handle.read(Buffer.alloc(size), 0, size, position + length - size)
    return buffer.toString('utf8').trim()
  } finally {
    await handle.close()
  }
}
