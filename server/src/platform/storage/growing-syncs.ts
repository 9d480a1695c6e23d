import type { FileHandle } from 'node:fs/promises'

/** What a kill may cost a client that sends everything in one request: so many bytes, or what came in so long. */
const everyBytes = 32 * 1024 ** 2
const everyMs = 2_000

/** What sees to it that a growing file is on the disk, and says so, while more is written to it. */
export interface Syncs {
  /** Whether it is time to, with so many bytes written. */
  isDue(size: number): boolean
  /** Syncs what is written by now, behind the back of whoever writes on. */
  begin(size: number): void
  /** Throws what went wrong meanwhile. */
  throwFailure(): void
  /** The last time, with all the bytes. */
  end(size: number): Promise<void>
  /** Nothing runs any more, however it ended. */
  settled(): Promise<void>
}

export function createSyncs(
  handle: FileHandle,
  from: number,
  keep: (size: number, done: boolean) => Promise<boolean>,
): Syncs {
  let kept = from
  let keptAt = performance.now()
  let running: Promise<void> | null = null
  let failure: { error: unknown } | null = null
  const throwFailure = (): void => {
    if (failure !== null) throw failure.error
  }
  return {
    throwFailure,
    isDue: (size) =>
      running === null && (size - kept >= everyBytes || performance.now() - keptAt >= everyMs) && size > kept,
    begin(size) {
      const sync = async (): Promise<void> => {
        await handle.datasync()
        await keep(size, false)
        kept = size
        keptAt = performance.now()
      }
      running = sync()
        .catch((error: unknown) => {
          failure = { error }
        })
        .finally(() => {
          running = null
        })
    },
    async end(size) {
      await running
      throwFailure()
      await handle.datasync()
      await keep(size, true)
    },
    async settled() {
      await running
    },
  }
}
