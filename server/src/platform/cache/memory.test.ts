import { describe, expect, it } from 'vitest'
import { cacheContract } from './cache.contract.ts'
import { openMemoryCache } from './memory.ts'

cacheContract('memory', async () => ({
  cache: openMemoryCache({ maxBytes: 10_000_000 }),
  stop: async () => {},
}))

describe('memory cache', () => {
  const ttl = { ttlMs: 60_000 }

  it('stays within its bytes, and lets go of what was not read for longest', async () => {
    const cache = openMemoryCache({ maxBytes: 100_000 })
    for (let n = 0; n < 9; n += 1) await cache.set(`k${n}`, Buffer.alloc(10_000), ttl)
    await cache.get('k0')
    for (let n = 9; n < 13; n += 1) await cache.set(`k${n}`, Buffer.alloc(10_000), ttl)
    expect(await cache.get('k0')).not.toBeNull()
    expect(await cache.get('k1')).toBeNull()
    const held = await Promise.all(Array.from({ length: 13 }, (_, n) => cache.get(`k${n}`)))
    expect(held.filter((value) => value !== null).length).toBeLessThan(10)
  })

  it('does not give the whole cache to one value', async () => {
    const cache = openMemoryCache({ maxBytes: 100_000 })
    await cache.set('small', Buffer.alloc(1_000), ttl)
    await cache.set('huge', Buffer.alloc(60_000), ttl)
    expect(await cache.get('huge')).toBeNull()
    expect(await cache.get('small')).not.toBeNull()
  })

  it('counts keys and bookkeeping too: a million empty values do not fit into a megabyte', async () => {
    const cache = openMemoryCache({ maxBytes: 1_000_000 })
    for (let n = 0; n < 10_000; n += 1) await cache.set(`${n}`, Buffer.alloc(0), ttl)
    expect(await cache.get('0')).toBeNull()
  })

  it('keeps nothing when it may hold nothing', async () => {
    const cache = openMemoryCache({ maxBytes: 0 })
    await cache.set('a', Buffer.from('x'), ttl)
    expect(await cache.get('a')).toBeNull()
  })
})
