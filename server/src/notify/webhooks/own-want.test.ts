import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { openWebhooks, type WebhooksSetup } from '../testing/webhooks-setup.ts'

/** What this machine or this process may run out of, as the operating system and the resolver say it. */
const wants = [
  ['EMFILE', 'connect'],
  ['ENFILE', 'socket'],
  ['ENOMEM', 'connect'],
  ['ENOBUFS', 'connect'],
  ['EADDRNOTAVAIL', 'connect'],
  ['EAGAIN', 'connect'],
  ['EAI_AGAIN', 'getaddrinfo'],
  ['EAI_MEMORY', 'getaddrinfo'],
] as const

describe('a webhook that cannot be sent for want of something of ours', () => {
  let database: TestDatabase
  let setup: WebhooksSetup
  let fault: Error | null
  let asked: number

  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    setup = await openWebhooks(database)
    fault = null
    asked = 0
    await setup.restart({
      lookup: (_name, options, callback) => {
        asked += 1
        if (fault !== null) callback(fault, '')
        else if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
        else callback(null, '127.0.0.1', 4)
      },
    })
  })
  afterEach(() => setup.close())

  const failingSince = async (id: string) => {
    const [row] = await database.db.query<{ failing_since: Date | null }>(
      'select failing_since from webhooks where id = $1',
      [id],
    )
    return row?.failing_since
  }
  const only = async (id: string) => (await setup.deliveries(id))[0]
  const settledAfter = async (count: number) => {
    await vi.waitFor(() => expect(asked).toBeGreaterThanOrEqual(count))
    await vi.waitFor(async () => {
      const rows = await database.db.query('select 1 from webhook_deliveries where leased_until is not null')
      expect(rows).toEqual([])
    })
  }

  it.each(wants)('is tried again soon, and %s (%s) counts for nothing', async (code, syscall) => {
    const webhook = await setup.create(null, `http://hook.test:${setup.target.port}/hook`)
    fault = Object.assign(new Error(code), { code, syscall })
    setup.happen('image.complete')
    await settledAfter(1)
    for (let n = 2; n < 6; n += 1) {
      await setup.skipPauses()
      await settledAfter(n)
    }
    const waiting = await only(webhook.id)
    expect(waiting).toMatchObject({ status: 'pending', attempts: 0 })
    expect(waiting?.nextAttemptAt.getTime() ?? 0).toBeLessThan(Date.now() + 10_000)
    expect(await failingSince(webhook.id)).toBeNull()

    fault = null
    await setup.skipPauses()
    await vi.waitFor(async () =>
      expect(await only(webhook.id)).toMatchObject({ status: 'delivered', attempts: 1 }),
    )
    expect(setup.target.got).toHaveLength(1)
  })

  it('never turns an endpoint off, and ends with the delivery’s own time', async () => {
    const webhook = await setup.create(null, `http://hook.test:${setup.target.port}/hook`)
    fault = Object.assign(new Error('EMFILE'), { code: 'EMFILE', syscall: 'connect' })
    await database.db.query(`update webhooks set failing_since = now() - interval '9 days'`)
    setup.happen('image.complete')
    await settledAfter(1)
    await database.db.query(`update webhook_deliveries set created_at = now() - interval '5 days'`)
    await setup.skipPauses()
    await vi.waitFor(async () => expect(await only(webhook.id)).toMatchObject({ status: 'failed' }))
    const [row] = await database.db.query('select enabled from webhooks')
    expect(row).toEqual({ enabled: true })
    expect(setup.emitted).toEqual([])
  })

  it('is held against the endpoint as ever where the want is the endpoint’s', async () => {
    const webhook = await setup.create(null, `http://hook.test:${setup.target.port}/hook`)
    fault = Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
    setup.happen('image.complete')
    await settledAfter(1)
    expect(await only(webhook.id)).toMatchObject({ status: 'pending', attempts: 1 })
    expect(await failingSince(webhook.id)).not.toBeNull()
  })
})
