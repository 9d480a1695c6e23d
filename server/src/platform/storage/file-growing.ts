import { constants } from 'node:fs'
import { copyFile, link, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@rendition/contract'
import type { DiskRoom } from './disk-room.ts'
import type { DraftsFolder } from './drafts.ts'
import { createFolderDurably, syncFolder } from './durable.ts'
import { translated } from './failures.ts'
import {
  type AppendOptions,
  BrokenOff,
  brokenOff,
  type Chunks,
  chunksOf,
  createLooks,
  type GrowingObjects,
  type Growth,
} from './growing.ts'
import { createSyncs } from './growing-syncs.ts'
import { createWrites } from './growing-writes.ts'
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

const roomEveryBytes = 1024 ** 2

/** Objects that grow in a folder of this machine: one file each, named by its id. */
export async function openFileGrowing(options: FileGrowingOptions): Promise<GrowingObjects> {
  const { folder, fileMode, drafts, diskRoom, place } = options
  await createFolderDurably(folder)
  const pathOf = (id: string): string => join(folder, id)

  /** While one chunk is written the next comes, and what is written is synced meanwhile. */
  async function append(
    id: string,
    growth: Growth,
    body: Chunks,
    { keep, early }: AppendOptions,
  ): Promise<Growth> {
    const path = pathOf(id)
    const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW)
    const looks = createLooks(early, growth.size)
    const writes = createWrites(handle, growth.size, brokenOff)
    const syncs = createSyncs(handle, growth.size, (size, done) => keep({ size }, done))
    let roomAt = growth.size
    try {
      if ((await handle.stat()).size < growth.size) throw new Failure('not_found')
      await handle.truncate(growth.size)
      try {
        for await (const chunk of chunksOf(body)) {
          if (writes.taken >= roomAt) {
            await diskRoom.check('new').catch(brokenOff)
            roomAt = writes.taken + roomEveryBytes
          }
          await writes.add(chunk)
          if (looks.isDue(writes.taken)) {
            await writes.flush()
            await looks.take(writes.size, path)
          } else if (syncs.isDue(writes.size)) syncs.begin(writes.size)
          syncs.throwFailure()
        }
        await writes.flush()
      } catch (error) {
        if (!(error instanceof BrokenOff)) throw error
        await writes.flush().catch(() => {})
        await syncs.end(writes.size)
        throw error.cause
      }
      await syncs.end(writes.size)
      return { size: writes.size }
    } finally {
      await writes.flush().catch(() => {})
      await syncs.settled()
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
