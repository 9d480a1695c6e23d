import { Failure } from '@rendition/contract'

export type Lane = 'interactive' | 'bulk'

export interface GateOptions {
  /** Pictures of each lane at once. With both lanes busy there is one more, so that neither waits for the other. */
  pictures: number
  /** Megapixels at once. A picture above it enters when it would be alone. */
  megapixels: number
  /** Pictures that may wait, each lane. */
  queue: number
  /** Milliseconds an interactive picture may wait. */
  waitMs: number
}

export interface Ticket {
  /** Gives the place back. Further calls do nothing. */
  leave(): void
}

export interface Gate {
  /**
   * Waits for a place.
   * Failures: `overloaded` with retryAfter when the lane's queue is full or the wait was too long;
   * `unavailable` once closed; the signal's reason when it aborts.
   */
  enter(request: { lane: Lane; megapixels: number; signal?: AbortSignal | undefined }): Promise<Ticket>
  /** Throws `overloaded` when the lane has no room to wait, so that nothing is done for a request in vain. */
  checkQueue(lane: Lane): void
  /** `bulk`: how many of those that run are of that lane. */
  load(): { running: number; bulk: number; waiting: number; megapixels: number }
  close(): void
}

interface Waiter {
  lane: Lane
  megapixels: number
  admit(ticket: Ticket): void
  refuse(failure: Failure): void
}

/** Interactive goes first, but after so many in a row one of bulk gets its turn: nobody starves. */
const interactiveInARow = 8

/** Admission by megapixels and pictures in flight: what bounds memory and keeps the served fast under overload. */
export function createGate(options: GateOptions): Gate {
  const queues: Record<Lane, Waiter[]> = { interactive: [], bulk: [] }
  const running: Record<Lane, number> = { interactive: 0, bulk: 0 }
  let megapixels = 0
  let inARow = 0
  let closed = false
  /** Smoothed, of a stay inside. */
  let stayMs = 500

  const total = (): number => running.interactive + running.bulk
  const fits = (waiter: Pick<Waiter, 'lane' | 'megapixels'>): boolean =>
    running[waiter.lane] < options.pictures &&
    total() < options.pictures + 1 &&
    (megapixels + waiter.megapixels <= options.megapixels || total() === 0)

  const occupy = (lane: Lane, cost: number): Ticket => {
    running[lane] += 1
    megapixels += cost
    const since = performance.now()
    let inside = true
    return {
      leave() {
        if (!inside) return
        inside = false
        running[lane] -= 1
        megapixels -= cost
        stayMs += 0.1 * (performance.now() - since - stayMs)
        admitNext()
      },
    }
  }

  /** The lanes in the order in which they may go now. Within a lane nobody overtakes: large pictures would starve. */
  const order = (): readonly Lane[] =>
    inARow >= interactiveInARow ? ['bulk', 'interactive'] : ['interactive', 'bulk']
  const admitNext = (): void => {
    for (;;) {
      const lane = order().find((candidate) => {
        const head = queues[candidate][0]
        return head !== undefined && fits(head)
      })
      const waiter = lane && queues[lane].shift()
      if (!waiter) return
      inARow = waiter.lane === 'interactive' && queues.bulk.length > 0 ? inARow + 1 : 0
      waiter.admit(occupy(waiter.lane, waiter.megapixels))
    }
  }

  const retryAfter = (): number => {
    const ahead = queues.interactive.length + queues.bulk.length + total()
    return Math.min(30, Math.max(1, Math.ceil((ahead * stayMs) / options.pictures / 1000)))
  }
  const overloaded = (): Failure => new Failure('overloaded', undefined, { retryAfter: retryAfter() })
  const checkQueue = (lane: Lane): void => {
    if (closed) throw new Failure('unavailable', 'The service is shutting down.', { retryAfter: 5 })
    if (queues[lane].length >= options.queue && queues[lane].length > 0) throw overloaded()
  }

  return {
    checkQueue,
    async enter({ lane, megapixels: cost, signal }) {
      signal?.throwIfAborted()
      checkQueue(lane)
      if (queues[lane].length === 0 && fits({ lane, megapixels: cost })) return occupy(lane, cost)
      if (options.queue === 0) throw overloaded()
      return new Promise<Ticket>((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined
        const done = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
        }
        const giveUp = (reason: unknown): void => {
          done()
          const at = queues[lane].indexOf(waiter)
          if (at >= 0) queues[lane].splice(at, 1)
          reject(reason)
          // The one behind may be smaller, and fit.
          admitNext()
        }
        const onAbort = (): void => giveUp(signal?.reason)
        const waiter: Waiter = {
          lane,
          megapixels: cost,
          admit: (ticket) => {
            done()
            resolve(ticket)
          },
          refuse: giveUp,
        }
        queues[lane].push(waiter)
        signal?.addEventListener('abort', onAbort, { once: true })
        if (lane === 'interactive') timer = setTimeout(() => giveUp(overloaded()), options.waitMs)
      })
    },
    load: () => ({
      running: total(),
      bulk: running.bulk,
      waiting: queues.interactive.length + queues.bulk.length,
      megapixels,
    }),
    close() {
      closed = true
      const failure = new Failure('unavailable', 'The service is shutting down.', { retryAfter: 5 })
      for (const waiter of [...queues.interactive, ...queues.bulk]) waiter.refuse(failure)
    },
  }
}
