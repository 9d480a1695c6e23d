import type { Database, Transaction } from './port.ts'

/** Short pieces of work that share a transaction with whatever comes meanwhile. */
export interface SharedTransactions {
  /**
   * Runs `work` in a transaction, and resolves once that is committed, as `Database.transaction` does. It may be run again, in
   * one of its own, so it does nothing but ask the database. `order` is what it locks first: those of one transaction are
   * run in this order, or two processes would wait for each other.
   */
  run<T>(order: string, work: (tx: Transaction) => Promise<T>): Promise<T>
}

interface Waiting {
  order: string
  /** Gives what resolves it. */
  work: (tx: Transaction) => Promise<() => void>
  fail: (error: unknown) => void
}

/** A commit waits for the disk some milliseconds; locks must not wait for many pieces of work besides. */
const mostAtOnce = 32

/**
 * One transaction at a time: what comes while one is under way shares the next. A commit is a sync of the database's log, and
 * so many of them were what bounded small jobs. Where one piece fails, nothing of that transaction is kept, and each of its
 * pieces is run by itself: what one fails with is nobody else's.
 */
export function createSharedTransactions(db: Pick<Database, 'transaction'>): SharedTransactions {
  let waiting: Waiting[] = []
  let running = false

  const alone = async ({ work, fail }: Waiting): Promise<void> => {
    try {
      const done = await db.transaction(work)
      done()
    } catch (error) {
      fail(error)
    }
  }
  const together = async (pieces: readonly Waiting[]): Promise<void> => {
    let broken = false
    try {
      const done = await db.transaction(async (tx) => {
        const all: (() => void)[] = []
        for (const { work } of pieces) {
          all.push(
            await work(tx).catch((error: unknown) => {
              broken = true
              throw error
            }),
          )
        }
        return all
      })
      for (const each of done) each()
    } catch (error) {
      // A commit that failed may have happened: that is for each to hear, as if it had been alone.
      if (!broken) for (const { fail } of pieces) fail(error)
      else for (const piece of pieces) await alone(piece)
    }
  }
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const pieces = waiting.slice(0, mostAtOnce)
      waiting = waiting.slice(mostAtOnce)
      const [first] = pieces
      if (pieces.length === 1 && first !== undefined) await alone(first)
      else await together(pieces.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)))
    }
    running = false
  }

  return {
    run: (order, work) =>
      new Promise((resolve, reject) => {
        waiting.push({
          order,
          work: async (tx) => {
            const value = await work(tx)
            return () => resolve(value)
          },
          fail: reject,
        })
        if (running) return
        running = true
        void drain()
      }),
  }
}
