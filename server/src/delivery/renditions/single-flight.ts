/** Work that several callers wait for at once. */
export interface SingleFlight<T> {
  /**
   * Runs `work` for the first caller of a key and lets the others wait for the same result. A caller whose signal
   * aborts stops waiting; when the last one has gone, the work's own signal aborts.
   */
  join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>
  readonly running: number
}

interface Flight<T> {
  result: Promise<T>
  controller: AbortController
  waiting: number
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>()
  const start = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController()
    const flight: Flight<T> = {
      result: Promise.resolve().then(() => work(controller.signal)),
      controller,
      waiting: 0,
    }
    const land = (): void => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flight.result.then(land, land)
    flights.set(key, flight)
    return flight
  }
  return {
    async join(key, signal, work) {
      signal.throwIfAborted()
      const flight = flights.get(key) ?? start(key, work)
      flight.waiting += 1
      let leave = (): void => {}
      try {
        return await new Promise<T>((resolve, reject) => {
          leave = () => reject(signal.reason)
          signal.addEventListener('abort', leave, { once: true })
          flight.result.then(resolve, reject)
        })
      } finally {
        signal.removeEventListener('abort', leave)
        flight.waiting -= 1
        if (flight.waiting === 0) {
          // Nobody may join a flight that is being called off.
          if (flights.get(key) === flight) flights.delete(key)
          flight.controller.abort()
        }
      }
    },
    get running() {
      return flights.size
    },
  }
}
