import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Bus } from './index.ts'

export interface BusOpener {
  /** One more end of the same bus; the local one is always the same. */
  open(): Promise<Bus>
  stop(): Promise<void>
}

/** What every Bus does, whatever carries the announcements. */
export function busContract(name: string, start: () => Promise<BusOpener>): void {
  describe(`Bus: ${name}`, () => {
    let opener: BusOpener
    let here: Bus
    let there: Bus
    const fresh = () => `topic.${randomBytes(4).toString('hex')}`

    beforeAll(async () => {
      opener = await start()
      here = await opener.open()
      there = await opener.open()
    })
    afterAll(async () => {
      await here?.close()
      if (there !== here) await there?.close()
      await opener?.stop()
    })

    it('tells every subscriber of a topic, here and there, and nobody else', async () => {
      const topic = fresh()
      const heard: unknown[][] = [[], [], []]
      await here.subscribe(topic, (payload) => heard[0]?.push(payload))
      await there.subscribe(topic, (payload) => heard[1]?.push(payload))
      await there.subscribe(`${topic}.other`, (payload) => heard[2]?.push(payload))
      await here.publish(topic, { imageId: 'a', n: [1, null] })
      await vi.waitFor(() =>
        expect(heard).toEqual([[{ imageId: 'a', n: [1, null] }], [{ imageId: 'a', n: [1, null] }], []]),
      )
    })

    it('keeps the order of one sender', async () => {
      const topic = fresh()
      const heard: unknown[] = []
      await there.subscribe(topic, (payload) => heard.push(payload))
      for (let n = 0; n < 50; n += 1) await here.publish(topic, n)
      await vi.waitFor(() => expect(heard).toEqual(Array.from({ length: 50 }, (_, n) => n)))
    })

    it('stops telling those who left, and goes on telling the others', async () => {
      const topic = fresh()
      const [gone, stays]: unknown[][] = [[], []]
      const leave = await there.subscribe(topic, (payload) => gone?.push(payload))
      await there.subscribe(topic, (payload) => stays?.push(payload))
      await here.publish(topic, 1)
      await vi.waitFor(() => expect(stays).toEqual([1]))
      await leave()
      await leave()
      await here.publish(topic, 2)
      await vi.waitFor(() => expect(stays).toEqual([1, 2]))
      expect(gone).toEqual([1])
    })

    it('lets no subscriber that throws disturb another', async () => {
      const topic = fresh()
      const heard: unknown[] = []
      await there.subscribe(topic, () => {
        throw new Error('a fault of the subscriber')
      })
      await there.subscribe(topic, (payload) => heard.push(payload))
      await here.publish(topic, 'x')
      await vi.waitFor(() => expect(heard).toEqual(['x']))
    })

    it('sends values as JSON, whoever listens', async () => {
      const topic = fresh()
      const heard: unknown[] = []
      await here.subscribe(topic, (payload) => heard.push(payload))
      await here.publish(topic, { at: new Date(0), nothing: undefined })
      await here.publish(topic, undefined)
      await vi.waitFor(() => expect(heard).toEqual([{ at: '1970-01-01T00:00:00.000Z' }, null]))
    })

    it('answers its check', async () => {
      await expect(here.check()).resolves.toBeUndefined()
    })
  })
}
