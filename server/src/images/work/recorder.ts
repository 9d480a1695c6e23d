import type { Database, Transaction } from '../../platform/database/port.ts'
import type { NewRendition } from '../types.ts'

/** So long stored outputs wait for others to be recorded with: most jobs are done by then, and record once. */
const gatherMs = 100

export interface Recorder {
  /** Takes an output whose bytes are stored. */
  add(rendition: NewRendition): void
  /** Waits for the record that is being written; no other follows. Throws what one failed with. */
  settle(): Promise<void>
  /** The same for an attempt that has failed: records the rest too, if it may and can. */
  keep(): Promise<void>
  /** What is stored and not recorded. */
  left(): readonly NewRendition[]
}

/** Has what is stored recorded by `record`, a few at a time, each batch in a transaction of its own. */
export function createRecorder(
  db: Database,
  record: (tx: Transaction, batch: readonly NewRendition[]) => Promise<void>,
): Recorder {
  let waiting: NewRendition[] = []
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> | null = null
  let failure: { error: unknown } | null = null
  let ended = false

  const write = (batch: readonly NewRendition[]): Promise<void> => db.transaction((tx) => record(tx, batch))
  const flush = (): void => {
    timer = null
    const batch = waiting
    waiting = []
    writing = write(batch)
      .catch((error: unknown) => {
        waiting = [...batch, ...waiting]
        failure ??= { error }
      })
      .finally(() => {
        writing = null
        schedule()
      })
  }
  const schedule = (): void => {
    if (ended || failure !== null || timer !== null || writing !== null || waiting.length === 0) return
    timer = setTimeout(flush, gatherMs)
  }
  const end = async (): Promise<void> => {
    ended = true
    if (timer !== null) clearTimeout(timer)
    await writing
  }
  return {
    add(rendition) {
      waiting.push(rendition)
      schedule()
    },
    async settle() {
      await end()
      if (failure !== null) throw failure.error
    },
    async keep() {
      await end()
      // What the attempt failed with is what counts; without a record the next one makes it again.
      if (failure === null && waiting.length > 0) await write(waiting).catch(() => {})
    },
    left: () => waiting,
  }
}
