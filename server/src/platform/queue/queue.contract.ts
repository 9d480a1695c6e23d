import type { JobMessage } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Consumer, MessageHandler, Queue } from './index.ts'

export interface QueueOpener {
  /** One more connection to the same queue; `retryPauseMs` of at most 200. The local one is always the same. */
  open(): Promise<Queue>
  stop(): Promise<void>
}

/** What every Queue does, whichever broker carries the messages. */
export function queueContract(name: string, start: () => Promise<QueueOpener>): void {
  describe(`Queue: ${name}`, () => {
    let opener: QueueOpener
    let queue: Queue
    const consumers: Consumer[] = []
    const messages = (count: number): JobMessage[] =>
      Array.from({ length: count }, () => ({ v: 1, jobId: uuidv7() }))
    const consume = async (handler: MessageHandler, concurrency = 1, from = queue) => {
      const consumer = await from.consume(handler, { concurrency })
      consumers.push(consumer)
      return consumer
    }
    /** A handler that records what it gets, in the order of arrival. */
    const recorder = () => {
      const seen: string[] = []
      return { seen, handler: async ({ jobId }: JobMessage) => void seen.push(jobId) }
    }
    const ids = (list: readonly JobMessage[]) => list.map(({ jobId }) => jobId)
    const within = { timeout: 20_000, interval: 20 }

    beforeAll(async () => {
      opener = await start()
      queue = await opener.open()
    })
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(0)))
      // Whatever a test has left.
      const drain = await queue.consume(async () => {}, { concurrency: 50 })
      await vi.waitFor(async () => expect(await queue.depth()).toEqual({ interactive: 0, bulk: 0 }), within)
      await drain.stop(5_000)
    })
    afterAll(async () => {
      await queue?.close()
      await opener?.stop()
    })

    it('carries every message to a handler, once when all goes well', async () => {
      const { seen, handler } = recorder()
      const sent = messages(300)
      await queue.publish('bulk', sent.slice(0, 250))
      await consume(handler, 10)
      await queue.publish('interactive', sent.slice(250))
      await vi.waitFor(() => expect(seen).toHaveLength(300), within)
      expect(new Set(seen)).toEqual(new Set(ids(sent)))
    })

    it('serves messages of a lane in the order they came', async () => {
      const sent = messages(20)
      await queue.publish('bulk', sent)
      const { seen, handler } = recorder()
      await consume(handler)
      await vi.waitFor(() => expect(seen).toEqual(ids(sent)), within)
    })

    it('serves the interactive lane first', async () => {
      const bulk = messages(20)
      const interactive = messages(5)
      await queue.publish('bulk', bulk)
      await queue.publish('interactive', interactive)
      await vi.waitFor(async () => expect(await queue.depth()).toEqual({ interactive: 5, bulk: 20 }), within)
      const seen: string[] = []
      await consume(async ({ jobId }) => {
        seen.push(jobId)
        await new Promise((resolve) => setTimeout(resolve, 20))
      })
      await vi.waitFor(() => expect(seen).toHaveLength(25), within)
      // One may have been taken before the other lane's first message arrived.
      expect(seen.slice(0, 6)).toEqual(expect.arrayContaining(ids(interactive)))
    })

    it('counts what waits, by lane', async () => {
      await queue.publish('bulk', messages(3))
      await queue.publish('interactive', messages(2))
      await vi.waitFor(async () => expect(await queue.depth()).toEqual({ interactive: 2, bulk: 3 }), within)
    })

    it('runs as many handlers at once as asked for, and no more', async () => {
      let running = 0
      let most = 0
      let done = 0
      await consume(async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 10))
        running -= 1
        done += 1
      }, 4)
      await queue.publish('bulk', messages(20))
      await queue.publish('interactive', messages(20))
      await vi.waitFor(() => expect(done).toBe(40), within)
      expect(most).toBe(4)
    })

    it('brings a message again when its handler threw, after a pause in which others pass', async () => {
      const [bad, ...good] = messages(6)
      const seen: string[] = []
      let failures = 0
      await consume(async ({ jobId }) => {
        seen.push(jobId)
        if (jobId === bad?.jobId && failures++ < 2) throw new Error('not yet')
      })
      await queue.publish('interactive', [bad as JobMessage, ...good])
      await vi.waitFor(() => expect(seen).toHaveLength(8), within)
      expect(seen.filter((id) => id === bad?.jobId)).toHaveLength(3)
      expect(seen.indexOf(good[0]?.jobId ?? '')).toBeLessThan(seen.lastIndexOf(bad?.jobId ?? ''))
    })

    it('takes the same message twice when it is published twice', async () => {
      const [message] = messages(1)
      const { seen, handler } = recorder()
      await queue.publish('bulk', [message as JobMessage, message as JobMessage])
      await consume(handler)
      await vi.waitFor(() => expect(seen).toHaveLength(2), within)
      await queue.publish('bulk', [message as JobMessage])
      await vi.waitFor(() => expect(seen).toHaveLength(3), within)
    })

    it('shares the work between consumers', async () => {
      const other = await opener.open()
      const busy: Record<string, number> = { one: 0, two: 0 }
      const handler = (who: string) => async () => {
        busy[who] = (busy[who] ?? 0) + 1
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      const first = await consume(handler('one'), 2)
      const second = await consume(handler('two'), 2, other)
      await queue.publish('bulk', messages(60))
      await vi.waitFor(() => expect((busy.one ?? 0) + (busy.two ?? 0)).toBe(60), within)
      expect(Math.min(busy.one ?? 0, busy.two ?? 0)).toBeGreaterThan(5)
      await Promise.all([first.stop(1_000), second.stop(1_000)])
      if (other !== queue) await other.close()
    })

    it('stops: finishes what runs, takes nothing new, leaves the rest to others', async () => {
      const sent = messages(4)
      let finished = 0
      let started = 0
      const consumer = await consume(async () => {
        started += 1
        await new Promise((resolve) => setTimeout(resolve, 150))
        finished += 1
      }, 2)
      await queue.publish('bulk', sent)
      await vi.waitFor(() => expect(started).toBe(2), within)
      await consumer.stop(10_000)
      expect([started, finished]).toEqual([2, 2])

      const { seen, handler } = recorder()
      await consume(handler)
      await vi.waitFor(() => expect(seen).toHaveLength(2), within)
    })

    it('aborts at the deadline what still runs, and its message comes again', async () => {
      const [message] = messages(1)
      let aborted = false
      const consumer = await consume(
        (_, signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              aborted = true
              reject(new Error('aborted'))
            })
          }),
      )
      await queue.publish('interactive', [message as JobMessage])
      await vi.waitFor(async () => expect((await queue.depth()).interactive).toBe(0), within)
      await new Promise((resolve) => setTimeout(resolve, 50))
      const before = Date.now()
      await consumer.stop(100)
      expect(Date.now() - before).toBeLessThan(2_000)
      expect(aborted).toBe(true)

      const { seen, handler } = recorder()
      await consume(handler)
      await vi.waitFor(() => expect(seen).toEqual([message?.jobId]), within)
    })

    it('publishes nothing without complaint', async () => {
      await queue.publish('bulk', [])
    })

    it('answers its check', async () => {
      await expect(queue.check()).resolves.toBeUndefined()
    })

    it('closes with consumers running, and refuses what comes after', async () => {
      const other = await opener.open()
      if (other === queue) return
      await other.consume(async () => {}, { concurrency: 2 })
      await other.close()
      await expect(other.publish('bulk', messages(1))).rejects.toThrow()
    })
  })
}
