/** Whose work it is. Lanes of a kind share its turns, and kinds share all turns, so nobody waits behind another's crowd. */
export interface Lane {
  kind: string
  /** Of whom: a network address. */
  from: string
}

/**
 * Runs work, at most `atOnce` at a time. Who waits is served by turns: one of each kind, and within a kind one of each
 * address. When `waiting` wait already, the longest lane gives up its newest for somebody of a shorter one; else
 * `refuse` makes the failure of the newcomer.
 */
export type Gate = <T>(lane: Lane, work: () => Promise<T>) => Promise<T>

interface Waiter {
  go(): void
  giveUp(): void
}

export function createGate(atOnce: number, waiting: number, refuse: () => Error): Gate {
  /** Each map is in the order of turns: whoever had one goes to the end. */
  const kinds = new Map<string, Map<string, Waiter[]>>()
  let queued = 0
  let running = 0

  const laneOf = ({ kind, from }: Lane): Waiter[] => kinds.get(kind)?.get(from) ?? []

  const longest = (): Waiter[] => {
    let found: Waiter[] = []
    for (const lanes of kinds.values()) {
      for (const lane of lanes.values()) if (lane.length > found.length) found = lane
    }
    return found
  }

  const makeRoom = (lane: Lane): boolean => {
    const crowd = longest()
    if (crowd.length <= laneOf(lane).length + 1) return false
    crowd.pop()?.giveUp()
    queued -= 1
    return true
  }

  const enter = (lane: Lane, waiter: Waiter): void => {
    const lanes = kinds.get(lane.kind) ?? new Map<string, Waiter[]>()
    kinds.set(lane.kind, lanes)
    const waiters = lanes.get(lane.from)
    if (waiters === undefined) lanes.set(lane.from, [waiter])
    else waiters.push(waiter)
    queued += 1
  }

  const next = (): Waiter | undefined => {
    const [turn] = kinds
    if (turn === undefined) return undefined
    const [kind, lanes] = turn
    const [lane] = lanes
    if (lane === undefined) return undefined
    const [from, waiters] = lane
    const waiter = waiters.shift()
    lanes.delete(from)
    if (waiters.length > 0) lanes.set(from, waiters)
    kinds.delete(kind)
    if (lanes.size > 0) kinds.set(kind, lanes)
    queued -= 1
    return waiter
  }

  const wait = (lane: Lane): Promise<void> => {
    if (queued >= waiting && !makeRoom(lane)) return Promise.reject(refuse())
    return new Promise((resolve, reject) => {
      enter(lane, { go: resolve, giveUp: () => reject(refuse()) })
    })
  }

  return async (lane, work) => {
    // The one before hands its place over, so `running` stays as it is.
    if (running >= atOnce) await wait(lane)
    else running += 1
    try {
      return await work()
    } finally {
      const waiter = next()
      if (waiter === undefined) running -= 1
      else waiter.go()
    }
  }
}
