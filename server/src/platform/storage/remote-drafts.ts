import { createWriteStream } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DiskRoom } from './disk-room.ts'
import { type DraftsFolder, openDrafts } from './drafts.ts'
import { storageFailure } from './failures.ts'
import type { StorageKey } from './key.ts'
import type { LocalFile, NewDraft } from './port.ts'

export interface RemoteDraftsOptions {
  /** A local folder for bytes on their way in and for copies that code seeks in. */
  folder: string
  diskRoom: DiskRoom
  /** Sends a local file to its key, or throws and leaves nothing there. */
  send(path: string, key: StorageKey, options: { contentType?: string; signal?: AbortSignal }): Promise<void>
}

/** What every storage that is elsewhere keeps on this machine. */
export interface RemoteDrafts {
  /** For pieces of what is not whole yet. */
  folder: DraftsFolder
  /** Throws `storage_full` when this machine's disk takes nothing new. */
  draft(): Promise<NewDraft>
  /** A copy that goes with its handle. */
  copyOf(source: Readable): Promise<LocalFile>
}

/** Drafts of a storage that is elsewhere: files on this machine, sent when they are committed. */
export async function openRemoteDrafts({
  folder,
  diskRoom,
  send,
}: RemoteDraftsOptions): Promise<RemoteDrafts> {
  const drafts = await openDrafts(join(folder, '.drafts'))
  return {
    folder: drafts,
    async draft() {
      await diskRoom.check('new')
      const path = await drafts.create()
      return {
        path,
        write: (chunks) => pipeline(chunks, createWriteStream(path, { highWaterMark: 1024 ** 2 })),
        commit: (key, options = {}) => send(path, key, options).finally(() => remove(path)),
        discard: () => remove(path),
      }
    },
    async copyOf(source) {
      const path = await drafts.create()
      try {
        await pipeline(source, createWriteStream(path))
      } catch (error) {
        await remove(path)
        throw error
      }
      return { path, [Symbol.asyncDispose]: () => remove(path) }
    },
  }
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw storageFailure(error)
  })
}
