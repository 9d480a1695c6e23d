import { type Asked, createGathering } from '../gathering.ts'
import type { Database, Transaction } from './port.ts'

/**
 * Does a piece of work in a transaction, and resolves once that is committed, as `Database.transaction` does. What comes
 * meanwhile shares the next.
 */
export type SharedTransaction<P, R> = (piece: P) => Promise<R>

export interface SharedTransactionOptions<P, R> {
  db: Pick<Database, 'transaction'>
  /**
   * Does these pieces, by statements for all of them at once, and gives what became of each, in their order. It may be run
   * again for each by itself, so it does nothing but ask the database. It takes its locks in one order, or two processes
   * would wait for each other.
   */
  work: (tx: Transaction, pieces: readonly P[]) => Promise<readonly R[]>
  /** A commit waits for the disk some milliseconds; locks must not wait for many pieces of work besides. */
  mostAtOnce: number
  /** Waited for before each transaction, which what comes meanwhile shares. It never fails. */
  before?: (() => Promise<void>) | undefined
}

/** Where a transaction failed: in the work that it was for, or around it. */
type End = 'committed' | 'work failed' | 'transaction failed'

/**
 * One transaction at a time: what comes while one is under way shares the next. A commit is a sync of the database's log, and
 * so many of them were what bounded small jobs. Where the work fails, nothing of that transaction is kept, and each of its
 * pieces is done by itself: what one fails with is nobody else's.
 */
export function createSharedTransaction<P, R>({
  db,
  work,
  mostAtOnce,
  before,
}: SharedTransactionOptions<P, R>): SharedTransaction<P, R> {
  const attempt = async (asked: readonly Asked<P, R>[]): Promise<{ end: End; error?: unknown }> => {
    let end: End = 'transaction failed'
    try {
      const done = await db.transaction(async (tx) => {
        end = 'work failed'
        const results = await work(
          tx,
          asked.map(({ question }) => question),
        )
        end = 'transaction failed'
        return results
      })
      asked.forEach((each, n) => {
        each.resolve(done[n] as R)
      })
      return { end: 'committed' }
    } catch (error) {
      return { end, error }
    }
  }
  const apart = async (asked: readonly Asked<P, R>[]): Promise<void> => {
    for (const each of asked) {
      const { end, error } = await attempt([each])
      if (end === 'committed') continue
      each.reject(error)
      // The database is away, and whoever is left would wait for it one after the other.
      if (end === 'transaction failed') throw error
    }
  }
  const serve = async (asked: readonly Asked<P, R>[]): Promise<void> => {
    const { end, error } = await attempt(asked)
    if (end === 'work failed' && asked.length > 1) return apart(asked)
    // A commit that failed may have happened: that is for each to hear, as if it had been alone.
    if (end !== 'committed') throw error
  }
  return createGathering(serve, mostAtOnce, before)
}
