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

it('a batch that an administrator asked for of images of several accounts is each owner’s own, and the administrator’s to watch and change', async () => {
  const [one, two, admin] = [principal(), principal(), principal('admin')]
  const batchId = randomUUID()
  const jobs = [one, two].map(({ userId: ownerId }) => newJob({ ownerId, batchId, priority: 'bulk' }))
  await setup.database.db.transaction((tx) => setup.book.enqueue(tx, jobs))
  // The newest of all is the second one's: the first one's list shows the batch all the same
  for (const who of [one, two]) {
    const { items } = await setup.jobs.list(who, { limit: 10, grouped: true })
    expect(items.map((job) => job.batchId)).toEqual([batchId])
    expect(await setup.jobs.batch(who, batchId)).toMatchObject({ total: 1 })
  }
  expect(await setup.jobs.batch(admin, batchId)).toMatchObject({ total: 2, pending: 2 })
  const before = setup.deeds.length
  await setup.jobs.changeBatch(admin, batchId, { change: { status: 'cancelled' } })
  expect(await setup.jobs.batch(admin, batchId)).toMatchObject({ cancelled: 2 })
  // Each is told of the own alone
  const told = setup.deeds.slice(before).map(({ ownerId, details }) => ({ ownerId, jobs: details?.jobs }))
  expect(told.toSorted((a, b) => ((a.ownerId ?? '') < (b.ownerId ?? '') ? -1 : 1))).toEqual(
    [one, two]
      .map(({ userId: ownerId }) => ({ ownerId, jobs: 1 }))
      .toSorted((a, b) => (a.ownerId < b.ownerId ? -1 : 1)),
  )
  await setup.jobs.deleteBatch(admin, batchId)
  await expect(setup.jobs.batch(one, batchId)).rejects.toMatchObject({ code: 'not_found' })
})

it('whoever removes a batch at the same time as another hears of it when it is gone', async () => {
  const who = principal()
  const batchId = await batchOf(who.userId, 250)
  const left = async () =>
    (await setup.database.db.query('select 1 from jobs where batch_id = $1', [batchId])).length
  const seen = await Promise.all([1, 2, 3].map(() => setup.jobs.deleteBatch(who, batchId).then(left)))
  expect(seen).toEqual([0, 0, 0])
})
