import type { JobMessage } from '@rendition/contract'
import type { Redis } from 'ioredis'
import { uuidv7 } from 'uuidv7'
import { expect, vi } from 'vitest'
import { openCache } from '../../cache/index.ts'
import { openBus } from '../../events/index.ts'
import { openLimits } from '../../limits/index.ts'
import type { Log } from '../../log.ts'
import { openQueue } from '../../queue/index.ts'

const within = { timeout: 60_000, interval: 50 }
const aMinute = { ttlMs: 600_000 }
const before = 1_000

/**
 * Everything of ours that lives in Redis, in the middle of its work: a cached value, a counter, a lock that is held,
 * subscriptions, messages on their way to a consumer.
 */
export async function moveIn(url: string, log: Log) {
  const [cache, otherCache] = await Promise.all([
    openCache({ url, maxBytes: 0, log }),
    openCache({ url, maxBytes: 0, log }),
  ])
  const limits = await openLimits({ url, log })
  const limiter = limits.createLimiter('calls', 1_000_000, 3_600)
  const [bus, otherBus] = await Promise.all([openBus({ url, log }), openBus({ url, log })])
  const queue = await openQueue({ url, log, retryPauseMs: 100 })

  await cache.set('kept', Buffer.from('kept'), aMinute)
  await limiter.consume('ann', before)
  const order: string[] = []
  const hold = () => {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const done = cache.exclusive('held', 5_000, async () => {
      await released
      order.push('holder')
    })
    return { release, done }
  }
  let holder = hold()
  const heard: unknown[] = []
  await bus.subscribe('news', (payload) => heard.push(payload))
  await otherBus.subscribe('news', (payload) => heard.push(payload))
  const seen = new Set<string>()
  await queue.consume(
    async ({ jobId }) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      seen.add(jobId)
    },
    { concurrency: 2 },
  )
  const sent: JobMessage[] = []
  const send = async (number: number): Promise<void> => {
    const messages = Array.from({ length: number }, (): JobMessage => ({ v: 1, jobId: uuidv7() }))
    // A publisher that is refused comes again with the same: it may be that they were taken.
    await vi.waitFor(() => queue.publish('interactive', messages), within)
    sent.push(...messages)
  }
  await send(200)
  await vi.waitFor(() => expect(seen.size).toBeGreaterThan(5), within)

  return {
    /** Calls in the middle of the move fail nobody but a publisher, and take no more than their time. */
    async bear(): Promise<void> {
      const began = Date.now()
      await cache.get('kept')
      await cache.set('during', Buffer.from('x'), aMinute)
      await limiter.consume('ann')
      await bus.publish('news', 'during')
      await bus.subscribe('late', (payload) => heard.push(payload))
      expect(Date.now() - began).toBeLessThan(15_000)
    },

    /** Waits until all of it goes on at the new primary, with what was there before. */
    async goOn(primary: Redis): Promise<void> {
      const mark = uuidv7()
      await vi.waitFor(async () => {
        await cache.set(mark, Buffer.from('one'), aMinute)
        await otherCache.set(`other ${mark}`, Buffer.from('two'), aMinute)
        expect(await primary.exists(`rendition:c:${mark}`, `rendition:c:other ${mark}`)).toBe(2)
      }, within)
      expect(String(await cache.get('kept'))).toBe('kept')
      expect(String(await otherCache.get(mark))).toBe('one')

      // Counted in the process meanwhile, from 1; the count of all is the one that was there before.
      await vi.waitFor(async () => {
        expect((await limiter.consume('ann')).consumedPoints).toBeGreaterThan(before)
      }, within)

      const next = otherCache.exclusive('held', 60_000, async () => void order.push('next'))
      let [running, most] = [0, 0]
      const work = async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 30))
        running -= 1
      }
      const all = [cache, otherCache, cache, otherCache]
      await Promise.all(all.map((one) => one.exclusive('fresh', 20_000, work)))
      expect(most).toBe(1)
      expect(order).toEqual([])
      holder.release()
      await Promise.all([holder.done, next])
      expect(order.splice(0)).toEqual(['holder', 'next'])
      holder = hold()

      // One that comes now is at the new primary, whoever stayed at the old one.
      const newcomer = await openBus({ url, log })
      await newcomer.subscribe('news', (payload) => heard.push(payload))
      await vi.waitFor(async () => {
        heard.length = 0
        await bus.publish('news', `${mark} one`)
        await otherBus.publish('news', `${mark} two`)
        await otherBus.publish('late', `${mark} late`)
        const each = [`${mark} late`, ...Array(3).fill(`${mark} one`), ...Array(3).fill(`${mark} two`)]
        await vi.waitFor(() => expect([...heard].sort()).toEqual(each), 1_000)
      }, within)
      await newcomer.close()

      await send(20)
      await vi.waitFor(() => expect(sent.filter(({ jobId }) => !seen.has(jobId))).toEqual([]), within)
      await vi.waitFor(async () => expect(await queue.depth()).toEqual({ interactive: 0, bulk: 0 }), within)
    },

    async close(): Promise<void> {
      holder.release()
      const parts = [cache, otherCache, limits, bus, otherBus, queue]
      await Promise.all(parts.map((part) => part.close()))
    },
  }
}
