import { LRUCache } from 'lru-cache'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { CreateLimiter } from './port.ts'

/**
 * Callers remembered by one counter, some 400 bytes each. The library keeps each until its time is over, so whoever has many
 * addresses could fill the memory of a process. Beyond this the one not seen for longest is forgotten, and may begin anew.
 */
const mostCallers = 100_000

/** Counts in this process alone. */
export const inMemory: CreateLimiter = (name, points, seconds) =>
  createBounded(name, points, seconds, mostCallers)

/** `inMemory` with a bound of one's own. */
export function createBounded(
  name: string,
  points: number,
  seconds: number,
  most: number,
): RateLimiterMemory {
  return new BoundedLimiter({ keyPrefix: name, points, duration: seconds }, most)
}

class BoundedLimiter extends RateLimiterMemory {
  readonly #seen: LRUCache<string, true>

  constructor(options: ConstructorParameters<typeof RateLimiterMemory>[0], most: number) {
    super(options)
    this.#seen = new LRUCache({
      // A size of one each, not `max`: that would take 1.6 MiB and 5 ms for each counter at once, and there are some twenty.
      maxSize: most,
      sizeCalculation: () => 1,
      dispose: (_, caller, reason) => {
        if (reason === 'evict') void super.delete(caller)
      },
    })
  }

  override consume(...[caller, ...rest]: Parameters<RateLimiterMemory['consume']>) {
    this.#seen.set(`${caller}`, true)
    return super.consume(caller, ...rest)
  }

  override penalty(...[caller, ...rest]: Parameters<RateLimiterMemory['penalty']>) {
    this.#seen.set(`${caller}`, true)
    return super.penalty(caller, ...rest)
  }

  override reward(...[caller, ...rest]: Parameters<RateLimiterMemory['reward']>) {
    this.#seen.set(`${caller}`, true)
    return super.reward(caller, ...rest)
  }

  override delete(...[caller, ...rest]: Parameters<RateLimiterMemory['delete']>) {
    this.#seen.delete(`${caller}`)
    return super.delete(caller, ...rest)
  }
}
