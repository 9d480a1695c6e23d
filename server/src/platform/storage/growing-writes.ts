import type { FileHandle } from 'node:fs/promises'

/** What may wait while a write is under way: enough that neither the network nor the disk waits for the other. */
const mostWaiting = 1024 ** 2

/** Writes chunks to a file one behind the other; those that come during a write go together in the next, uncopied. */
export interface Writes {
  /** Bytes that are written; what comes behind a failed write never counts. */
  readonly size: number
  /** Bytes that were given, written or not. */
  readonly taken: number
  /** Throws what broke a write before. */
  add(chunk: Buffer): Promise<void>
  /** When all is written. */
  flush(): Promise<void>
}

export function createWrites(handle: FileHandle, from: number, failed: (error: unknown) => never): Writes {
  let waiting: Buffer[] = []
  let held = 0
  let [size, taken] = [from, from]
  let running: Promise<void> | null = null
  let failure: { error: unknown } | null = null
  const pump = async (): Promise<void> => {
    while (waiting.length > 0) {
      const some = waiting
      waiting = []
      held = 0
      // A system call may take less than it was given, of which the rest may fail.
      for (let left: readonly Buffer[] = some; left.length > 0; ) {
        const { bytesWritten } = await handle.writev(left, size)
        size += bytesWritten
        left = behind(left, bytesWritten)
      }
    }
  }
  const begin = (): void => {
    running ??= pump()
      .catch((error: unknown) => {
        failure = { error }
        waiting = []
      })
      .finally(() => {
        running = null
        // What came between the last look of the pump and its end: nobody else would write it.
        if (waiting.length > 0) begin()
      })
  }
  const flush = async (): Promise<void> => {
    while (running !== null) await running
    if (failure !== null) failed(failure.error)
  }
  return {
    get size() {
      return size
    },
    get taken() {
      return taken
    },
    flush,
    async add(chunk) {
      waiting.push(chunk)
      held += chunk.length
      taken += chunk.length
      begin()
      if (failure !== null || held >= mostWaiting) await flush()
    },
  }
}

/** What is left of chunks when so many bytes of them are written. */
function behind(chunks: readonly Buffer[], bytes: number): readonly Buffer[] {
  let skipped = 0
  for (const [n, chunk] of chunks.entries()) {
    if (skipped + chunk.length > bytes) return [chunk.subarray(bytes - skipped), ...chunks.slice(n + 1)]
    skipped += chunk.length
  }
  return []
}
