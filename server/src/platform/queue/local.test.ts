import { describe, expect, it, vi } from 'vitest'
import { silentLog } from '../log.ts'
import { Line } from './lanes.ts'
import { openLocalQueue } from './local.ts'
import { queueContract } from './queue.contract.ts'

queueContract('local', async () => {
  const queue = openLocalQueue({ log: silentLog, retryPauseMs: 50 })
  return { open: async () => queue, stop: async () => {} }
})

describe('local queue', () => {
  it('takes a backlog of 100,000 jobs, and gives it out without growing slower', async () => {
    const queue = openLocalQueue({ log: silentLog })
    const messages = Array.from({ length: 100_000 }, () => ({ v: 1 as const, jobId: 'x' }))
    await queue.publish('bulk', messages)
    let done = 0
    const before = Date.now()
    const counted = async () => {
      done += 1
    }
    await queue.consume(counted, { concurrency: 10 })
    await vi.waitFor(() => expect(done).toBe(100_000), 20_000)
    expect(Date.now() - before).toBeLessThan(10_000)
    await queue.close()
  })

  it('refuses messages when closed', async () => {
    const queue = openLocalQueue({ log: silentLog })
    await queue.close()
    await expect(queue.publish('bulk', [])).rejects.toThrow(/closed/)
  })

  it('keeps a line in order while it grows and shrinks', () => {
    const line = new Line<number>()
    let next = 0
    let expected = 0
    for (let round = 0; round < 50; round += 1) {
      for (let n = 0; n < 100; n += 1) line.push(next++)
      for (let n = 0; n < 90; n += 1) expect(line.shift()).toBe(expected++)
    }
    expect(line.length).toBe(next - expected)
    while (line.length > 0) expect(line.shift()).toBe(expected++)
    expect(line.shift()).toBeUndefined()
  })
})
