import { chmod, mkdtemp, readFile, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const gibibyte = 2 ** 30
/** What a run keeps there at once is 2 GiB at most; tests, browsers and real servers want theirs beside it. */
const needed = { room: 6 * gibibyte, memory: 10 * gibibyte }
const inMemory = '/dev/shm'

/**
 * A folder for everything that a run of tests writes and takes away again: in memory where there is plenty of it, else with
 * other temporary files. On a disk (ext4) a database of 640 files took 0.65 s to be made and 1.7 to be dropped, hundreds of
 * times a run, for names that were just given up are not given anew at once; in memory 0.1 and 0.05.
 */
export async function makeTemporaryFolder(): Promise<string> {
  // Short, for sockets lie below it, whose paths end at 107 bytes.
  const folder = await mkdtemp(join((await hasRoomInMemory()) ? inMemory : tmpdir(), 'rt-'))
  // As /tmp itself: databases and servers of tests run as accounts of their own where root starts them.
  await chmod(folder, 0o1777)
  return folder
}

async function hasRoomInMemory(): Promise<boolean> {
  const { bavail, bsize } = await statfs(inMemory).catch(() => ({ bavail: 0, bsize: 0 }))
  const told = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const kibibytes = Number(/^MemAvailable: +(\d+) kB$/m.exec(told)?.[1] ?? 0)
  return bavail * bsize >= needed.room && kibibytes * 1024 >= needed.memory
}
