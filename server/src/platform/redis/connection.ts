import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@rendition/contract'
import { Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../log.ts'
import { isSentinelUrl, sentinelOptions } from './sentinel-url.ts'

/** What a connection may want otherwise. */
type Differently = Pick<
  RedisOptions,
  | 'enableOfflineQueue'
  | 'maxRetriesPerRequest'
  | 'autoResendUnfulfilledCommands'
  | 'commandTimeout'
  | 'socketTimeout'
>

/**
 * For commands that wait for Redis instead of failing. Those in flight when the connection is lost are sent again:
 * ioredis would neither send nor refuse them otherwise, and a worker that waits for such an answer waits for ever.
 */
export const patient: Differently = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: true,
  commandTimeout: undefined,
}

/** A connection that fails fast: commands sent while Redis is away are refused at once, never kept for later. */
export function connectRedis(url: string, log: Log, options: Differently = {}): Redis {
  const settings = {
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    // A machine that is gone says nothing: TCP alone would go on sending to it for a quarter of an hour.
    socketTimeout: 5_000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000) * (0.75 + Math.random() / 2),
    // After a failover the old primary is a replica: connect again, the address now leads elsewhere.
    reconnectOnError: createReadOnlyJudge(),
    ...options,
  } satisfies RedisOptions
  const client = isSentinelUrl(url)
    ? new Redis({ ...sentinelOptions(url), ...settings })
    : new Redis(url, settings)
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

/**
 * True for the refusal of a replica; from within a script, servers before 7 put words of their own before it. A pipeline
 * brings one for each of its commands, and ioredis arms a timer for each that is answered true: once in a moment will do.
 */
function createReadOnlyJudge(): (error: Error) => boolean {
  let last = 0
  return ({ message }) => {
    if (!/\bREADONLY\b/.test(message) || Date.now() - last < 100) return false
    last = Date.now()
    return true
  }
}

/** Connects again, wherever the address leads now, when the server turns out to be the replica of another. */
export async function leaveReplica(client: Redis): Promise<void> {
  if (client.status !== 'ready') return
  const role = await client.info('replication').catch(() => '')
  if (/^role:slave/m.test(role)) client.disconnect(true)
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
