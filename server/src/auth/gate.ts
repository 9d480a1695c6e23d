/** Runs work, at most `atOnce` at a time; `refuse` throws when `waiting` others wait already. First come, first served. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

export function createGate(atOnce: number, waiting: number, refuse: () => never): Gate {
  const queue: (() => void)[] = []
  let running = 0

  return async (work) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) refuse()
      // The one before hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
