import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { checkRedis, connectRedis, createTrouble, endRedis, untilReady } from '../redis/connection.ts'
import { createExclusive } from './exclusive.ts'
import type { Cache } from './port.ts'

/** A holder that dies keeps its key for so long at most; one that lives extends it three times as often. */
const lockMs = 15_000

const release = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`
const extend = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`

/**
 * A cache in Redis, shared by all processes. Give that Redis `maxmemory` and an `allkeys-lru` policy: it decides what
 * leaves. While it is away reads miss, writes are dropped and exclusive work is exclusive within this process only.
 */
export async function openRedisCache(options: { url: string; log: Log; prefix?: string }): Promise<Cache> {
  const { log, prefix = 'rendition:' } = options
  const client = connectRedis(options.url, log)
  const trouble = createTrouble(log, 'the cache is not reachable; working without it')
  const exclusive = createExclusive()
  await untilReady(client, 2_000)

  async function quietly<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work()
    } catch (error) {
      trouble(error)
      return otherwise
    }
  }

  async function drop(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    // unlink frees the memory of large values beside the answer, not before it.
    await quietly(async () => void (await client.unlink(keys.map((key) => `${prefix}c:${key}`))), undefined)
  }

  return {
    reach: 'cluster',
    get: (key) => quietly(() => client.getBuffer(`${prefix}c:${key}`), null),
    async set(key, value, { ttlMs }) {
      if (ttlMs <= 0) {
        await drop([key])
        return false
      }
      const bytes = Buffer.isBuffer(value)
        ? value
        : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      return quietly(async () => {
        await client.set(`${prefix}c:${key}`, bytes, 'PX', Math.ceil(ttlMs))
        return true
      }, false)
    },
    touch: (key, { ttlMs }) =>
      quietly(async () => (await client.pexpire(`${prefix}c:${key}`, Math.ceil(ttlMs))) === 1, false),
    delete: drop,
    exclusive(key, waitMs, work) {
      const end = Date.now() + waitMs
      return exclusive.run(key, waitMs, async () => {
        const lock = await take(client, `${prefix}l:${key}`, end, trouble)
        try {
          return await work()
        } finally {
          await lock?.release()
        }
      })
    },
    check: () => checkRedis(client),
    close: () => endRedis(client),
  }
}

/** Takes a lock before `end`, else gives undefined. Asks again rather than being told: holders are short and few. */
async function take(
  client: Redis,
  name: string,
  end: number,
  trouble: (error: unknown) => void,
): Promise<{ release(): Promise<void> } | undefined> {
  const token = randomUUID()
  try {
    for (let wait = 10; ; wait = Math.min(wait * 1.5, 150)) {
      if ((await client.set(name, token, 'PX', lockMs, 'NX')) === 'OK') break
      const left = end - Date.now()
      if (left <= 0) return undefined
      await pause(Math.min(left, wait * (0.5 + Math.random())))
    }
  } catch (error) {
    trouble(error)
    return undefined
  }
  const extending = setInterval(() => {
    client.eval(extend, 1, name, token, lockMs).catch(trouble)
  }, lockMs / 3).unref()
  return {
    async release() {
      clearInterval(extending)
      await client.eval(release, 1, name, token).catch(trouble)
    },
  }
}
