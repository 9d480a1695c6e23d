import type { Usage } from '@rendition/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../platform/database/port.ts'
import { createUsageCounter } from './index.ts'
import { type AuthApp, authApp } from './testing/auth-app.ts'

let site: AuthApp
beforeAll(async () => {
  site = await authApp({
    holdingsOf: async () => ({ images: 3, bytes: 700, limits: { images: null, bytes: 1000 } }),
  })
})
afterAll(() => site.close())

const usageOf = async (token: string, query = '') =>
  (await site.send<Usage>('GET', `/api/auth/usage${query}`, { token })).body
const dayAgo = (days: number): string =>
  new Date(site.clock.now().getTime() - days * 86_400_000).toISOString().slice(0, 10)

it('adds what several processes count to the day, each account its own, and shows it to nobody else', async () => {
  const { clock } = site
  const [ann, bob] = [await site.join('ann'), await site.join('bob')]
  const counters = [0, 1].map(() => createUsageCounter({ db: site.database.db, clock }))
  for (const { count } of counters) {
    count(ann.user.id, { deliveries: 1, deliveredBytes: 2 ** 40 })
    count(ann.user.id, { deliveries: 1 })
    count(bob.user.id, { renders: 5 })
  }
  await Promise.all(counters.map(({ flush }) => flush()))
  // Nothing is counted twice.
  await Promise.all(counters.map(({ flush }) => flush()))
  const none = { uploads: 0, uploadedBytes: 0, renders: 0, deliveries: 0, deliveredBytes: 0 }
  const today = dayAgo(0)
  expect(await usageOf(ann.accessToken)).toEqual({
    images: 3,
    bytes: 700,
    limits: { images: null, bytes: 1000 },
    from: dayAgo(29),
    days: [{ ...none, day: today, deliveries: 4, deliveredBytes: 2 ** 41 }],
  })
  expect((await usageOf(bob.accessToken)).days).toEqual([{ ...none, day: today, renders: 10 }])

  // A day later it is another row, and the time that is asked for decides
  clock.advance(86_400)
  counters[0]?.count(bob.user.id, { uploads: 1, uploadedBytes: 9 })
  expect(counters.map((counter) => counter.takeUploaders())).toEqual([[bob.user.id], []])
  expect(counters[0]?.takeUploaders()).toEqual([])
  await counters[0]?.flush()
  const { accessToken } = (
    await site.send<{ accessToken: string }>('POST', '/api/auth/login', {
      body: { username: 'bob', password: 'correct horse battery' },
    })
  ).body
  expect((await usageOf(accessToken)).days.map(({ day }) => day)).toEqual([today, dayAgo(0)])
  expect((await usageOf(accessToken, '?days=1')).days).toEqual([
    { ...none, day: dayAgo(0), uploads: 1, uploadedBytes: 9 },
  ])
  expect((await site.send('GET', '/api/auth/usage?days=367', { token: accessToken })).status).toBe(400)

  // It goes with its time
  clock.advance(400 * 86_400)
  await site.auth.prune()
  expect(await site.database.db.query('select 1 from usage_days where owner_id = $1', [ann.user.id])).toEqual(
    [],
  )
})

it('keeps counting while the database is away, and leaves out accounts that are gone', async () => {
  const { clock } = site
  const eve = await site.join('eve')
  let away = true
  const db = {
    query: async (...given: Parameters<Database['query']>) => {
      if (away) throw new Error('away')
      return site.database.db.query(...given)
    },
  } as unknown as Database
  const { count, flush } = createUsageCounter({ db, clock })
  count(eve.user.id, { deliveries: 1 })
  count('019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37', { deliveries: 1 })
  await expect(flush()).rejects.toThrow('away')
  count(eve.user.id, { deliveries: 2 })
  away = false
  await flush()
  const rows = () =>
    site.database.db.query('select deliveries::int as n from usage_days where owner_id = $1', [eve.user.id])
  expect(await rows()).toEqual([{ n: 3 }])

  // What is counted of an account while it is erased goes with it
  const deleted = await site.send('DELETE', '/api/auth/me', { token: eve.accessToken })
  expect(deleted.status).toBe(204)
  count(eve.user.id, { deliveries: 1 })
  await flush()
  expect(await rows()).toEqual([])
})
