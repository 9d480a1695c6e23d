import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

export interface FolderLock {
  release(): Promise<void>
}

/** Another process has the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/**
 * Takes a folder for this process alone, or throws an error that names who has it. The lock is the kernel's
 * (flock), so it ends with the process however that ends, needs no cleaning up, and holds across containers that
 * share the folder, where process ids mean nothing. Node has no call for it: flock(1) locks the open file that
 * it inherits from us, and the lock stays with the file when flock has left.
 */
export async function lockFolder(folder: string, file = 'lock'): Promise<FolderLock> {
  const path = join(folder, file)
  const handle = await openLocked(path)
  await handle.truncate(0)
  await handle.write(`${JSON.stringify(holder())}\n`, 0)
  let held = true
  return {
    async release() {
      if (!held) return
      held = false
      // The file stays: removing it would let a third process lock a file that is no longer there.
      await handle.close()
    },
  }
}

/** BSD's flag for open(2): lock while opening. Not among Node's constants. */
const darwinExclusiveLock = 0x20

async function openLocked(path: string): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW
  if (process.platform === 'darwin') {
    try {
      return await open(path, flags | darwinExclusiveLock | constants.O_NONBLOCK, 0o600)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') throw await inUse(path)
      throw error
    }
  }
  const handle = await open(path, flags, 0o600)
  try {
    if (!(await flock(handle))) throw await inUse(path)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

function flock(handle: FileHandle): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', handle.fd] })
    child.once('error', (cause) =>
      reject(
        new Error('The data folder cannot be locked: flock(1) was not found. Install util-linux.', { cause }),
      ),
    )
    child.once('exit', (code) => {
      if (code === 0 || code === 1) resolve(code === 0)
      else reject(new Error(`The data folder cannot be locked: flock(1) ended with ${code}.`))
    })
  })
}

interface Holder {
  pid: number
  host: string
  since: string
}

const holder = (): Holder => ({ pid: process.pid, host: hostname(), since: new Date().toISOString() })

async function inUse(path: string): Promise<Error> {
  const folder = path.slice(0, path.lastIndexOf('/'))
  return new FolderInUse(
    `The folder ${folder} is in use by ${await describeHolder(path)}. Stop that one first, or choose another ` +
      'data folder (DATA_DIR).',
  )
}

async function describeHolder(path: string): Promise<string> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const { pid, host, since } = JSON.parse(await handle.readFile('utf8')) as Holder
      return `process ${pid} on ${host}, running since ${since}`
    } finally {
      await handle.close()
    }
  } catch {
    return 'another process'
  }
}
