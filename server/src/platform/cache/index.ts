import { type Log, silentLog } from '../log.ts'
import type { Cache } from './port.ts'

export { type FolderCacheOptions, openFolderCache } from './folder.ts'
export type { Cache } from './port.ts'

export interface CacheOptions {
  /** `memory:`, `redis://`, `rediss://` or `redis+sentinel://` */
  url: string
  /** Bytes the memory cache may hold, bookkeeping included. */
  maxBytes: number
  log?: Log | undefined
}

/** Opens the cache a URL names. A server that is away only makes it miss. */
export async function openCache(options: CacheOptions): Promise<Cache> {
  const scheme = options.url.slice(0, options.url.indexOf(':'))
  switch (scheme) {
    case 'memory': {
      const { openMemoryCache } = await import('./memory.ts')
      return openMemoryCache({ maxBytes: options.maxBytes })
    }
    case 'redis':
    case 'rediss':
    case 'redis+sentinel': {
      const { openRedisCache } = await import('./redis.ts')
      return openRedisCache({ url: options.url, log: options.log ?? silentLog })
    }
    default:
      throw new Error(`CACHE_URL must start with memory: or redis://, not ${scheme || 'nothing'}:`)
  }
}
