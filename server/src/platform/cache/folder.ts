import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { Log } from '../log.ts'
import { startLoop } from '../loop.ts'
import { createExclusive } from './exclusive.ts'
import type { Cache } from './port.ts'

export interface FolderCacheOptions {
  /** Its own: whatever lies in it and is no entry is removed. */
  folder: string
  /** What the files may take, bookkeeping included. */
  maxBytes: number
  /** Whether the disk has room for more; whoever writes there otherwise takes what others need. */
  hasRoom: () => Promise<boolean>
  log: Log
}

/** A file takes whole blocks of the disk, and an inode: so many empty values do not fill one unseen. */
const block = 4_096
const sweepMs = 15_000
/** For another write of the same name. */
const writeWaitMs = 60_000
const entryName = /^[0-9a-f]{64}$/
const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/**
 * A cache in files of one process, for what is too much for memory and may outlive a restart. The times of a file say
 * until when it is kept and when it was last asked for; the least recently asked for leave first.
 */
export async function openFolderCache(options: FolderCacheOptions): Promise<Cache> {
  const { folder, maxBytes, hasRoom, log } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const exclusive = createExclusive()
  const pathOf = (name: string): string => join(folder, name)
  /** Removals under way: whoever writes the same name waits for its own. */
  const removals = new Map<string, Promise<void>>()
  const remove = (name: string): void => {
    const removal = rm(pathOf(name), { force: true })
      .catch((error: unknown) => log.warn({ err: error }, 'a cached file was not removed'))
      .finally(() => removals.get(name) === removal && removals.delete(name))
    removals.set(name, removal)
  }
  const entries = new LRUCache<string, { size: number; expiresAt: number }>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ size }) => block + Math.ceil(size / block) * block,
    dispose: (_entry, name, why) => {
      if (why !== 'set') remove(name)
    },
  })
  const alive = (name: string): { size: number; expiresAt: number } | undefined => {
    const entry = entries.get(name)
    if (entry === undefined || entry.expiresAt > Date.now()) return entry
    entries.delete(name)
    return undefined
  }
  const settled = async (): Promise<void> => void (await Promise.all(removals.values()))
  const sweep = async (): Promise<void> => {
    for (const name of [...entries.keys()]) {
      const entry = entries.peek(name)
      if (entry !== undefined && entry.expiresAt <= Date.now()) entries.delete(name)
    }
    await settled()
  }
  const mark = (name: string, expiresAt: number): Promise<void> =>
    utimes(pathOf(name), new Date(), new Date(expiresAt))

  for (const { name, size, usedAt, expiresAt } of await findEntries(folder)) {
    if (expiresAt <= Date.now()) remove(name)
    else entries.set(name, { size, expiresAt }, { start: usedAt })
  }
  await settled()
  const sweeping = startLoop({ name: 'cached files', everyMs: sweepMs, firstMs: sweepMs, pass: sweep, log })

  async function write(name: string, value: Uint8Array, expiresAt: number): Promise<boolean> {
    await removals.get(name)
    if (!(await hasRoom())) return false
    // An older value under this name must not be evicted, file and all, while the new one takes its place.
    entries.get(name)
    const temporary = pathOf(`.${name}.${randomBytes(6).toString('hex')}`)
    try {
      const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
      try {
        await handle.writeFile(value)
        // Or a power cut leaves the name of a file without its bytes.
        await handle.sync()
        await handle.utimes(new Date(), new Date(expiresAt))
      } finally {
        await handle.close()
      }
      await rename(temporary, pathOf(name))
      // One that began meanwhile was for the older value, and may have taken the new file instead.
      const removal = removals.get(name)
      if (removal !== undefined) {
        await removal
        // Or it came before the new file did, which then is in nobody's list.
        await rm(pathOf(name), { force: true })
        return false
      }
    } catch (error) {
      log.warn({ err: error }, 'a value was not cached')
      await rm(temporary, { force: true }).catch(() => {})
      return false
    }
    entries.set(name, { size: value.byteLength, expiresAt })
    // One too large for the folder is not taken into the list, and says nothing to it either.
    if (entries.has(name)) return true
    remove(name)
    return false
  }

  return {
    reach: 'process',
    async get(key) {
      const name = nameOf(key)
      const entry = alive(name)
      if (entry === undefined) return null
      try {
        const bytes = await readFile(pathOf(name))
        if (bytes.byteLength !== entry.size) throw new Error('the file has another size')
        await mark(name, entry.expiresAt)
        return bytes
      } catch {
        // Emptied by hand, or removed while it was read.
        if (entries.peek(name) === entry) entries.delete(name)
        return null
      }
    },
    async set(key, value, { ttlMs }) {
      const name = nameOf(key)
      if (ttlMs > 0) {
        const copy = new Uint8Array(value)
        return exclusive.run(name, writeWaitMs, () => write(name, copy, Date.now() + ttlMs))
      }
      entries.delete(name)
      await removals.get(name)
      return false
    },
    async touch(key, { ttlMs }) {
      const name = nameOf(key)
      const entry = alive(name)
      if (entry === undefined) return false
      entry.expiresAt = Date.now() + ttlMs
      return mark(name, entry.expiresAt).then(
        () => true,
        () => {
          if (entries.peek(name) === entry) entries.delete(name)
          return false
        },
      )
    },
    async delete(keys) {
      for (const key of keys) entries.delete(nameOf(key))
      await Promise.all(keys.map((key) => removals.get(nameOf(key))))
    },
    exclusive: (key, waitMs, work) => exclusive.run(`work:${key}`, waitMs, work),
    async check() {
      await stat(folder)
    },
    async close() {
      await sweeping.stop()
      await settled()
    },
  }
}

/** The files of an earlier process, the longest unused first; what a crash left half written goes. */
async function findEntries(
  folder: string,
): Promise<{ name: string; size: number; usedAt: number; expiresAt: number }[]> {
  const found: { name: string; size: number; usedAt: number; expiresAt: number }[] = []
  for (const { name } of await readdir(folder, { withFileTypes: true })) {
    const file = join(folder, name)
    const facts = entryName.test(name) ? await stat(file).catch(() => null) : null
    if (facts?.isFile()) {
      found.push({ name, size: facts.size, usedAt: facts.atimeMs, expiresAt: facts.mtimeMs })
    } else await rm(file, { recursive: true, force: true })
  }
  return found.sort((a, b) => a.usedAt - b.usedAt)
}
