import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@rendition/contract'
import { Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../log.ts'

/** What a connection may want otherwise. */
type Differently = Pick<
  RedisOptions,
  'enableOfflineQueue' | 'maxRetriesPerRequest' | 'autoResubscribe' | 'commandTimeout'
>

/** A connection that fails fast: commands sent while Redis is away are refused at once, never kept for later. */
export function connectRedis(url: string, log: Log, options: Differently = {}): Redis {
  const client = new Redis(url, {
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000) * (0.75 + Math.random() / 2),
    // After a failover the old master is a replica: connect again, the name now leads elsewhere.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...options,
  })
  // Told once per outage; without a listener each failed attempt would be printed.
  let told = false
  client.on('error', (error) => {
    if (!told) log.warn({ err: error }, 'Redis cannot be reached')
    told = true
  })
  client.on('ready', () => {
    if (told) log.info({}, 'Redis is back')
    told = false
  })
  return client
}

/** Waits until the connection is usable, or gives up waiting: it goes on trying by itself. */
export async function untilReady(client: Redis, ms: number): Promise<void> {
  if (client.status === 'ready') return
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      client.off('ready', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    client.once('ready', finish)
  })
}

/** Resolves when Redis answers within a second. */
export async function checkRedis(client: Redis): Promise<void> {
  try {
    await client.ping()
  } catch (error) {
    throw new Failure('unavailable', 'Redis cannot be reached.', { retryAfter: 2, cause: error })
  }
}

/** A frozen server answers nothing, and some connections have no limit for a command. */
const quitMs = 1_000

/** Ends a connection in whatever state it is: in order where the server answers in time. */
export async function endRedis(client: Redis): Promise<void> {
  if (client.status === 'ready') {
    await Promise.race([client.quit().catch(() => {}), pause(quitMs, undefined, { ref: false })])
  }
  client.disconnect()
}

/** Says what is failing at most once in half a minute, with a count: an outage fails thousands of calls. */
export function createTrouble(log: Log, message: string): (error: unknown) => void {
  let since = 0
  let quiet = 0
  return (error) => {
    quiet += 1
    if (Date.now() - since < 30_000) return
    log.warn({ err: error, times: quiet }, message)
    since = Date.now()
    quiet = 0
  }
}
