import { type Log, silentLog } from '../log.ts'
import type { Bus } from './port.ts'

export type { Bus } from './port.ts'

export interface BusOptions {
  /** `memory:`, `redis://`, `rediss://` or `redis+sentinel://`: the bus goes with the cache. */
  url: string
  log?: Log | undefined
}

/** Opens the bus a URL names. A server that is away loses announcements and fails nobody. */
export async function openBus(options: BusOptions): Promise<Bus> {
  const { url, log = silentLog } = options
  const scheme = url.slice(0, url.indexOf(':'))
  switch (scheme) {
    case 'memory': {
      const { openLocalBus } = await import('./local.ts')
      return openLocalBus(log)
    }
    case 'redis':
    case 'rediss':
    case 'redis+sentinel': {
      const { openRedisBus } = await import('./redis.ts')
      return openRedisBus({ url, log })
    }
    default:
      throw new Error(`CACHE_URL must start with memory: or redis://, not ${scheme || 'nothing'}:`)
  }
}
