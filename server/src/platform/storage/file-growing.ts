import { constants } from 'node:fs'
import { copyFile, link, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import type { DiskRoom } from './disk-room.ts'
import type { DraftsFolder } from './drafts.ts'
import { createFolderDurably, syncFolder } from './durable.ts'
import { translated } from './failures.ts'
import {
  type AppendOptions,
  BrokenOff,
  brokenOff,
  chunksOf,
  createLooks,
  type GrowingObjects,
  type Growth,
  writeAll,
} from './growing.ts'
import type { StorageKey } from './key.ts'

export interface FileGrowingOptions {
  /** On the disk of the objects, so that a name is all that a commit costs. */
  folder: string
  fileMode: number
  drafts: DraftsFolder
  diskRoom: DiskRoom
  /** Gives a synced file its key. */
  place(temporary: string, key: StorageKey): Promise<void>
}

/** What a kill may cost a client that sends everything in one request: so many bytes, or what came in so long. */
const keptEveryBytes = 32 * 1024 ** 2
const keptEveryMs = 2_000
const roomEveryBytes = 1024 ** 2

/** Objects that grow in a folder of this machine: one file each, named by its id. */
export async function openFileGrowing(options: FileGrowingOptions): Promise<GrowingObjects> {
  const { folder, fileMode, drafts, diskRoom, place } = options
  await createFolderDurably(folder)
  const pathOf = (id: string): string => join(folder, id)

  async function append(id: string, growth: Growth, body: Readable, { keep, early }: AppendOptions) {
    const path = pathOf(id)
    const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW)
    const looks = createLooks(early, growth.size)
    let { size } = growth
    let kept = size
    let keptAt = performance.now()
    let roomAt = size
    const settle = async (done: boolean): Promise<void> => {
      await handle.datasync()
      await keep({ size }, done)
      kept = size
      keptAt = performance.now()
    }
    try {
      if ((await handle.stat()).size < size) throw new Failure('not_found')
      await handle.truncate(size)
      try {
        for await (const chunk of chunksOf(body)) {
          if (size >= roomAt) {
            await diskRoom.check('new').catch(brokenOff)
            roomAt = size + roomEveryBytes
          }
          await writeAll(handle, chunk, size).catch(brokenOff)
          size += chunk.length
          if (looks.isDue(size)) await looks.take(size, path)
          if (size - kept >= keptEveryBytes || performance.now() - keptAt >= keptEveryMs) await settle(false)
        }
      } catch (error) {
        if (!(error instanceof BrokenOff)) throw error
        await settle(true)
        throw error.cause
      }
      await settle(true)
      return { size }
    } finally {
      await handle.close()
    }
  }

  return {
    direct: null,

    begin: (id) =>
      translated(async () => {
        await diskRoom.check('new')
        const handle = await open(pathOf(id), 'wx', fileMode)
        await handle.close()
        await syncFolder(folder)
        return { size: 0 }
      }),

    append: (id, growth, body, more) => translated(() => append(id, growth, body, more)),

    join: (id, growth, sources, keep) =>
      translated(async () => {
        let grown = growth
        const full = sources.filter((source) => source.growth.size > 0)
        for (const [at, source] of full.entries()) {
          const handle = await open(pathOf(source.id), constants.O_RDONLY | constants.O_NOFOLLOW)
          try {
            const stream = handle.createReadStream({ end: source.growth.size - 1, highWaterMark: 1024 ** 2 })
            const isLast = at === full.length - 1
            grown = await append(id, grown, stream, { keep: (next, done) => keep(next, done && isLast) })
          } finally {
            await handle.close().catch(() => {})
          }
        }
        return grown
      }),

    draft: (id) =>
      translated(async () => {
        const path = pathOf(id)
        await stat(path)
        return {
          path,
          commit: (key, { signal } = {}) =>
            translated(async () => {
              signal?.throwIfAborted()
              const temporary = await drafts.create()
              await unlink(temporary)
              // A second name for the bytes costs nothing; some file systems have no such names.
              await link(path, temporary).catch(() => copySynced(path, temporary))
              await place(temporary, key)
            }),
          discard: async () => {},
        }
      }),

    remove: (id) =>
      translated(async () => {
        await unlink(pathOf(id)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error
        })
      }),

    async *untouched(since) {
      for (const name of await readdir(folder)) {
        const info = await stat(pathOf(name)).catch(() => null)
        if (info !== null && info.mtime < since) yield name
      }
    },
  }
}

async function copySynced(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL)
  const handle = await open(to, constants.O_RDWR)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
