import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { watchDatabase } from '../../../test/scale/watched-database.ts'
import { listNeverDelivered } from './deliveries.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

it('finds what never arrived among thousands that failed, by their events', async () => {
  const id = (n: string) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`
  const webhookId = '00000000-0000-7000-8000-000000000000'
  const [failed, again, most] = [4_000, 100, 50]
  await database.db.query(
    `insert into webhooks (id, owner_id, url, secret) values ($1, $1, 'https://example.com/', 's')`,
    [webhookId],
  )
  // The newest were sent again, and arrived.
  await database.db.query(
    `insert into webhook_deliveries (id, owner_id, webhook_id, url, event_id, event_type, body, status)
     select ${id('n')}, $1, $1, 'https://example.com/', 'event-' || case when n > ${failed} then n - ${again} else n end,
       'image.complete', '{}', case when n > ${failed} then 'delivered' else 'failed' end
     from generate_series(1, ${failed + again}) n`,
    [webhookId],
  )
  await database.db.query('analyze webhook_deliveries')
  const { db, accesses } = watchDatabase(database.db, { explain: true })
  const found = await listNeverDelivered(db, webhookId, most)
  expect(found.map(({ eventId }) => eventId)).toEqual(
    Array.from({ length: most }, (_, n) => `event-${failed - again - n}`),
  )
  expect(accesses.reduce((sum, { reads }) => sum + reads, 0)).toBeLessThan(1_000)
})
