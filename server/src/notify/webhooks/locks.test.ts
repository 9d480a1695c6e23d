import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { Queryable } from '../../platform/database/port.ts'
import { openWebhooks, type WebhooksSetup } from '../testing/webhooks-setup.ts'
import { deleteWebhooksOfOwner } from './index.ts'

let database: TestDatabase
let setup: WebhooksSetup
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  setup = await openWebhooks(database)
})
afterEach(async () => {
  for (const response of setup.target.held) response.destroy()
  await setup.close()
})

const lockEndpoint = (tx: Queryable) => tx.query('select id from webhooks for update')
/** Fails where another transaction has it. */
const lockDelivery = (tx: Queryable) => tx.query('select id from webhook_deliveries for update nowait')
/** Not asked in a transaction: what that has read of the others' state it reads again, to its end. */
const somebodyWaits = () =>
  vi.waitFor(
    async () =>
      expect(
        await database.db.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        ),
      ).not.toEqual([]),
    { timeout: 10_000 },
  )
async function attemptUnderWay() {
  setup.target.answer.status = 0
  const webhook = await setup.create()
  setup.happen('image.complete')
  await vi.waitFor(() => expect(setup.target.held.size).toBe(1))
  return webhook
}

it('an attempt that ends takes the endpoint before the delivery, as its owner does who turns it off', async () => {
  const webhook = await attemptUnderWay()
  await database.db.transaction(async (tx) => {
    await lockEndpoint(tx)
    for (const response of setup.target.held) response.writeHead(204).end()
    await somebodyWaits()
    expect(await lockDelivery(tx)).toHaveLength(1)
  })
  await vi.waitFor(async () => expect((await setup.deliveries(webhook.id))[0]?.status).toBe('delivered'))
})

it('an account that is erased takes its endpoints before their deliveries', async () => {
  await attemptUnderWay()
  let erased: Promise<void> = Promise.resolve()
  await database.db.transaction(async (tx) => {
    await lockEndpoint(tx)
    erased = database.db.transaction((other) => deleteWebhooksOfOwner(other, setup.ann))
    await somebodyWaits()
    expect(await lockDelivery(tx)).toHaveLength(1)
  })
  await erased
  expect(await database.db.query('select 1 from webhook_deliveries')).toEqual([])
})

it('events wait for an owner who turns an endpoint off, and leave nothing behind for it', async () => {
  const webhook = await setup.create()
  await database.db.transaction(async (tx) => {
    await lockEndpoint(tx)
    setup.happen('image.complete')
    await somebodyWaits()
    await tx.query('update webhooks set enabled = false')
  })
  await vi.waitFor(async () =>
    expect(await database.db.query('select position from webhook_cursor')).toEqual([{ position: 1 }]),
  )
  expect(await setup.deliveries(webhook.id)).toEqual([])
})

it('a delivery that an endpoint got after it was turned off is ended, not taken again and again', async () => {
  const webhook = await setup.create()
  await database.db.query(`update webhooks set enabled = false, disabled_reason = 'Enough.'`)
  await database.db.query(
    `insert into webhook_deliveries (id, owner_id, webhook_id, url, event_id, event_type, body)
     values ($1, $2, $3, 'http://127.0.0.1:1', 'e', 'webhook.test', '{}')`,
    [uuidv7(), setup.ann, webhook.id],
  )
  await setup.skipPauses()
  await vi.waitFor(async () =>
    expect((await setup.deliveries(webhook.id))[0]).toMatchObject({ status: 'failed', error: 'Enough.' }),
  )
})

it('old deliveries are forgotten, however many; those of the last month and those that wait are kept', async () => {
  const webhook = await setup.create()
  await database.db.query(
    `insert into webhook_deliveries (id, owner_id, webhook_id, url, event_id, event_type, body, status, next_attempt_at,
       created_at)
     select gen_random_uuid(), $1, $2, 'http://127.0.0.1:1', 'e', kind, '{}',
       case kind when 'waiting' then 'pending' else 'delivered' end, now() + interval '1 day',
       now() - case kind when 'new' then 29 else 31 end * interval '1 day'
     from generate_series(1, 2500) n, unnest(array['old', 'new', 'waiting']) kind where kind = 'old' or n <= 3`,
    [setup.ann, webhook.id],
  )
  await setup.restart()
  await vi.waitFor(
    async () =>
      expect(
        await database.db.query(
          'select event_type, count(*)::int as n from webhook_deliveries group by 1 order by 1',
        ),
      ).toEqual([
        { event_type: 'new', n: 3 },
        { event_type: 'waiting', n: 3 },
      ]),
    { timeout: 20_000 },
  )
})
