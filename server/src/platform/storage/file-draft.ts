import { type FileHandle, lstat, unlink } from 'node:fs/promises'
import type { NewDraft } from './draft.ts'
import { translated } from './failures.ts'
import { createWrites } from './growing-writes.ts'
import type { StorageKey } from './key.ts'

/** What is left to sync at the end of a large file. */
const syncEveryBytes = 32 * 1024 ** 2

const rethrown = (error: unknown): never => {
  throw error
}

/**
 * A draft on the disk of the objects, opened once from its creation to its commit. It is synced while it comes, and the end of it while
 * whoever wrote it judges it.
 */
export function fileDraft(
  { path, handle }: { path: string; handle: FileHandle },
  place: (temporary: string, key: StorageKey) => Promise<void>,
): NewDraft {
  /** How the syncs so far went: the first that fails is the last, for another would find nothing to do where the bytes are gone. */
  let synced: Promise<void> | null = null
  let open = true
  const sync = (): Promise<void> => {
    const next = (synced ?? Promise.resolve()).then(() => handle.datasync())
    // Told by the commit.
    next.catch(() => {})
    synced = next
    return next
  }
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await synced?.catch(() => {})
    await handle.close()
  }
  const remove = (): Promise<void> =>
    unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })

  async function write(chunks: AsyncIterable<Buffer>): Promise<void> {
    const writes = createWrites(handle, 0, rethrown)
    let due = syncEveryBytes
    let running = false
    try {
      for await (const chunk of chunks) {
        await writes.add(chunk)
        if (running || writes.size < due) continue
        due = writes.size + syncEveryBytes
        running = true
        const ended = (): void => {
          running = false
        }
        sync().then(ended, ended)
      }
    } finally {
      // Nothing may be written any more when the file is closed.
      await writes.flush()
    }
    void sync()
  }

  return {
    path,
    write: (chunks) => translated(() => write(chunks)),
    commit: (key, { signal } = {}) =>
      translated(async () => {
        try {
          if (!open) throw new Error('this draft is gone')
          await (synced ?? sync())
          const [named, ours] = await Promise.all([lstat(path), handle.stat()])
          if (named.ino !== ours.ino || named.dev !== ours.dev)
            throw new Error('another file has the name of this draft')
          await close()
          signal?.throwIfAborted()
          await place(path, key)
        } catch (error) {
          // After a failed sync the kernel may have dropped the bytes: this file must not be tried again.
          await close().catch(() => {})
          await unlink(path).catch(() => {})
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('this draft is gone')
          throw error
        }
      }),
    discard: () =>
      translated(async () => {
        await close()
        await remove()
      }),
  }
}
