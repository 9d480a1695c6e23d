import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { watchDatabase } from '../../../test/scale/watched-database.ts'
import { listWebhookOwners } from '../store/webhooks.ts'

const owners = 2_000
const deliveriesEach = 10
const before = '00000000-0000-0000-0000-000000000000'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  const owner = (n: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
  // Deliveries alone, an endpoint alone, a secret alone, and several at once.
  await database.db.query(
    `insert into webhook_deliveries (id, owner_id, url, event_id, event_type, body)
     select gen_random_uuid(), ${owner('1 + n % $1::int')}, 'http://x', 'e', 'image.deleted', '{}'
     from generate_series(1, $2::int) n`,
    [owners, owners * deliveriesEach],
  )
  await database.db.query(
    `insert into webhooks (id, owner_id, url, secret)
     select gen_random_uuid(), ${owner('n')}, 'http://x', 's' from generate_series(1990, 2010) n`,
  )
  await database.db.query(
    `insert into webhook_account_secrets (owner_id, secret)
     select ${owner('n')}, 's' from generate_series(2005, 2020) n`,
  )
  await database.db.query('vacuum analyze webhook_deliveries, webhooks, webhook_account_secrets')
})
afterAll(() => database?.close())

it('lists every owner once, in order, page by page', async () => {
  const found: string[] = []
  for (let after = before; ; ) {
    const page = await listWebhookOwners(database.db, after, 700)
    const last = page.at(-1)
    if (last === undefined) break
    found.push(...page)
    after = last
  }
  expect(found).toHaveLength(2_020)
  expect(found).toEqual([...new Set(found)].sort())
})

it('looks at the deliveries of a page of owners, not at the whole log', async () => {
  const limit = 100
  const { db, accesses } = watchDatabase(database.db, { explain: true })
  await listWebhookOwners(db, before, limit)
  const reads = accesses
    .filter(({ table }) => table === 'webhook_deliveries')
    .map((access) => access.reads)
    .reduce((sum, n) => sum + n, 0)
  expect(reads, JSON.stringify(accesses)).toBeLessThanOrEqual((limit + 1) * deliveriesEach)
})
