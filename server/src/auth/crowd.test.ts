import { afterEach, expect, it, vi } from 'vitest'
import { type AuthApp, type AuthAppOptions, authApp, password } from './testing/auth-app.ts'

let site: AuthApp
afterEach(() => site.close())

const register = (username: string, address: string) =>
  site.send('POST', '/api/auth/register', { address, body: { username, password } })
const logIn = (username: string, address: string) =>
  site.send('POST', '/api/auth/login', { address, body: { username, password } })

it('260 connections that register from one address leave another its sign-in', async () => {
  // No limit: the turns alone must do it.
  site = await authApp()
  await register('ann', '192.0.2.1')
  const answered: number[] = []
  const crowd = Array.from({ length: 260 }, async (_, n) => {
    answered.push((await register(`crowd-${n}`, '198.51.100.7')).status)
  })
  // Some are turned away: every place to wait is taken.
  await vi.waitFor(() => expect(answered).toContain(503), { timeout: 30_000, interval: 1 })
  const taken = () => answered.filter((status) => status === 201).length
  const before = taken()
  expect(await logIn('ann', '192.0.2.1')).toMatchObject({ status: 200 })
  // Counted in turns and not in seconds, which on a busy machine are anything: 20 ms each, so well under 2 s.
  expect(taken() - before).toBeLessThan(40)
  await Promise.all(crowd)
  expect(taken()).toBeGreaterThan(150)
})

const limited: [
  string,
  AuthAppOptions['limits'],
  (address: string) => Promise<{ status: number; headers: object }>,
][] = [
  ['registrations', { registrations: '3/1h' }, (address) => register('abel', address)],
  ['sign-ins', { logins: '3/15m' }, (address) => logIn('ann', address)],
  [
    'renewals',
    { refreshes: '3/15m' },
    (address) => site.send('POST', '/api/auth/refresh', { address, body: { refreshToken: 'x' } }),
  ],
]
it.each(limited)(
  '%s of one address have a limit, an IPv6 /64 being one address',
  async (_what, limits, ask) => {
    site = await authApp({ limits: limits ?? {} })
    for (const host of ['1', '2', '3']) expect((await ask(`2001:db8:0:1::${host}`)).status).not.toBe(429)
    expect(await ask('2001:db8:0:1::4')).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.any(String), ratelimit: expect.stringContaining('r=0') },
    })
    expect((await ask('2001:db8:0:2::1')).status).not.toBe(429)
  },
)
