import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { JobOwner } from '../jobs/index.ts'
import { type JobsSetup, setUpJobs } from '../jobs/testing/jobs-setup.ts'
import type { Foreground } from '../platform/foreground.ts'
import { createClaims } from './claims.ts'

let setup: JobsSetup
let transactions = 0
beforeAll(async () => {
  setup = await setUpJobs()
})
afterAll(() => setup?.close())

const pending = async (count: number): Promise<string[]> => {
  const jobs = Array.from({ length: count }, () => ({
    ownerId: randomUUID(),
    type: 'transform' as const,
    imageId: randomUUID(),
    priority: 'bulk' as const,
    input: {},
    webhookUrl: null,
  }))
  const enqueued = await setup.database.db.transaction((tx) => setup.book.enqueue(tx, jobs))
  return enqueued.map(({ job }) => job.id)
}
const claimsOf = (
  holder: string,
  owner: Pick<JobOwner, 'begun'> = setup.owner,
  foreground?: Pick<Foreground, 'calm'>,
) => {
  const { db } = setup.database
  const counted = {
    ...db,
    transaction: ((work) => {
      transactions += 1
      return db.transaction(work)
    }) as typeof db.transaction,
  }
  return createClaims({ db: counted, book: setup.book, owner, foreground }, holder)
}

it('takes what comes together in one transaction, each job with its own fence', async () => {
  const ids = await pending(9)
  transactions = 0
  const claim = claimsOf(randomUUID())
  const jobs = await Promise.all(ids.map((id) => claim(id)))
  expect(transactions).toBe(1)
  expect(jobs.map((job) => [job?.id, job?.status, job?.fence])).toEqual(
    ids.map((id) => [id, 'processing', 1]),
  )
  const told = await setup.database.db.query<{ n: number }>(
    `select count(*)::int as n from outbox where type = 'job.processing' and data->>'id' = any($1)`,
    [ids],
  )
  expect(told[0]?.n ?? 0).toBeLessThanOrEqual(9)
})

it('gives each job to one of those who ask, in this process and in another', async () => {
  const ids = await pending(6)
  const workers = [claimsOf(randomUUID()), claimsOf(randomUUID())]
  const asked = [...ids, ...[...ids].reverse()]
  const taken = await Promise.all(workers.flatMap((claim) => asked.map((id) => claim(id))))
  const got = taken.flatMap((job) => job?.id ?? [])
  expect(got.sort()).toEqual([...ids].sort())
})

it('leaves what is not there to take, and takes the rest', async () => {
  const [one = '', done = ''] = await pending(2)
  await setup.database.db.query(`update jobs set status = 'cancelled' where id = $1`, [done])
  const claim = claimsOf(randomUUID())
  const jobs = await Promise.all([done, randomUUID(), one].map((id) => claim(id)))
  expect(jobs.map((job) => job?.id ?? null)).toEqual([null, null, one])
})

it('leaves one that cannot be begun to its own fate, and takes the rest', async () => {
  const [one, bad, other] = await pending(3)
  const claim = claimsOf(randomUUID(), {
    begun: async (_tx, job) => {
      if (job.id === bad) throw new Error('no such input')
    },
  })
  const taken = await Promise.allSettled([one, bad, other].map((id = '') => claim(id)))
  expect(taken.map((each) => (each.status === 'fulfilled' ? each.value?.id : each.status))).toEqual([
    one,
    'rejected',
    other,
  ])
  expect(await setup.book.get(setup.database.db, bad ?? '')).toMatchObject({ status: 'pending', attempts: 0 })
})

it('takes together what comes while it makes way for uploads, and makes way once for all of it', async () => {
  const ids = await pending(4)
  transactions = 0
  let calmDown = (): void => {}
  let waits = 0
  const claim = claimsOf(randomUUID(), setup.owner, {
    calm: () => {
      waits += 1
      return new Promise((resolve) => {
        calmDown = resolve
      })
    },
  })
  const first = claim(ids[0] ?? '')
  await vi.waitFor(() => expect(waits).toBe(1))
  const later = ids.slice(1).map((id) => claim(id))
  calmDown()
  const taken = await Promise.all([first, ...later])
  expect(taken.map((job) => job?.id)).toEqual(ids)
  expect([waits, transactions]).toEqual([1, 1])
})
