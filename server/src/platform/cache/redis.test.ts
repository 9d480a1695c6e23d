import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis } from '../../../test/services/redis.ts'
import type { Service } from '../../../test/services/service.ts'
import { cacheContract } from './cache.contract.ts'
import { openCache } from './index.ts'

describe.skipIf(redisMissing)(
  `redis:// cache${redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`}`,
  () => {
    let folder: string
    let server: Service
    const open = () => openCache({ url: server.url, maxBytes: 0 })

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-redis-'))
      server = await startRedis(folder)
    })
    afterAll(async () => {
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    cacheContract('redis', async () => ({ cache: await open(), stop: async () => {} }))

    it('is shared, locks too', async () => {
      const [one, two] = await Promise.all([open(), open()])
      await one.set('shared', Buffer.from('x'), { ttlMs: 60_000 })
      expect(String(await two.get('shared'))).toBe('x')
      let running = 0
      let most = 0
      const work = async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 30))
        running -= 1
      }
      await Promise.all([one, two, one, two].map((cache) => cache.exclusive('a', 10_000, work)))
      expect(most).toBe(1)
      await one.close()
      await two.close()
    })

    it('does not free the lock of another who came after its time', async () => {
      const [one, two] = await Promise.all([open(), open()])
      const order: string[] = []
      const first = one.exclusive('b', 0, async () => {
        await new Promise((resolve) => setTimeout(resolve, 150))
        order.push('first')
      })
      await new Promise((resolve) => setTimeout(resolve, 30))
      // Runs anyway, without the lock; ending must not take it from the first.
      await two.exclusive('b', 10, async () => void order.push('impatient'))
      await two.exclusive('b', 5_000, async () => void order.push('patient'))
      await first
      expect(order).toEqual(['impatient', 'first', 'patient'])
      await one.close()
      await two.close()
    })

    it('misses and drops while Redis is away or frozen, soon and without an error, and works again after', async () => {
      const cache = await open()
      await cache.set('kept', Buffer.from('x'), { ttlMs: 600_000 })
      const degraded = async (within: number) => {
        const before = Date.now()
        expect(await cache.get('kept')).toBeNull()
        await cache.set('dropped', Buffer.from('x'), { ttlMs: 60_000 })
        await cache.delete(['kept'])
        expect(await cache.exclusive('a', 500, async () => 'done')).toBe('done')
        expect(isFailure(await cache.check().catch((error: unknown) => error), 'unavailable')).toBe(true)
        expect(Date.now() - before).toBeLessThan(within)
      }
      process.kill(server.pid(), 'SIGSTOP')
      try {
        await degraded(8_000)
      } finally {
        process.kill(server.pid(), 'SIGCONT')
      }
      await vi.waitFor(() => cache.check(), 10_000)
      await cache.set('kept', Buffer.from('x'), { ttlMs: 600_000 })
      await server.kill()
      await degraded(2_000)
      await server.start()
      await vi.waitFor(() => cache.check(), 10_000)
      expect(String(await cache.get('kept'))).toBe('x')
      await cache.close()
    })

    it('opens without Redis, and finds it later', async () => {
      await server.stop()
      const cache = await open()
      expect(await cache.get('kept')).toBeNull()
      await server.start()
      await vi.waitFor(() => cache.check(), 10_000)
      await cache.close()
    })
  },
)
