import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Log } from '../log.ts'
import { connectRedis, endRedis, untilReady } from '../redis/connection.ts'
import { inMemory } from './memory.ts'
import type { Limits } from './port.ts'

/** Counters in Redis. While it is away each process counts for itself: the limits are looser then, but stay. */
export async function openRedisLimits(url: string, log: Log): Promise<Limits> {
  const client = connectRedis(url, log)
  await untilReady(client, 2_000)
  return {
    createLimiter: (name, points, seconds) =>
      new RateLimiterRedis({
        storeClient: client,
        rejectIfRedisNotReady: true,
        keyPrefix: `rendition:limit:${name}`,
        points,
        duration: seconds,
        insuranceLimiter: inMemory(name, points, seconds),
      }),
    close: () => endRedis(client),
  }
}
