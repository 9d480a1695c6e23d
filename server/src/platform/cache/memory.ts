import { LRUCache } from 'lru-cache'
import { createExclusive } from './exclusive.ts'
import type { Cache } from './port.ts'

/** Bookkeeping of one entry, besides its bytes and its key: measured at some 200 bytes, rounded up. */
const entryOverhead = 300

/** A cache in this process, bounded in bytes; the least recently read entries leave first. */
export function openMemoryCache(options: { maxBytes: number }): Cache {
  const entries = new LRUCache<string, Buffer>({
    maxSize: Math.max(1, options.maxBytes),
    // One value may not empty the whole cache.
    maxEntrySize: Math.max(1, Math.floor(options.maxBytes / 4)),
    sizeCalculation: (value, key) => value.byteLength + Buffer.byteLength(key) + entryOverhead,
  })
  const exclusive = createExclusive()
  return {
    reach: 'process',
    get: async (key) => entries.get(key) ?? null,
    async set(key, value, { ttlMs }) {
      if (ttlMs <= 0) {
        entries.delete(key)
        return false
      }
      // A copy of its own: a Buffer from Node's pool would keep 8 KiB alive, and its owner may write into it again.
      entries.set(key, Buffer.from(new Uint8Array(value).buffer), { ttl: Math.ceil(ttlMs) })
      return entries.has(key)
    },
    async touch(key, { ttlMs }) {
      const value = entries.get(key)
      if (value === undefined) return false
      entries.set(key, value, { ttl: Math.ceil(ttlMs) })
      return true
    },
    async delete(keys) {
      for (const key of keys) entries.delete(key)
    },
    exclusive: (key, waitMs, work) => exclusive.run(key, waitMs, work),
    check: async () => {},
    close: async () => entries.clear(),
  }
}
