import { randomUUID } from 'node:crypto'
import { isFailure, type Page, type Priority } from '@rendition/contract'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEventLog, type JobRecord, type NewJob } from './index.ts'
import { recoverAfterRestart } from './running/sweeper.ts'
import { type JobsSetup, newJob, principal, setUpJobs, signer } from './testing/jobs-setup.ts'

let setup: JobsSetup
beforeEach(async () => {
  setup = await setUpJobs()
})
afterEach(() => setup.close())

const enqueue = (...jobs: NewJob[]) => setup.enqueue(...jobs)
const first = <T>(list: readonly T[]): T => {
  const [item] = list
  if (item === undefined) throw new Error('the list is empty')
  return item
}
const claim = (jobId: string, holder = 'worker') =>
  setup.database.db.transaction(async (tx) => (await setup.book.claim(tx, [jobId], holder))[0] ?? null)
const get = async (jobId: string): Promise<JobRecord> => {
  const job = await setup.book.get(setup.database.db, jobId)
  if (job === null) throw new Error('the job is gone')
  return job
}
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  )
const expireLease = (jobId: string) =>
  setup.database.db.query("update jobs set lease_until = now() - interval '1 second' where id = $1", [jobId])

describe('leases', () => {
  it('lets one of many claim a job, and nobody after it', async () => {
    const { id } = first(await enqueue(newJob()))
    const claims = await Promise.all(Array.from({ length: 8 }, (_, n) => claim(id, `worker ${n}`)))
    expect(claims.filter((job) => job !== null)).toHaveLength(1)
    expect(await claim(id)).toBeNull()
  })

  it('refuses whatever a worker writes after its lease went to another', async () => {
    const { db } = setup.database
    const { id } = first(await enqueue(newJob()))
    const slow = await claim(id, 'slow')
    await expireLease(id)
    await setup.jobs.sweepOnce()
    const quick = await claim(id, 'quick')
    if (slow === null || quick === null) throw new Error('not claimed')
    expect(quick.fence).toBeGreaterThan(slow.fence)
    expect(await setup.book.extend(db, slow, 0.5)).toBe(false)
    expect(await db.transaction((tx) => setup.book.complete(tx, slow, null))).toBeNull()
    const fault = { code: 'internal', message: 'late' }
    expect(await db.transaction((tx) => setup.book.fail(tx, slow, fault, false))).toBeNull()
    expect(await db.transaction((tx) => setup.book.complete(tx, quick, null))).toMatchObject({
      status: 'complete',
    })
  })

  it('fails a job that loses its worker three times, with a code, and tells its owner', async () => {
    const { id } = first(await enqueue(newJob()))
    for (let loss = 1; loss <= 3; loss += 1) {
      await setup.database.db.query('update jobs set available_at = now() where id = $1', [id])
      expect(await claim(id)).not.toBeNull()
      await expireLease(id)
      await setup.jobs.sweepOnce()
      expect((await get(id)).losses).toBe(loss)
    }
    expect(await get(id)).toMatchObject({ status: 'failed', errorCode: 'worker_lost' })
    expect(setup.owner.told).toEqual([`ended ${id} failed`])
  })

  it('does not blame a job for a service that is killed again and again, unless it never ends', async () => {
    const { id } = first(await enqueue(newJob()))
    const { db } = setup.database
    const sweeping = { ...setup, db, signer, log: pino({ level: 'silent' }) }
    for (let loss = 1; loss <= 15; loss += 1) {
      await db.query('update jobs set available_at = now() where id = $1', [id])
      expect(await claim(id), `loss ${loss}`).not.toBeNull()
      await recoverAfterRestart(sweeping, { leasesAreStale: true, queueIsEmpty: true })
      expect(await get(id)).toMatchObject({
        status: loss < 15 ? 'pending' : 'failed',
        losses: loss,
        attempts: 0,
      })
    }
    expect(await get(id)).toMatchObject({ errorCode: 'worker_lost' })
  })

  it('does not blame a job for a worker that was only cut off', async () => {
    const { id } = first(await enqueue(newJob()))
    await claim(id, 'alive')
    await setup.book.announceWorker(setup.database.db, 'alive', 2)
    await expireLease(id)
    await setup.jobs.sweepOnce()
    expect(await get(id)).toMatchObject({ status: 'pending', losses: 0 })
  })

  it('puts a transient fault back with a pause and fails a permanent one at once', async () => {
    const { db } = setup.database
    const [first, second] = await enqueue(newJob(), newJob())
    for (const [job, retry] of [
      [first, true],
      [second, false],
    ] as const) {
      const claimed = job && (await claim(job.id))
      if (!claimed) throw new Error('not claimed')
      await db.transaction((tx) => setup.book.fail(tx, claimed, { code: 'undecodable', message: 'x' }, retry))
    }
    expect(await get(first?.id ?? '')).toMatchObject({ status: 'pending', attempts: 1 })
    expect(await claim(first?.id ?? '')).toBeNull()
    expect(await get(second?.id ?? '')).toMatchObject({ status: 'failed', errorCode: 'undecodable' })
  })

  it('uses up its attempts, but not while a part of the service is away', async () => {
    const { db } = setup.database
    const { id, maxAttempts } = first(await enqueue(newJob()))
    for (let attempt = 0; attempt < 2 * maxAttempts; attempt += 1) {
      await db.query('update jobs set available_at = now() where id = $1', [id])
      const job = await claim(id)
      if (job === null) break
      const outage = attempt < maxAttempts
      await db.transaction((tx) =>
        setup.book.fail(tx, job, { code: 'unavailable', message: 'x', outage }, true),
      )
      expect((await get(id)).attempts).toBe(outage ? 0 : attempt - maxAttempts + 1)
    }
    expect(await get(id)).toMatchObject({ status: 'failed', attempts: maxAttempts })
  })

  it('gives a job back unharmed when its worker stops', async () => {
    const { id } = first(await enqueue(newJob()))
    const job = await claim(id)
    if (job === null) throw new Error('not claimed')
    await setup.database.db.transaction((tx) => setup.book.release(tx, job))
    expect(await get(id)).toMatchObject({ status: 'pending', attempts: 0 })
    expect(await claim(id)).not.toBeNull()
  })

  it('runs ordered jobs of one image one after the other', async () => {
    const { db } = setup.database
    const image = { imageId: randomUUID(), ordered: true }
    const [one, two] = await enqueue(newJob(image), newJob(image))
    expect(await claim(two?.id ?? '')).toBeNull()
    const running = await claim(one?.id ?? '')
    expect(await claim(two?.id ?? '')).toBeNull()
    if (running === null) throw new Error('not claimed')
    await db.transaction((tx) => setup.book.complete(tx, running, null))
    expect(await claim(two?.id ?? '')).not.toBeNull()
  })
})

describe('asking for work', () => {
  it('joins equal work in flight and begins it anew once it is done', async () => {
    const { db } = setup.database
    const equal = newJob({ workKey: 'the same' })
    const [one, two] = [await enqueue(equal), await enqueue(equal)].flat()
    expect(two?.id).toBe(one?.id)
    expect(first(await enqueue({ ...equal, ownerId: randomUUID() })).id).not.toBe(one?.id)
    const job = await claim(one?.id ?? '')
    if (job === null) throw new Error('not claimed')
    await db.transaction((tx) => setup.book.complete(tx, job, null))
    expect(first(await enqueue(equal)).id).not.toBe(one?.id)
  })

  it('joins equal work that many ask for at once', async () => {
    const equal = newJob({ workKey: 'at once' })
    const asked = await Promise.all(Array.from({ length: 12 }, () => enqueue(equal)))
    expect(new Set(asked.flat().map(({ id }) => id)).size).toBe(1)
  })

  it('remembers the key of a request that joined another’s job, also after that job ended', async () => {
    const { db } = setup.database
    const work = newJob({ workKey: 'joined' })
    const one = first(await enqueue(work))
    const keyed = { ...work, idempotencyKey: 'mine', requestDigest: 'a' }
    expect(first(await enqueue(keyed)).id).toBe(one.id)
    const job = await claim(one.id)
    if (job === null) throw new Error('not claimed')
    await db.transaction((tx) => setup.book.complete(tx, job, null))
    expect(first(await enqueue(keyed)).id).toBe(one.id)
    expect(await codeOf(enqueue({ ...keyed, requestDigest: 'b' }))).toBe('conflict')
    expect(first(await enqueue({ ...keyed, ownerId: randomUUID() })).id).not.toBe(one.id)
    expect(first(await enqueue(work)).id).not.toBe(one.id)
  })

  it('gives the job a key had, and does not touch equal work in flight', async () => {
    const { db } = setup.database
    const work = newJob({ workKey: 'had' })
    const keyed = { ...work, idempotencyKey: 'mine', requestDigest: 'a' }
    const own = first(await enqueue(keyed))
    const job = await claim(own.id)
    if (job === null) throw new Error('not claimed')
    await db.transaction((tx) => setup.book.complete(tx, job, null))
    const other = first(await enqueue(work))
    expect(other.id).not.toBe(own.id)
    for (let n = 0; n < 2; n += 1) {
      expect(first(await enqueue({ ...keyed, webhookUrl: 'https://example.org/here' })).id).toBe(own.id)
    }
    expect((await get(other.id)).webhookUrl).toBeNull()
  })

  it('tells everybody who joined: an address goes with the job, and two addresses are two jobs', async () => {
    const work = newJob({ workKey: 'told' })
    const one = first(await enqueue(work))
    const here = { ...work, webhookUrl: 'https://example.org/here' }
    expect(first(await enqueue(here))).toMatchObject({ id: one.id, webhookUrl: here.webhookUrl })
    expect(first(await enqueue(here)).id).toBe(one.id)
    expect(first(await enqueue(work)).id).toBe(one.id)
    const there = first(await enqueue({ ...work, webhookUrl: 'https://example.org/there' }))
    expect(there.id).not.toBe(one.id)
    expect((await get(one.id)).webhookUrl).toBe(here.webhookUrl)
  })

  it('gives the same job for an idempotency key, and refuses another request under it', async () => {
    const who = principal()
    const request = {
      imageIds: [randomUUID()],
      type: 'transform' as const,
      transform: { width: 10, blur: 2 },
      saveImage: false,
      priority: 'interactive' as const,
      idempotencyKey: 'key',
      batch: false,
    }
    const one = await setup.jobs.request(who, request)
    const two = await setup.jobs.request(who, { ...request, transform: { blur: 2, width: 10 } })
    expect(first(two.jobs).id).toBe(first(one.jobs).id)
    expect(await codeOf(setup.jobs.request(who, { ...request, saveImage: true }))).toBe('conflict')
    const other = await setup.jobs.request(principal(), request)
    expect(first(other.jobs).id).not.toBe(first(one.jobs).id)
  })

  it('accepts a batch once: the same key gives the same batch and jobs', async () => {
    const who = principal()
    const request = {
      imageIds: Array.from({ length: 20 }, () => randomUUID()),
      type: 'renditions' as const,
      transform: {},
      saveImage: false,
      priority: 'bulk' as const,
      idempotencyKey: 'batch',
      batch: true,
    }
    const one = await setup.jobs.request(who, request)
    const two = await setup.jobs.request(who, request)
    expect(two.batchId).toBe(one.batchId)
    expect(two.jobs.map(({ id }) => id)).toEqual(one.jobs.map(({ id }) => id))
    const listed = await setup.jobs.list(who, { limit: 50, batchId: one.batchId ?? '' })
    expect(listed.items).toHaveLength(20)
    // Of a batch as of one image: the newest that is asked for.
    const [, second] = one.jobs
    const grouped = async (imageId?: string) =>
      (await setup.jobs.list(who, { limit: 50, grouped: true, imageId })).items.map(({ id }) => id)
    expect(await grouped()).toEqual([listed.items[0]?.id])
    expect(await grouped(second?.imageId ?? '')).toEqual([second?.id])
    // Single ones before and behind it, and two batches whose jobs lie between each other's.
    const [a, b] = [randomUUID(), randomUUID()]
    const more = await enqueue(
      ...[null, null, a, b, a, b, null].map((batchId) => newJob({ ownerId: who.userId, batchId })),
    )
    const expected = [6, 5, 4, 1, 0].map((n) => more[n]?.id)
    expect(await grouped()).toEqual([...expected, listed.items[0]?.id])
    const pages: string[] = []
    let cursor: string | null = null
    do {
      const query = { limit: 2, grouped: true, ...(cursor === null ? {} : { cursor }) }
      const page: Page<JobRecord> = await setup.jobs.list(who, query)
      pages.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(pages).toEqual([...expected, listed.items[0]?.id])
  })
})

describe('steering', () => {
  it('cancels what waits and what runs, and nothing that ended', async () => {
    const who = principal()
    const [waiting, running] = await enqueue(newJob({ ownerId: who.userId }), newJob({ ownerId: who.userId }))
    const claimed = await claim(running?.id ?? '')
    for (const job of [waiting, running]) {
      const now = await setup.jobs.change(who, job?.id ?? '', { status: 'cancelled' })
      expect(now.status).toBe('cancelled')
    }
    if (claimed === null) throw new Error('not claimed')
    expect(await setup.database.db.transaction((tx) => setup.book.complete(tx, claimed, null))).toBeNull()
    expect(await codeOf(setup.jobs.change(who, claimed.id, { status: 'cancelled' }))).toBe('conflict')
    expect(await codeOf(setup.jobs.change(who, claimed.id, { status: 'pending' }))).toBe('conflict')
    expect(await codeOf(setup.jobs.change(who, claimed.id, { priority: 'bulk' }))).toBe('conflict')
  })

  it('retries a failed job from the beginning', async () => {
    const who = principal()
    const { id } = first(await enqueue(newJob({ ownerId: who.userId })))
    const job = await claim(id)
    if (job === null) throw new Error('not claimed')
    await setup.database.db.transaction((tx) =>
      setup.book.fail(tx, job, { code: 'undecodable', message: 'x' }, false),
    )
    const revived = await setup.jobs.change(who, id, { status: 'pending' })
    expect(revived).toMatchObject({ status: 'pending', attempts: 0, errorCode: null, finishedAt: null })
    expect(setup.owner.told).toEqual([`revived ${id}`])
    expect(await claim(id)).not.toBeNull()
  })

  it('does not retry a job whose image is gone', async () => {
    const who = principal()
    const { id } = first(await enqueue(newJob({ ownerId: who.userId })))
    const job = await claim(id)
    if (job === null) throw new Error('not claimed')
    const fault = { code: 'undecodable', message: 'x' }
    await setup.database.db.transaction((tx) => setup.book.fail(tx, job, fault, false))
    setup.owner.hold = async () => false
    expect(await codeOf(setup.jobs.change(who, id, { status: 'pending' }))).toBe('conflict')
    expect((await get(id)).status).toBe('failed')
  })

  it('deletes a job, stopping it first when it runs', async () => {
    const who = principal()
    const { id } = first(await enqueue(newJob({ ownerId: who.userId })))
    const job = await claim(id)
    if (job === null) throw new Error('not claimed')
    const stopped: unknown[] = []
    await setup.bus.subscribe('job.cancelled', (payload) => stopped.push(payload))
    await setup.jobs.delete(who, id)
    await vi.waitFor(() => expect(stopped).toEqual([{ jobId: id }]))
    expect(setup.owner.told).toEqual([`ended ${id} cancelled`])
    expect(await setup.database.db.transaction((tx) => setup.book.complete(tx, job, null))).toBeNull()
    expect(await codeOf(setup.jobs.get(who, id))).toBe('not_found')
  })

  it('moves a waiting job to the other lane, and a lane is all that changes', async () => {
    const who = principal()
    const { id } = first(await enqueue(newJob({ ownerId: who.userId, priority: 'bulk' })))
    await setup.jobs.sweepOnce()
    expect(await setup.queue.depth()).toEqual({ interactive: 0, bulk: 1 })
    expect(await setup.jobs.change(who, id, { priority: 'interactive' })).toMatchObject({
      status: 'pending',
      priority: 'interactive',
    })
    await setup.jobs.sweepOnce()
    expect(await setup.queue.depth()).toEqual({ interactive: 1, bulk: 1 })
    expect(await claim(id)).not.toBeNull()
    expect(await claim(id)).toBeNull()
  })

  it('removes everything of an account that ends, and stops what runs', async () => {
    const { db } = setup.database
    const ownerId = randomUUID()
    const [running] = await enqueue(newJob({ ownerId, type: 'import', imageId: null }), newJob({ ownerId }))
    const other = first(await enqueue(newJob()))
    const claimed = await claim(running?.id ?? '')
    const stopped: unknown[] = []
    await setup.bus.subscribe('job.cancelled', (payload) => stopped.push(payload))
    await setup.jobs.deleteAllOf(ownerId)
    await vi.waitFor(() => expect(stopped).toEqual([{ jobId: running?.id }]))
    if (claimed === null) throw new Error('not claimed')
    expect(await db.transaction((tx) => setup.book.complete(tx, claimed, null))).toBeNull()
    expect((await setup.jobs.list(principal('user', ownerId), { limit: 10 })).items).toEqual([])
    expect((await get(other.id)).status).toBe('pending')
  })

  it('hides the jobs of others, except from an admin', async () => {
    const { id } = first(await enqueue(newJob()))
    expect(await codeOf(setup.jobs.get(principal(), id))).toBe('not_found')
    expect(await codeOf(setup.jobs.change(principal(), id, { status: 'cancelled' }))).toBe('not_found')
    expect(await codeOf(setup.jobs.delete(principal(), id))).toBe('not_found')
    expect((await setup.jobs.get(principal('admin'), id)).id).toBe(id)
  })

  it('lists what was asked for, and what the service does by itself only once somebody asks for it too', async () => {
    const who = principal()
    const list = async () =>
      (await setup.jobs.list(who, { limit: 10 })).items.map(({ id, priority }) => ({ id, priority }))
    const work = { ownerId: who.userId, workKey: 'equal' }
    const own = first(await enqueue(newJob({ ...work, priority: 'bulk', housekeeping: true })))
    expect(await list()).toEqual([])
    expect(await setup.jobs.get(who, own.id)).toMatchObject({ id: own.id })
    await enqueue(newJob({ ...work, housekeeping: true }))
    expect(await list()).toEqual([])
    expect(first(await enqueue(newJob(work))).id).toBe(own.id)
    expect(await list()).toEqual([{ id: own.id, priority: 'bulk' }])
  })

  it('pages without repeating or hiding while jobs arrive', async () => {
    const who = principal()
    const jobs = await enqueue(...Array.from({ length: 25 }, () => newJob({ ownerId: who.userId })))
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await setup.jobs.list(who, { limit: 10, ...(cursor === null ? {} : { cursor }) })
      seen.push(...page.items.map(({ id }) => id))
      await enqueue(newJob({ ownerId: who.userId }))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(jobs.map(({ id }) => id).reverse())
    expect(await codeOf(setup.jobs.list(who, { limit: 10, cursor: 'nonsense' }))).toBe('invalid_request')
  })
})

describe('the relay', () => {
  const consume = async (seen: string[], concurrency = 1) =>
    setup.queue.consume(
      async ({ jobId }) => {
        const job = await claim(jobId)
        if (job === null) return
        seen.push(job.ownerId)
        await setup.database.db.transaction((tx) => setup.book.complete(tx, job, null))
      },
      { concurrency },
    )

  it('serves owners in turn, whoever queued first and most', async () => {
    const [many, few] = [randomUUID(), randomUUID()]
    const jobs = (ownerId: string, count: number): NewJob[] =>
      Array.from({ length: count }, () => newJob({ ownerId, priority: 'bulk' as Priority }))
    await enqueue(...jobs(many, 200))
    await enqueue(...jobs(few, 5))
    const seen: string[] = []
    const consumer = await consume(seen)
    const stop = await setup.jobs.start()
    await vi.waitFor(() => expect(seen).toHaveLength(205), { timeout: 110_000 })
    await stop()
    await consumer.stop(1_000)
    expect(seen.lastIndexOf(few)).toBeLessThan(20)
  }, 120_000)

  it('never has more bulk jobs unfinished than half of the workers can take', async () => {
    await enqueue(...Array.from({ length: 50 }, () => newJob({ priority: 'bulk' })))
    await setup.book.announceWorker(setup.database.db, 'w', 10)
    await setup.jobs.sweepOnce()
    expect((await setup.queue.depth()).bulk).toBe(5)
    await enqueue(newJob())
    await setup.jobs.sweepOnce()
    expect(await setup.queue.depth()).toEqual({ interactive: 1, bulk: 5 })
  })

  it('dispatches again what the queue refused or lost', async () => {
    const { id } = first(await enqueue(newJob()))
    await setup.jobs.sweepOnce()
    const { db } = setup.database
    await db.query("update jobs set dispatched_at = now() - interval '1 hour' where id = $1", [id])
    await setup.jobs.sweepOnce()
    expect((await setup.queue.depth()).interactive).toBe(2)
  })

  it('gives events positions without gaps, in order for each image, however many write at once', async () => {
    const { db } = setup.database
    const stop = await setup.jobs.start()
    const images = Array.from({ length: 5 }, () => randomUUID())
    const owner = randomUUID()
    await Promise.all(
      images.map(async (imageId) => {
        for (let n = 0; n < 30; n += 1) {
          const write = db.transaction(async (tx) => {
            await setup.book.emit(tx, [{ type: 'image.updated', ownerId: owner, imageId, data: { n } }])
            if (n % 7 === 6) throw new Error('rolled back')
          })
          await write.catch(() => {})
        }
      }),
    )
    const log = createEventLog(db)
    await vi.waitFor(async () => expect(await log.head()).toBe(5 * 26))
    await stop()
    const events = await log.after(0, { limit: 1_000, ownerId: owner })
    expect(events.map(({ position }) => position)).toEqual(events.map((_, n) => n + 1))
    for (const imageId of images) {
      const own = events.filter((event) => event.imageId === imageId).map(({ data }) => data.n as number)
      expect(own).toEqual([...own].sort((a, b) => a - b))
      expect(own).toHaveLength(26)
    }
    expect(await log.positionOf(events[9]?.id ?? '')).toBe(10)
    expect(await log.positionOf('nonsense')).toBeNull()
  })

  it('answers a long poll when the job ends', async () => {
    const who = principal()
    const { id } = first(await enqueue(newJob({ ownerId: who.userId })))
    const stop = await setup.jobs.start()
    const waiting = setup.jobs.result(who, id, 20_000, new AbortController().signal)
    const consumer = await consume([])
    expect((await waiting).is).toBe('told')
    await stop()
    await consumer.stop(1_000)
  })
})
