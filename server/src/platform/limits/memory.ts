import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { CreateLimiter } from './port.ts'

/** Counts in this process alone. */
export const inMemory: CreateLimiter = (name, points, seconds) =>
  new RateLimiterMemory({ keyPrefix: name, points, duration: seconds })
