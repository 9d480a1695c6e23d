import { Failure } from '@rendition/contract'
import type { Pace } from './pace.ts'

export interface LineOptions {
  /** Turns at once: those that render, and some that meanwhile find what they render from. */
  turns: number
  /** Renders at once, as far as jobs leave room for them. */
  renders: () => number
  /** Milliseconds in which a picture must be done; who could not be in time is refused at once. */
  waitMs: number
  /** Requests that may wait, however soon they would be served. */
  waiting: number
  pace: Pick<Pace, 'expected'>
}

export interface TurnOrder {
  /** Who asks. Clients take turns by what their pictures cost, so that a page of hundreds does not hold up another's first. */
  client: string
  /** Foreseen milliseconds in one render process. */
  work: number
  /** How many processes it keeps from others meanwhile; 1 but for pictures that fill the gate. */
  processes: number
  signal?: AbortSignal | undefined
}

/** The right to have pictures rendered, until `leave`. */
export interface Turn {
  /** Lets the next one in. Further calls do nothing. */
  leave(): void
}

export interface Line {
  /**
   * Waits for a turn. Whoever waits holds nothing but its place.
   * Failures: `overloaded` with retryAfter, at once when the picture could not be done in time or too many wait, later
   * only when the wait became twice as long as was thought bearable; `unavailable` once closed; the signal's reason
   * when it aborts.
   */
  enter(order: TurnOrder): Promise<Turn>
  load(): {
    waiting: number
    /** Milliseconds until a newcomer who asks for nothing else would have its turn, by what is known now. */
    expectedWaitMs: number
    /** Requests refused so far. */
    refused: number
  }
  close(): void
}

/** What a picture costs everybody: foreseen milliseconds of processes. */
const costOf = ({ work, processes }: TurnOrder): number => work * processes

interface Client {
  /** The cost of what it had turns for. The client with the least is next. */
  served: number
  waiters: Waiter[]
  /** The cost of all that waits. */
  cost: number
}

interface Waiter {
  order: TurnOrder
  admit(turn: Turn): void
  refuse(reason: unknown): void
}

/** Clients that are remembered without a request that waits. */
const clientsKept = 4_096

/** The line in front of the renders: fair between clients, and open as long as the expected time is bearable. */
export function createLine(options: LineOptions): Line {
  const { pace } = options
  const clients = new Map<string, Client>()
  /** Turns that were given, and since when. */
  const inside = new Map<Turn, { order: TurnOrder; since: number }>()
  /** What the client of the latest turn had had before it. Newcomers begin there: time away saves up no turns. */
  let mark = 0
  let waiting = 0
  let refused = 0
  let closed = false

  /** Of what is being rendered. One that takes longer than expected may take as long again. */
  const remaining = (): number => {
    let cost = 0
    for (const { order, since } of inside.values()) {
      const expected = pace.expected(order.work)
      const elapsed = performance.now() - since
      cost += costOf(order) * (elapsed < expected ? 1 - elapsed / expected : 1)
    }
    return cost
  }
  /** The cost of what comes before another picture of this client, or before the smallest of a newcomer. */
  const ahead = (client: Client | undefined, cost: number): number => {
    const own = client?.cost ?? 0
    const served = own > 0 ? (client?.served ?? 0) : Math.max(client?.served ?? 0, mark)
    let sum = remaining() + own
    for (const other of clients.values()) {
      if (other === client) continue
      sum += Math.min(other.cost, Math.max(0, served + own + cost - other.served))
    }
    return sum
  }
  const waitFor = (client: Client | undefined, cost: number): number =>
    pace.expected(ahead(client, cost)) / Math.max(1, options.renders())

  const clientOf = (name: string): Client => {
    const known = clients.get(name)
    if (known !== undefined) return known
    if (clients.size >= clientsKept + waiting) forgetIdle()
    const client: Client = { served: mark, waiters: [], cost: 0 }
    clients.set(name, client)
    return client
  }
  const forgetIdle = (): void => {
    for (const [name, { waiters }] of clients) if (waiters.length === 0) clients.delete(name)
  }

  const give = (client: Client, order: TurnOrder): Turn => {
    mark = Math.max(mark, client.served)
    client.served = mark + costOf(order)
    const turn: Turn = {
      leave() {
        if (inside.delete(turn)) giveNext()
      },
    }
    inside.set(turn, { order, since: performance.now() })
    return turn
  }
  const giveNext = (): void => {
    while (waiting > 0 && inside.size < options.turns) {
      let next: Client | undefined
      for (const client of clients.values()) {
        if (client.waiters.length > 0 && (next === undefined || client.served < next.served)) next = client
      }
      const waiter = next?.waiters[0]
      if (next === undefined || waiter === undefined) return
      remove(next, waiter)
      waiter.admit(give(next, waiter.order))
    }
    if (waiting === 0 && inside.size === 0) {
      clients.clear()
      mark = 0
    }
  }
  const remove = (client: Client, waiter: Waiter): void => {
    const at = client.waiters.indexOf(waiter)
    if (at < 0) return
    client.waiters.splice(at, 1)
    client.cost = client.waiters.length === 0 ? 0 : client.cost - costOf(waiter.order)
    waiting -= 1
  }

  const overloaded = (lateMs: number): Failure => {
    refused += 1
    const retryAfter = Math.min(60, Math.max(1, Math.ceil(lateMs / 1000)))
    return new Failure('overloaded', undefined, { retryAfter })
  }
  const shuttingDown = (): Failure =>
    new Failure('unavailable', 'The service is shutting down.', { retryAfter: 5 })

  return {
    async enter(order) {
      const { signal } = order
      signal?.throwIfAborted()
      if (closed) throw shuttingDown()
      // Also one that would take too long by itself: it is tried, or nobody would ever learn how long it takes.
      if (inside.size < options.turns) return give(clientOf(order.client), order)
      const total = waitFor(clients.get(order.client), costOf(order)) + pace.expected(order.work)
      if (total > options.waitMs) throw overloaded(total - options.waitMs)
      if (waiting >= options.waiting) throw overloaded(total)
      const client = clientOf(order.client)
      return new Promise<Turn>((resolve, reject) => {
        const done = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
        }
        const waiter: Waiter = {
          order,
          admit(turn) {
            done()
            resolve(turn)
          },
          refuse(reason) {
            done()
            remove(client, waiter)
            reject(reason)
          },
        }
        const onAbort = (): void => waiter.refuse(signal?.reason)
        // Expectations err, and others come in between. Whoever was let in is given as long again.
        const timer = setTimeout(() => waiter.refuse(overloaded(options.waitMs)), 2 * options.waitMs)
        signal?.addEventListener('abort', onAbort, { once: true })
        if (client.waiters.length === 0) client.served = Math.max(client.served, mark)
        client.waiters.push(waiter)
        client.cost += costOf(order)
        waiting += 1
      })
    },
    load: () => ({
      waiting,
      expectedWaitMs: inside.size < options.turns ? 0 : waitFor(undefined, 0),
      refused,
    }),
    close() {
      closed = true
      for (const { waiters } of clients.values())
        for (const { refuse } of [...waiters]) refuse(shuttingDown())
    },
  }
}
