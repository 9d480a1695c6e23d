import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Transaction } from '../../platform/database/port.ts'
import type { JobRecord } from '../index.ts'
import { type JobsSetup, newJob, setUpJobs } from '../testing/jobs-setup.ts'
import { takeJobs } from './dispatch.ts'
import { eventsAlone, wakeChannel } from './outbox.ts'

let setup: JobsSetup
beforeAll(async () => {
  setup = await setUpJobs()
})
afterAll(() => setup?.close())

const enqueued = async (...jobs: ReturnType<typeof newJob>[]): Promise<string[]> =>
  (await setup.enqueue(...jobs)).map(({ id }) => id)
const claimed = (jobIds: readonly string[], holder = 'worker'): Promise<JobRecord[]> =>
  setup.database.db.transaction((tx) => setup.book.claim(tx, jobIds, holder))

it("ends several jobs at once, and none that is another worker's by then", async () => {
  const { database, book } = setup
  const ids = await enqueued(newJob(), newJob(), newJob({ imageId: null }))
  await claimed(ids)
  const [one, late, last] = await Promise.all(ids.map((id) => book.get(database.db, id)))
  if (!one || !late || !last) throw new Error('not claimed')
  await database.db.query('update jobs set fence = fence + 1 where id = $1', [late.id])
  const imageId = randomUUID()
  const ended = await database.db.transaction((tx) =>
    book.completeAll(tx, [
      { job: one, result: null },
      { job: late, result: null },
      { job: last, result: null, imageId },
    ]),
  )
  expect(ended.map(({ id }) => id).sort()).toEqual([one.id, last.id].sort())
  const now = await Promise.all(ids.map((id) => book.get(database.db, id)))
  expect(now.map((job) => [job?.status, job?.imageId, job?.result])).toEqual([
    ['complete', one.imageId, null],
    ['processing', late.imageId, null],
    ['complete', imageId, null],
  ])
})

it('looks for jobs to hand over when one is asked for or has ended, and not when one is begun', async () => {
  const { database, book } = setup
  const wakes: string[] = []
  const stop = await database.db.listen(wakeChannel, (about) => wakes.push(about))
  const ids = await enqueued(newJob())
  await vi.waitFor(() => expect(wakes).toEqual(['']))
  const [job] = await claimed(ids)
  await vi.waitFor(() => expect(wakes).toEqual(['', eventsAlone]))
  if (job === undefined) throw new Error('not claimed')
  await database.db.transaction((tx) => book.report(tx, job, 0.5))
  await vi.waitFor(() => expect(wakes).toEqual(['', eventsAlone, eventsAlone]))
  await database.db.transaction((tx) => book.complete(tx, job, null))
  await vi.waitFor(() => expect(wakes).toEqual(['', eventsAlone, eventsAlone, '']))
  await stop()
})

it('waits for the disk with the commit of a claim, and not with that of a hand-over', async () => {
  const { database, book } = setup
  const [id = ''] = await enqueued(newJob({ priority: 'bulk' }))
  const commits = (work: (tx: Transaction) => Promise<unknown>): Promise<string | undefined> =>
    database.db.transaction(async (tx) => {
      await tx.query('set local synchronous_commit = on')
      await work(tx)
      const [row] = await tx.query<{ value: string }>(`select current_setting('synchronous_commit') as value`)
      return row?.value
    })
  const handOver = async (tx: Transaction): Promise<void> =>
    expect(await takeJobs(tx, 3)).toContainEqual({ lane: 'bulk', id })
  expect(await commits(handOver)).toBe('off')
  expect(await commits((tx) => book.claim(tx, [id], 'worker'))).toBe('on')
})
