import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure, type JobMessage } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis } from '../../../test/services/redis.ts'
import type { Service } from '../../../test/services/service.ts'
import { silentLog } from '../log.ts'
import { openBullQueue } from './bullmq.ts'
import { queueContract } from './queue.contract.ts'

const why = redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`

describe.skipIf(redisMissing)(`redis:// queue by BullMQ${why}`, () => {
  let folder: string
  let server: Service
  const open = (prefix: string) =>
    openBullQueue({ url: server.url, log: silentLog, retryPauseMs: 100, prefix })
  const message = (): JobMessage => ({ v: 1, jobId: uuidv7() })
  const within = { timeout: 30_000, interval: 50 }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-bullmq-'))
    server = await startRedis(folder)
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  queueContract('bullmq', async () => ({ open: async () => open('contract'), stop: async () => {} }))

  it('says unavailable while Redis is away, and carries on with what it had when it is back', async () => {
    const queue = open('killed')
    const kept = [message(), message()]
    await queue.publish('bulk', kept)
    await server.stop()
    const error = await queue.publish('bulk', [message()]).catch((caught: unknown) => caught)
    expect(isFailure(error, 'unavailable')).toBe(true)
    expect(isFailure(await queue.check().catch((caught: unknown) => caught), 'unavailable')).toBe(true)
    const seen = new Set<string>()
    await queue.consume(async ({ jobId }) => void seen.add(jobId), { concurrency: 2 })
    await server.start()
    await vi.waitFor(() => queue.publish('interactive', [message()]), within)
    await vi.waitFor(() => {
      expect(seen.size).toBeGreaterThanOrEqual(3)
      expect(kept.every(({ jobId }) => seen.has(jobId))).toBe(true)
    }, within)
    await queue.close()
  })

  it('gives the messages of a worker that is gone to another', async () => {
    const [one, two] = [open('stalled'), open('stalled')]
    const sent = message()
    let stuck = 0
    const consumer = await one.consume(
      () => {
        stuck += 1
        return new Promise(() => {})
      },
      { concurrency: 1 },
    )
    await one.publish('bulk', [sent])
    await vi.waitFor(() => expect(stuck).toBe(1), within)
    await consumer.stop(0)
    const seen: string[] = []
    await two.consume(async ({ jobId }) => void seen.push(jobId), { concurrency: 1 })
    await vi.waitFor(() => expect(seen).toEqual([sent.jobId]), within)
    await one.close()
    await two.close()
  })
})
