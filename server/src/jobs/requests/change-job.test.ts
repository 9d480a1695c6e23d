import { afterAll, beforeAll, expect, it } from 'vitest'
import { type JobsSetup, newJob, principal, setUpJobs } from '../testing/jobs-setup.ts'

let setup: JobsSetup
beforeAll(async () => {
  setup = await setUpJobs()
})
afterAll(() => setup.close())

const waiting = async (): Promise<number> =>
  (
    await setup.database.db.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).length

it('is told that equal work is under way, also where that is asked for in the same moment', async () => {
  const who = principal()
  const { db } = setup.database
  const work = newJob({ ownerId: who.userId, type: 'import', imageId: null, workKey: 'the same address' })
  const [failed] = await db.transaction((tx) => setup.book.enqueue(tx, [work]))
  const id = failed?.job.id ?? ''
  await db.query(`update jobs set status = 'failed', finished_at = now() where id = $1`, [id])
  const again = { status: 'pending' as const }
  const told = await db.transaction(async (tx) => {
    await setup.book.enqueue(tx, [work])
    const one = setup.jobs.change(who, id, again).catch((error: unknown) => error)
    await expect.poll(waiting).toBe(1)
    const many = setup.jobs.oversight.changeMany(principal('admin'), {
      filter: { ownerId: who.userId },
      change: again,
    })
    return { one, many }
  })
  expect(await told.one).toMatchObject({
    code: 'conflict',
    detail: 'The same work is already being done by another job.',
  })
  expect(await told.many).toEqual({ changed: 0, refused: 1, nextCursor: null })
  expect(await setup.jobs.get(who, id)).toMatchObject({ status: 'failed' })
})
