/** A question, and whom to answer. */
export interface Asked<Q, A> {
  readonly question: Q
  resolve(answer: A): void
  reject(error: unknown): void
}

/** The I/O that has ended is told of before that. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Has served together what is asked in one turn of the loop, or while those who asked before are being served: `serve` is never
 * called while it is at work, and begins after all that it serves was asked. What it throws is said to those whom it has
 * not answered. `before` is waited for each time, never fails, and whoever comes meanwhile is served too.
 */
export function createGathering<Q, A>(
  serve: (asked: readonly Asked<Q, A>[]) => Promise<void>,
  mostAtOnce: number,
  before?: () => Promise<void>,
): (question: Q) => Promise<A> {
  let waiting: Asked<Q, A>[] = []
  let running = false

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      await endOfTurn()
      await before?.()
      const asked = waiting.slice(0, mostAtOnce)
      waiting = waiting.slice(mostAtOnce)
      try {
        await serve(asked)
      } catch (error) {
        for (const each of asked) each.reject(error)
      }
    }
    running = false
  }
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      if (running) return
      running = true
      void drain()
    })
}
