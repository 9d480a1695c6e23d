import type { Log } from '../log.ts'
import { inMemory } from './memory.ts'
import type { Limits } from './port.ts'

export { type LimitKind, type LimitsConfig, limitsConfigSchema } from './config.ts'
export { type Counted, createRequestLimits, type RequestLimits } from './create-limits.ts'
export { LimitReached, type LimitState } from './limit-reached.ts'
export { inMemory } from './memory.ts'
export type { CreateLimiter, Limits } from './port.ts'

/** Opens the counters that belong to a cache URL: one count for all processes with Redis, else one for each. */
export async function openLimits({ url, log }: { url: string; log: Log }): Promise<Limits> {
  if (!/^redis(s|\+sentinel)?:/.test(url)) return { createLimiter: inMemory, close: async () => {} }
  const { openRedisLimits } = await import('./redis.ts')
  return openRedisLimits(url, log)
}
