// @module-tag slow/real-servers
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure, type JobMessage } from '@rendition/contract'
import { Connection } from 'rabbitmq-client'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { rabbitmqMissing, startRabbitmq } from '../../../test/services/rabbitmq.ts'
import type { Service } from '../../../test/services/service.ts'
import { silentLog } from '../log.ts'
import { openAmqpQueue } from './amqp.ts'
import { queueContract } from './queue.contract.ts'

const why = rabbitmqMissing === undefined ? '' : ` [skipped: ${rabbitmqMissing}]`

describe.skipIf(rabbitmqMissing)(`amqp:// queue on RabbitMQ${why}`, () => {
  let folder: string
  let server: Service
  const open = (prefix: string) =>
    openAmqpQueue({ url: server.url, log: silentLog, retryPauseMs: 100, prefix })
  const message = (): JobMessage => ({ v: 1, jobId: uuidv7() })
  const within = { timeout: 30_000, interval: 50 }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-rabbitmq-'))
    server = await startRabbitmq(folder)
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  queueContract('amqp', async () => ({ open: async () => open('contract'), stop: async () => {} }))

  it('lays aside what is no message of ours, and what fails again and again', async () => {
    const queue = open('dead')
    const raw = new Connection(server.url)
    let tries = 0
    await queue.consume(
      async () => {
        tries += 1
        throw new Error('never')
      },
      { concurrency: 1 },
    )
    await queue.publish('bulk', [message()])
    const publisher = raw.createPublisher({ confirm: true })
    await publisher.send('dead.bulk', { v: 7, jobId: 'rubbish' })
    await publisher.send('dead.bulk', 'not even JSON')
    await publisher.close()
    await vi.waitFor(async () => {
      const { messageCount } = await raw.queueDeclare({ queue: 'dead.dead', passive: true })
      expect(messageCount).toBe(3)
    }, within)
    expect(tries).toBe(21)
    await queue.close()
    await raw.close()
  })

  it('gives the messages of a consumer that is gone to another', async () => {
    const [one, two] = [open('gone'), open('gone')]
    const sent = [message(), message(), message()]
    await one.publish('bulk', sent)
    let stuck = 0
    const consumer = await one.consume(
      () => {
        stuck += 1
        return new Promise(() => {})
      },
      { concurrency: 3 },
    )
    await vi.waitFor(() => expect(stuck).toBe(3), within)
    await consumer.stop(0)
    const seen: string[] = []
    await two.consume(async ({ jobId }) => void seen.push(jobId), { concurrency: 1 })
    await vi.waitFor(() => expect(seen.sort()).toEqual(sent.map(({ jobId }) => jobId).sort()), within)
    await one.close()
    await two.close()
  })

  it('loses nothing confirmed when the broker is killed, and goes on when it is back', async () => {
    const queue = open('killed')
    const confirmed: string[] = []
    await queue.publish('bulk', [message()])
    let publishing = true
    const publisher = (async () => {
      while (publishing) {
        const next = message()
        await queue.publish('interactive', [next]).then(
          () => confirmed.push(next.jobId),
          (error: unknown) => expect(isFailure(error, 'unavailable')).toBe(true),
        )
      }
    })()
    const seen = new Set<string>()
    await queue.consume(async ({ jobId }) => void seen.add(jobId), { concurrency: 2 })
    await vi.waitFor(() => expect(confirmed.length).toBeGreaterThan(20), within)
    await server.kill()
    expect(isFailure(await queue.check().catch((error: unknown) => error), 'unavailable')).toBe(true)
    expect(isFailure(await queue.depth().catch((error: unknown) => error), 'unavailable')).toBe(true)
    const before = confirmed.length
    await server.start()
    await vi.waitFor(() => expect(confirmed.length).toBeGreaterThan(before + 20), within)
    publishing = false
    await publisher
    await vi.waitFor(() => expect(confirmed.filter((id) => !seen.has(id))).toEqual([]), within)
    await queue.close()
  })

  it('does not keep a publisher waiting for a broker that is frozen', async () => {
    const queue = open('frozen')
    await queue.publish('bulk', [message()])
    process.kill(server.pid(), 'SIGSTOP')
    try {
      const before = Date.now()
      expect(isFailure(await queue.check().catch((error: unknown) => error), 'unavailable')).toBe(true)
      const error = await queue.publish('bulk', [message()]).catch((caught: unknown) => caught)
      expect(isFailure(error, 'unavailable')).toBe(true)
      expect(Date.now() - before).toBeLessThan(13_000)
    } finally {
      process.kill(server.pid(), 'SIGCONT')
    }
    await vi.waitFor(() => queue.publish('bulk', [message()]), within)
    await queue.close()
  })
})
