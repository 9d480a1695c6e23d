import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible'
import type { Log } from '../log.ts'

/** Makes a counter of `points` per `seconds`; each name counts for itself. */
export type CreateLimiter = (name: string, points: number, seconds: number) => RateLimiterAbstract

/** Where counters are kept. */
export interface Limits {
  createLimiter: CreateLimiter
  close(): Promise<void>
}

/** Counts in this process alone. */
export const inMemory: CreateLimiter = (name, points, seconds) =>
  new RateLimiterMemory({ keyPrefix: name, points, duration: seconds })

/** Opens the counters that belong to a cache URL: one count for all processes with Redis, else one for each. */
export async function openLimits({ url, log }: { url: string; log: Log }): Promise<Limits> {
  if (!/^redis(s|\+sentinel)?:/.test(url)) return { createLimiter: inMemory, close: async () => {} }
  const { openRedisLimits } = await import('./redis.ts')
  return openRedisLimits(url, log)
}
