import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of files on their way in, each named after the process that writes it. */
export interface DraftsFolder {
  /** Creates an empty file and gives its path. */
  create(): Promise<string>
  /** The same, open for reading and writing. */
  open(): Promise<{ path: string; handle: FileHandle }>
}

/** Opens the folder and removes what processes that no longer run have left in it. */
export async function openDrafts(folder: string, fileMode = 0o600): Promise<DraftsFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await sweep(folder)
  const owner = `${process.pid}-${ownStart()}`
  const create = async () => {
    const path = join(folder, `${owner}-${randomBytes(9).toString('hex')}`)
    return { path, handle: await open(path, 'wx+', fileMode) }
  }
  return {
    open: create,
    async create() {
      const { path, handle } = await create()
      await handle.close()
      return path
    },
  }
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [pid = '', start] = name.split('-')
    if (start === undefined || (await startOf(pid)) !== start)
      await unlink(join(folder, name)).catch(() => {})
  }
}

/**
 * Field 22 of `/proc/PID/stat`, in clock ticks since boot: with the pid it names one process and no later one.
 * Undefined for a process that is gone; `0` where there is no /proc, and then only the pid decides.
 */
async function startOf(pid: string): Promise<string | undefined> {
  if (!/^\d+$/.test(pid)) return undefined
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/stat`, 'utf8').then(startField, () => undefined)
  }
  try {
    process.kill(Number(pid), 0)
    return '0'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '0' : undefined
  }
}

const ownStart = (): string =>
  process.platform === 'linux' ? (startField(readFileSync('/proc/self/stat', 'utf8')) ?? '0') : '0'

const startField = (stat: string): string | undefined => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
