import { expect, it, vi } from 'vitest'
import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { createLeases } from './leases.ts'

/** A database whose answers are given beforehand, and a bus that delivers when it is told to. */
function partsOf(answers: object[][]) {
  const hears = new Map<string, (message: unknown) => void>()
  const sent: { topic: string; message: object }[] = []
  const db = { query: async () => answers.shift() ?? [{}] } as unknown as Database
  const bus = {
    publish: async (topic: string, message: object) => void sent.push({ topic, message }),
    subscribe: async (topic: string, hear: (message: unknown) => void) => {
      hears.set(topic, hear)
      return async () => {}
    },
  } as unknown as Bus
  const deliver = (topic: string, message: object) => hears.get(topic)?.(message)
  return { db, bus, sent, deliver }
}

it('nobody yields to a wish of its own that is heard late', async () => {
  // Another has it; it is free when it is looked at again.
  const { db, bus, sent, deliver } = partsOf([[], [{ held: 1 }], [{ taken: 1 }]])
  const onWanted = vi.fn()
  const held = await createLeases({ db, bus, log: createLogger('silent') }).take('upload', 'b', onWanted)
  const [wish] = sent
  if (wish === undefined) throw new Error('nobody was asked')
  deliver(wish.topic, wish.message)
  expect(onWanted).not.toHaveBeenCalled()
  deliver(wish.topic, { ...wish.message, holder: 'c' })
  expect(onWanted).toHaveBeenCalledTimes(1)
  await held.release()
})
