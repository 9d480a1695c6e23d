import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { JobRecord, NewJob } from '../index.ts'
import { type JobsSetup, newJob, principal, setUpJobs } from '../testing/jobs-setup.ts'
import { relayOnce } from './relay.ts'

let setup: JobsSetup
beforeEach(async () => {
  setup = await setUpJobs()
})
afterEach(() => setup.close())

const enqueue = (...jobs: NewJob[]) => setup.enqueue(...jobs)
const many = (count: number, job: Partial<NewJob>): NewJob[] => {
  const { userId: ownerId } = principal()
  return Array.from({ length: count }, () => newJob({ ownerId, ...job }))
}
const imports = (count: number) => many(count, { type: 'import', imageId: null })

/** What the next pass hands to the queue. */
async function handedOver(): Promise<JobRecord[]> {
  const ids: string[] = []
  const { database, bus, queue, config } = setup
  await relayOnce({
    db: database.db,
    bus,
    queue: {
      ...queue,
      publish: async (_lane, messages) => void ids.push(...messages.map(({ jobId }) => jobId)),
    },
    log: pino({ level: 'silent' }),
    pollMs: config.pollMs,
    maxLosses: config.maxLosses,
  })
  return Promise.all(ids.map((id) => setup.book.get(database.db, id))).then((jobs) =>
    jobs.filter((job) => job !== null),
  )
}
async function finish(jobs: readonly JobRecord[]): Promise<void> {
  const { db } = setup.database
  for (const { id } of jobs) {
    const [job] = await db.transaction((tx) => setup.book.claim(tx, [id], 'worker'))
    if (job === undefined) throw new Error('not claimed')
    await db.transaction((tx) => setup.book.complete(tx, job, null))
  }
}
const typesOf = (jobs: readonly JobRecord[]) => jobs.map(({ type }) => type).toSorted()

it('imports hold half of the places at most, however many wait and however long they take', async () => {
  await enqueue(...imports(10))
  const first = await handedOver()
  expect(typesOf(first)).toEqual(['import', 'import'])
  for (const { id } of first)
    await setup.database.db.transaction((tx) => setup.book.claim(tx, [id], 'worker'))
  await enqueue(...imports(1), ...many(3, { type: 'renditions' }))
  expect(typesOf(await handedOver())).toEqual(['renditions', 'renditions', 'renditions'])
})

it('imports and bulk jobs together leave a place for what somebody waits for', async () => {
  await enqueue(...imports(10), ...many(10, { type: 'transform', priority: 'bulk' }))
  const first = await handedOver()
  expect(typesOf(first)).toEqual(['import', 'transform', 'transform'])
  expect(await handedOver()).toEqual([])
  await finish(first.filter(({ type }) => type === 'transform'))
  // Whichever ends makes room for the next
  expect(await handedOver()).toHaveLength(2)
})

it('imports of several accounts take turns', async () => {
  const [of, one] = [imports(10), imports(1)]
  await enqueue(...of)
  await finish(await handedOver())
  await enqueue(...one)
  expect((await handedOver()).map(({ ownerId }) => ownerId)).toContain(one[0]?.ownerId)
})
