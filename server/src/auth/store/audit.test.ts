import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { forgetInAudit, forgetWords } from './audit.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.close())

it('an account and an image that go at once take their entries in one order', async () => {
  const { db } = database
  const [account, image] = [randomUUID(), randomUUID()]
  const ids = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002']
  await db.query(
    `insert into audit (id, at, action, outcome, actor_id, target_id, words)
     select id, now(), 'image.change', 'success', $2, $3, '{"altText":"sea"}' from unnest($1::uuid[]) id`,
    [ids, account, image],
  )
  // What was written again lies behind what was not.
  await db.query(`update audit set request_id = 'again' where id = $1`, [ids[0] ?? ''])
  const waiting = (count: number) =>
    vi.waitFor(
      async () => {
        const rows = await db.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        expect(rows).toHaveLength(count)
      },
      { timeout: 20_000, interval: 20 },
    )
  const both = await db.transaction(async (tx) => {
    await tx.query('select 1 from audit where id = $1 for update', [ids[0] ?? ''])
    const forgetting = db.transaction((other) => forgetWords(other, [image]))
    await waiting(1)
    const erasing = db.transaction((other) => forgetInAudit(other, account))
    await waiting(2)
    return [forgetting, erasing]
  })
  await expect(Promise.all(both)).resolves.toBeDefined()
  const left = await db.query('select 1 from audit where words is not null')
  expect(left).toEqual([])
}, 60_000)
