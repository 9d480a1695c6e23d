import { randomUUID } from 'node:crypto'
import type { ManyJobsChange } from '@rendition/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type JobsSetup, newJob, principal, setUpJobs } from '../testing/jobs-setup.ts'

let setup: JobsSetup
beforeAll(async () => {
  setup = await setUpJobs()
})
afterAll(() => setup.close())

const admin = principal('admin')
const change = (wanted: ManyJobsChange) => setup.jobs.oversight.changeMany(admin, wanted)
async function enqueue(ownerId: string, count: number): Promise<string[]> {
  const jobs = Array.from({ length: count }, () => newJob({ ownerId, priority: 'bulk' }))
  const made = await setup.database.db.transaction((tx) => setup.book.enqueue(tx, jobs))
  return made.map(({ job }) => job.id)
}
const statesOf = async (ownerId: string) =>
  setup.database.db.query<{ status: string; jobs: number }>(
    'select status, count(*)::int as jobs from jobs where owner_id = $1 group by status order by status',
    [ownerId],
  )

it('a hundred are changed at a time, and the next call goes on behind them', async () => {
  const ownerId = randomUUID()
  const ids = await enqueue(ownerId, 130)
  const wanted = {
    filter: { ownerId, type: 'renditions' as const },
    change: { status: 'cancelled' as const },
  }
  const first = await change(wanted)
  expect(first).toMatchObject({ changed: 100, refused: 0 })
  const [deed] = setup.deeds.slice(-1)
  expect(deed).toMatchObject({
    action: 'job.change',
    by: admin.userId,
    details: { before: { pending: 100 } },
  })
  expect(first.nextCursor).not.toBeNull()
  expect(await change({ ...wanted, cursor: first.nextCursor ?? '' })).toEqual({
    changed: 30,
    refused: 0,
    nextCursor: null,
  })
  expect(await statesOf(ownerId)).toEqual([{ status: 'cancelled', jobs: 130 }])
  const named = setup.deeds.flatMap(({ details }) => (details?.ids ?? []) as string[])
  expect(named.toSorted()).toEqual(ids.toSorted())
})

it('calls side by side neither wait for each other for ever nor change a job twice', async () => {
  const ownerId = randomUUID()
  await enqueue(ownerId, 60)
  const wanted = { filter: { ownerId }, change: { priority: 'interactive' as const } }
  const all = await Promise.all(Array.from({ length: 4 }, () => change(wanted)))
  expect(all.reduce((sum, { changed }) => sum + changed, 0)).toBe(60)
  const cancelling = await Promise.all([
    change({ filter: { ownerId }, change: { status: 'cancelled' } }),
    change({ filter: { ownerId, priority: 'interactive' }, change: { priority: 'bulk' } }),
  ])
  expect(cancelling[0].changed).toBe(60)
  expect(await statesOf(ownerId)).toEqual([{ status: 'cancelled', jobs: 60 }])
})

it('nothing of a lane that is paused is claimed, and what was handed out comes back to wait', async () => {
  const ownerId = randomUUID()
  const [id = ''] = await enqueue(ownerId, 1)
  const { db } = setup.database
  await db.query('update jobs set dispatched_at = now() where id = $1', [id])
  await setup.jobs.oversight.pauseLane(admin, 'bulk', true)
  const claim = () => db.transaction((tx) => setup.book.claim(tx, [id], randomUUID()))
  expect(await claim()).toEqual([])
  const [row] = await db.query('select status, dispatched_at from jobs where id = $1', [id])
  expect(row).toEqual({ status: 'pending', dispatched_at: null })
  await setup.jobs.sweepOnce()
  const [still] = await db.query('select dispatched_at from jobs where id = $1', [id])
  expect(still).toEqual({ dispatched_at: null })
  await setup.jobs.oversight.pauseLane(admin, 'bulk', false)
  expect((await claim()).map((job) => job.id)).toEqual([id])
})
