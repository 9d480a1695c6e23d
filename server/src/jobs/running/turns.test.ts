import { pino } from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { JobRecord, NewJob } from '../index.ts'
import { type JobsSetup, newJob, principal, setUpJobs } from '../testing/jobs-setup.ts'
import { eventsAppendedTopic } from '../types.ts'
import { relayOnce } from './relay.ts'

let setup: JobsSetup
beforeEach(async () => {
  setup = await setUpJobs()
})
afterEach(() => setup.close())

const enqueue = (...jobs: NewJob[]) => setup.enqueue(...jobs)
const claim = (jobId = '') =>
  setup.database.db.transaction(async (tx) => (await setup.book.claim(tx, [jobId], 'worker'))[0] ?? null)
const inTurn = async (lane: string): Promise<string[]> =>
  (
    await setup.database.db.query<{ id: string }>(
      `select id from jobs where status = 'pending' and priority = $1 order by turn, id`,
      [lane],
    )
  ).map(({ id }) => id)

it('jobs that are retried stand one behind the other, and a newcomer after the first of them', async () => {
  const who = principal()
  const jobs = await enqueue(...Array.from({ length: 6 }, () => newJob({ ownerId: who.userId })))
  for (const { id } of jobs) {
    const claimed = await claim(id)
    if (claimed === null) throw new Error('not claimed')
    const fault = { code: 'undecodable', message: 'x' }
    await setup.database.db.transaction((tx) => setup.book.fail(tx, claimed, fault, false))
  }
  // Meanwhile others had their turns.
  await setup.database.db.query(`update relay_state set value = 100 where name = 'interactive'`)
  for (const { id } of jobs) await setup.jobs.change(who, id, { status: 'pending' })
  const [newcomer] = await enqueue(newJob())
  expect((await inTurn('interactive')).indexOf(newcomer?.id ?? '')).toBeLessThanOrEqual(1)
})

it('jobs that change their lane stand one behind the other there too', async () => {
  const who = principal()
  const jobs = await enqueue(
    ...Array.from({ length: 6 }, () => newJob({ ownerId: who.userId, priority: 'bulk' })),
  )
  for (const { id } of jobs) await setup.jobs.change(who, id, { priority: 'interactive' })
  const [newcomer] = await enqueue(newJob())
  const order = await inTurn('interactive')
  expect(order).toHaveLength(7)
  expect(order.indexOf(newcomer?.id ?? '')).toBeLessThanOrEqual(1)
})

it('of two suspects that are claimed at the same moment one waits', async () => {
  const { db } = setup.database
  const [one, two] = await enqueue(newJob(), newJob())
  await db.query('update jobs set losses = $1', [setup.config.maxLosses - 1])
  let second: Promise<JobRecord | null> = Promise.resolve(null)
  await db.transaction(async (tx) => {
    expect(await setup.book.claim(tx, [one?.id ?? ''], 'worker')).toHaveLength(1)
    second = claim(two?.id)
    const isHeldUp = vi.waitFor(
      async () =>
        expect(
          await db.query(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          ),
        ).toHaveLength(1),
      { timeout: 10_000 },
    )
    await Promise.race([second, isHeldUp])
  })
  expect(await second).toBeNull()
})

it('events are announced while the queue takes its time', async () => {
  const { database, bus, queue, config } = setup
  await enqueue(newJob())
  let takes: () => void = () => undefined
  const taken = new Promise<void>((resolve) => {
    takes = resolve
  })
  const announced: unknown[] = []
  await bus.subscribe(eventsAppendedTopic, (payload) => announced.push(payload))
  const images: string[] = []
  const pass = relayOnce({
    db: database.db,
    bus,
    queue: { ...queue, publish: () => taken },
    log: pino({ level: 'silent' }),
    pollMs: config.pollMs,
    maxLosses: config.maxLosses,
    onImages: async (ids) => void images.push(...ids),
  })
  await vi.waitFor(() => expect(announced).toHaveLength(1))
  expect(images).toHaveLength(1)
  takes()
  await pass
})
