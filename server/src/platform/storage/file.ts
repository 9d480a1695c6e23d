import { constants } from 'node:fs'
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  rmdir,
  unlink,
} from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Readable } from 'node:stream'
import { Failure, isFailure } from '@rendition/contract'
import { LRUCache } from 'lru-cache'
import { boundlessRoom, type DiskRoom } from './disk-room.ts'
import { openDrafts } from './drafts.ts'
import { createFolderDurably, syncFolder } from './durable.ts'
import { storageFailure, translated } from './failures.ts'
import { fileDraft } from './file-draft.ts'
import { openFileGrowing } from './file-growing.ts'
import type { StorageKey } from './key.ts'
import { pathOf } from './layout.ts'
import type { Storage } from './port.ts'
import { walk } from './walk.ts'

/** Non-blocking, so that a pipe planted in the tree cannot hold a thread for ever; no effect on files. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

export interface FileStorageOptions {
  folder: string
  diskRoom?: DiskRoom
  /** What is written from now on may be read by the folder's group: by another program that sends files for us. */
  groupReads?: boolean | undefined
}

const forOwner = { folder: 0o700, file: 0o600 }
const forGroup = { folder: 0o750, file: 0o640 }

/**
 * Storage in a folder of this machine. Every object is written to a temporary name in the same tree, synced,
 * renamed, and its folder synced: whatever was acknowledged survives a power cut, and a reader sees the whole old
 * object or the whole new one. Links are never followed, inside the tree or out of it.
 */
export async function openFileStorage(options: FileStorageOptions): Promise<Storage> {
  const { diskRoom = boundlessRoom } = options
  const modes = options.groupReads === true ? forGroup : forOwner
  await createFolderDurably(options.folder, modes.folder)
  const root = await realpath(options.folder)
  const drafts = await translated(() => openDrafts(join(root, '.drafts'), modes.file))
  const folders = createFolders(root, modes.folder)

  /** Opens an object for reading, or throws `not_found`. */
  async function openObject(key: StorageKey): Promise<{ handle: FileHandle; size: number; path: string }> {
    const path = pathOf(root, key)
    const handle = await translated(() => open(path, readFlags)).catch((error: unknown) => {
      throw isLinkError(error) ? new Failure('not_found', undefined, { cause: error }) : error
    })
    try {
      const info = await handle.stat()
      if (!info.isFile() || !(await liesAt(handle, path))) throw new Failure('not_found')
      return { handle, size: info.size, path }
    } catch (error) {
      await handle.close()
      throw storageFailure(error)
    }
  }

  /** Gives a synced file its key. */
  async function place(temporary: string, key: StorageKey): Promise<void> {
    const path = pathOf(root, key)
    // A delete may remove the empty folder between our making it and our using it.
    for (let attempt = 1; ; attempt += 1) {
      try {
        await folders.ensure(dirname(path))
        await rename(temporary, path)
        await syncFolder(dirname(path))
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error
        folders.forget(dirname(path))
        await lstat(temporary)
      }
    }
  }

  async function remove(key: StorageKey): Promise<void> {
    const path = pathOf(root, key)
    try {
      if (!(await folders.isOurs(dirname(path)))) return
      await unlink(path)
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
    await folders.prune(dirname(path))
  }

  const growing = await translated(() =>
    openFileGrowing({ folder: join(root, '.growing'), fileMode: modes.file, drafts, diskRoom, place }),
  )

  return {
    reach: 'process',
    link: null,
    growing,

    locate: async (key) => {
      const { handle, size, path } = await openObject(key)
      await handle.close()
      return { folder: root, path: relative(root, path), size }
    },

    checkDiskRoom: () => diskRoom.check('new'),

    draft: () =>
      translated(async () => {
        await diskRoom.check('new')
        return fileDraft(await drafts.open(), place)
      }),

    put: (key, data, { signal, accepted = false } = {}) =>
      translated(async () => {
        signal?.throwIfAborted()
        await diskRoom.check(accepted ? 'accepted' : 'new')
        const temporary = await drafts.create()
        try {
          const handle = await open(temporary, constants.O_WRONLY | constants.O_NOFOLLOW)
          try {
            await handle.writeFile(data, { signal })
            await handle.sync()
          } finally {
            await handle.close()
          }
          signal?.throwIfAborted()
          await place(temporary, key)
        } catch (error) {
          await unlink(temporary).catch(() => {})
          throw error
        }
      }),

    async get(key, { range, signal } = {}) {
      signal?.throwIfAborted()
      const { handle, size } = await openObject(key)
      if (range !== undefined && (range.start >= size || range.end < range.start)) {
        await handle.close()
        throw new Failure('range_not_satisfiable')
      }
      const start = range?.start ?? 0
      const end = Math.min(range?.end ?? size, size - 1)
      const stream = handle.createReadStream({
        // Where it ends is known: else the end is found by one more read, into one more buffer.
        ...(size === 0 ? {} : { start, end }),
        ...(signal === undefined ? {} : { signal }),
        // Each read takes a buffer of so much, also of a file of a few bytes: an export of small ones took 140 MB a second.
        highWaterMark: Math.min(256 * 1024, Math.max(4096, end - start + 1)),
      })
      return translateErrors(stream)
    },

    async head(key) {
      return translated(async () => {
        try {
          const path = pathOf(root, key)
          const info = await lstat(path)
          return info.isFile() ? { key, size: info.size, modifiedAt: info.mtime } : null
        } catch (error) {
          if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
          throw error
        }
      })
    },

    async open(key) {
      const { handle, path } = await openObject(key)
      await handle.close()
      return { path, [Symbol.asyncDispose]: async () => {} }
    },

    delete: (keys) =>
      translated(async () => {
        for (let start = 0; start < keys.length; start += 16) {
          await Promise.all(keys.slice(start, start + 16).map(remove))
        }
      }),

    list: (prefix) => walk(root, prefix),

    check: () =>
      translated(async () => {
        // Tells a read-only or vanished disk.
        await unlink(await drafts.create())
      }).catch((error: unknown) => {
        // A full one is told to uploads alone: reading goes on.
        if (!isFailure(error, 'storage_full')) throw error
      }),

    close: async () => {},
  }
}

/** The folders of the tree: made durably, removed when empty, and never anything but folders of ours. */
function createFolders(root: string, mode: number) {
  // Folders whose entries are known to be on disk, so that a write into an old folder syncs that one alone.
  const durable = new LRUCache<string, true>({ max: 20_000 })

  async function ensure(folder: string): Promise<void> {
    if (folder === root || durable.has(folder)) return
    await ensure(dirname(folder))
    await mkdir(folder, { mode }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (!(await isOurs(folder))) throw new Failure('unavailable', 'The storage tree holds a foreign entry.')
    await syncFolder(dirname(folder))
    durable.set(folder, true)
  }

  async function isOurs(folder: string): Promise<boolean> {
    return (await realpath(folder)) === folder
  }

  function forget(folder: string): void {
    for (let each = folder; each.length > root.length; each = dirname(each)) durable.delete(each)
  }

  async function prune(folder: string): Promise<void> {
    for (let each = folder; each.length > root.length; each = dirname(each)) {
      durable.delete(each)
      try {
        await rmdir(each)
      } catch {
        return
      }
    }
  }

  return { ensure, isOurs, forget, prune }
}

const isLinkError = (error: unknown): boolean =>
  error instanceof Failure &&
  ['ELOOP', 'ENOTDIR', 'EMLINK', 'ENXIO'].includes((error.cause as NodeJS.ErrnoException).code ?? '')

/** Whether an open file is the one at `path` without any link on the way; asked of the kernel, so free of races. */
async function liesAt(handle: FileHandle, path: string): Promise<boolean> {
  if (process.platform !== 'linux') return (await realpath(path)) === path
  const actual = await readlink(`/proc/self/fd/${handle.fd}`)
  return actual === path || actual === `${path} (deleted)`
}

/** A disk error in mid-stream reaches the reader as a Failure too. */
export function translateErrors<T extends Readable>(stream: T): T {
  const destroy = stream._destroy.bind(stream)
  stream._destroy = (error, callback) =>
    destroy(error, (later) => callback(storageFailure(later ?? error) as Error | null))
  return stream
}
