import type { RateLimiterAbstract } from 'rate-limiter-flexible'

/** Makes a counter of `points` per `seconds`; each name counts for itself. */
export type CreateLimiter = (name: string, points: number, seconds: number) => RateLimiterAbstract

/** Where counters are kept. */
export interface Limits {
  createLimiter: CreateLimiter
  close(): Promise<void>
}
