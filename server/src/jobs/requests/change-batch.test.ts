import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type JobsSetup, newJob, principal, setUpJobs } from '../testing/jobs-setup.ts'

let setup: JobsSetup
beforeAll(async () => {
  setup = await setUpJobs()
})
afterAll(() => setup.close())

async function batchOf(ownerId: string, count: number): Promise<string> {
  const batchId = randomUUID()
  const jobs = Array.from({ length: count }, () => newJob({ ownerId, batchId, priority: 'bulk' }))
  await setup.database.db.transaction((tx) => setup.book.enqueue(tx, jobs))
  return batchId
}

it('a batch is changed a hundred jobs at a time, and no other batch with it', async () => {
  const who = principal()
  const [batchId, other] = [await batchOf(who.userId, 130), await batchOf(who.userId, 2)]
  const change = { priority: 'interactive' as const }
  const first = await setup.jobs.changeBatch(who, batchId, { change })
  expect(first).toMatchObject({ changed: 100, refused: 0 })
  const cursor = first.nextCursor ?? ''
  expect(await setup.jobs.changeBatch(who, batchId, { change, cursor })).toEqual({
    changed: 30,
    refused: 0,
    nextCursor: null,
  })
  // All are in that lane: nothing is left to be changed
  expect(await setup.jobs.changeBatch(who, batchId, { change })).toMatchObject({ changed: 0 })

  const cancel = { status: 'cancelled' as const }
  await setup.jobs.changeBatch(who, batchId, { change: cancel })
  await setup.jobs.changeBatch(who, batchId, { change: cancel })
  expect(await setup.jobs.batch(who, batchId)).toMatchObject({ total: 130, cancelled: 130, pending: 0 })
  expect(await setup.jobs.batch(who, other)).toMatchObject({ total: 2, pending: 2 })
  expect(setup.deeds.at(-1)).toMatchObject({
    action: 'job.change',
    by: who.userId,
    details: { batchId, before: { pending: 30 } },
  })
})

it('what failed of a batch is begun anew, and what did not is left', async () => {
  const who = principal()
  const batchId = await batchOf(who.userId, 3)
  await setup.database.db.query(
    `update jobs set status = 'failed', finished_at = now()
     where id in (select id from jobs where batch_id = $1 order by id limit 2)`,
    [batchId],
  )
  const told = await setup.jobs.changeBatch(who, batchId, { change: { status: 'pending' } })
  expect(told).toEqual({ changed: 2, refused: 0, nextCursor: null })
  expect(await setup.jobs.batch(who, batchId)).toMatchObject({ pending: 3, failed: 0 })
})

it('a batch is removed whole, and what waits of it is cancelled first', async () => {
  const who = principal()
  const batchId = await batchOf(who.userId, 120)
  const before = setup.owner.told.length
  await setup.jobs.deleteBatch(who, batchId)
  await expect(setup.jobs.batch(who, batchId)).rejects.toMatchObject({ code: 'not_found' })
  const ended = setup.owner.told.slice(before).filter((line) => line.endsWith('cancelled'))
  expect(ended).toHaveLength(120)
  expect(setup.deeds.at(-1)).toMatchObject({ action: 'job.delete', details: { batchId, jobs: 20 } })
})

it('the batch of somebody else is none', async () => {
  const batchId = await batchOf(randomUUID(), 1)
  const stranger = principal()
  const change = { status: 'cancelled' as const }
  const missing = { code: 'not_found' }
  await expect(setup.jobs.changeBatch(stranger, batchId, { change })).rejects.toMatchObject(missing)
  await expect(setup.jobs.deleteBatch(stranger, batchId)).rejects.toMatchObject(missing)
  expect(await setup.database.db.query('select 1 from jobs where batch_id = $1', [batchId])).toHaveLength(1)
})
