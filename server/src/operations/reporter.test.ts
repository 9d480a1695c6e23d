import { randomUUID } from 'node:crypto'
import { Failure } from '@rendition/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import type { Database } from '../platform/database/port.ts'
import { silentLog } from '../platform/log.ts'
import { startReporter } from './reporter.ts'
import { readMeasured } from './store/minutes.ts'
import { listProcesses } from './store/processes.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

it('what was seen while the database was away is in the history afterwards, and who stops in order is no more', async () => {
  let away = true
  let now = Date.now()
  const db: Database = {
    ...database.db,
    reach: 'cluster',
    query: (text, values, name) =>
      away ? Promise.reject(new Failure('unavailable')) : database.db.query(text, values, name),
  }
  let looks = 0
  const stop = startReporter(
    { db, log: silentLog, now: () => now, version: '1' },
    {
      who: { id: randomUUID(), host: 'here', pid: 1, roles: ['api'], startedAt: new Date() },
      look: async () => {
        looks += 1
        return { database: { state: { status: away ? 'down' : 'ok' }, ms: 2 } }
      },
      facts: async () => ({
        slots: 0,
        residentBytes: 1,
        renders: { running: 0, waiting: 0 },
        memory: { bytes: 0, entries: 0 },
        layers: { memory: 0, cache: 0, storage: 0, render: 0 },
        disk: null,
      }),
      lanes: null,
      everyMs: 10,
    },
  )
  await expect.poll(() => looks).toBeGreaterThanOrEqual(3)
  const began = now
  now += 120_000
  const seen = looks
  away = false
  const parts = async () => {
    const rows = await readMeasured(database.db, new Date(began - 120_000), 60)
    return rows.filter(({ name }) => name === 'part:database').map(({ failed }) => failed)
  }
  await expect.poll(async () => (await parts()).length, { timeout: 10_000 }).toBe(2)
  expect((await parts())[0]).toBeGreaterThanOrEqual(seen)
  expect((await parts())[1]).toBe(0)
  expect((await listProcesses(database.db, 10)).map(({ host, gone }) => [host, gone])).toEqual([
    ['here', false],
  ])
  await stop()
  expect(await listProcesses(database.db, 10)).toEqual([])
})
