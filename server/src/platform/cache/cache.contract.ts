import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Cache } from './index.ts'

export interface CacheOpener {
  cache: Cache
  stop(): Promise<void>
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What every Cache does, wherever it keeps its bytes. */
export function cacheContract(name: string, start: () => Promise<CacheOpener>): void {
  describe(`Cache: ${name}`, () => {
    let opener: CacheOpener
    let cache: Cache
    let keys = 0
    const fresh = () => `test:${keys++}:${randomBytes(4).toString('hex')}`

    beforeAll(async () => {
      opener = await start()
      cache = opener.cache
    })
    afterAll(async () => {
      await cache?.close()
      await opener?.stop()
    })

    it('gives back bytes, any of them, and nothing for what it does not have', async () => {
      const key = fresh()
      expect(await cache.get(key)).toBeNull()
      const value = randomBytes(50_000)
      expect(await cache.set(key, value, { ttlMs: 60_000 })).toBe(true)
      expect(await cache.get(key)).toEqual(value)
      const empty = fresh()
      await cache.set(empty, new Uint8Array(), { ttlMs: 60_000 })
      expect(await cache.get(empty)).toEqual(Buffer.alloc(0))
    })

    it('replaces a value', async () => {
      const key = fresh()
      await cache.set(key, Buffer.from('old'), { ttlMs: 60_000 })
      await cache.set(key, Buffer.from('new'), { ttlMs: 60_000 })
      expect(String(await cache.get(key))).toBe('new')
    })

    it('keeps its own copy', async () => {
      const key = fresh()
      const value = Buffer.from('before')
      await cache.set(key, value, { ttlMs: 60_000 })
      value.fill('x')
      expect(String(await cache.get(key))).toBe('before')
    })

    it('forgets after the time given, at once when it is none', async () => {
      const [short, none] = [fresh(), fresh()]
      await cache.set(short, Buffer.from('x'), { ttlMs: 1_000.5 })
      await cache.set(none, Buffer.from('x'), { ttlMs: 0 })
      expect(await cache.get(none)).toBeNull()
      expect(await cache.get(short)).not.toBeNull()
      await vi.waitFor(async () => expect(await cache.get(short)).toBeNull(), 5_000)
    })

    it('keeps for longer what is touched, and says whether it was there', async () => {
      const [kept, lost] = [fresh(), fresh()]
      for (const key of [kept, lost]) await cache.set(key, Buffer.from('x'), { ttlMs: 1_500 })
      expect(await cache.touch(kept, { ttlMs: 60_000 })).toBe(true)
      expect(await cache.touch(fresh(), { ttlMs: 60_000 })).toBe(false)
      await vi.waitFor(async () => expect(await cache.get(lost)).toBeNull(), 5_000)
      expect(String(await cache.get(kept))).toBe('x')
      expect(await cache.touch(lost, { ttlMs: 60_000 })).toBe(false)
    })

    it('deletes keys, missing ones too', async () => {
      const [a, b, c] = [fresh(), fresh(), fresh()]
      for (const key of [a, b, c]) await cache.set(key, Buffer.from('x'), { ttlMs: 60_000 })
      await cache.delete([a, b, fresh()])
      expect([await cache.get(a), await cache.get(b)]).toEqual([null, null])
      expect(await cache.get(c)).not.toBeNull()
      await cache.delete([])
    })

    it('lets one at a time do exclusive work for a key, and gives its result', async () => {
      const key = fresh()
      let running = 0
      let most = 0
      const work = async () => {
        running += 1
        most = Math.max(most, running)
        await pause(20)
        running -= 1
        return most
      }
      const results = await Promise.all(Array.from({ length: 5 }, () => cache.exclusive(key, 10_000, work)))
      expect(results).toEqual([1, 1, 1, 1, 1])
    })

    it('does not make one key wait for another', async () => {
      const release = deferred()
      const slow = cache.exclusive(fresh(), 10_000, () => release.promise)
      expect(await cache.exclusive(fresh(), 10_000, async () => 'at once')).toBe('at once')
      release.resolve()
      await slow
    })

    it('waits no longer than asked, and then works anyway', async () => {
      const key = fresh()
      const release = deferred()
      const holder = cache.exclusive(key, 1_000, () => release.promise)
      await pause(50)
      const before = Date.now()
      expect(await cache.exclusive(key, 100, async () => 'done')).toBe('done')
      expect(Date.now() - before).toBeLessThan(3_000)
      release.resolve()
      await holder
    })

    it('passes on what exclusive work throws, and frees the key', async () => {
      const key = fresh()
      const failing = cache.exclusive(key, 1_000, async () => {
        throw new Error('no luck')
      })
      await expect(failing).rejects.toThrow('no luck')
      const before = Date.now()
      expect(await cache.exclusive(key, 10_000, async () => 1)).toBe(1)
      expect(Date.now() - before).toBeLessThan(5_000)
    })

    it('answers its check', async () => {
      await expect(cache.check()).resolves.toBeUndefined()
    })
  })
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}
