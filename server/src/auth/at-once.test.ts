import type {
  AccountLink,
  CreatedInvitation,
  RecoveryCodes,
  SessionTokens,
  TwoStepSetUp,
} from '@rendition/contract'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'

/** What two people, or two tabs of one, ask for in the same moment. */
let site: AuthApp
let admin: SessionTokens
beforeAll(async () => {
  site = await authApp({ config: { loginAttempts: 1_000, loginAttemptsPerAddress: 10_000 } })
  admin = await site.join('root')
})
afterAll(() => site.close())

const post = <T = { code: string }>(path: string, body: unknown, token?: string) =>
  site.send<T>('POST', `/api/${path}`, { body, ...(token === undefined ? {} : { token }) })
const logIn = (username: string, word = password) =>
  post<SessionTokens & { code: string; challenge: string }>('auth/login', { username, password: word })
const statuses = (answers: readonly { status: number }[]): number[] =>
  answers.map(({ status }) => status).sort()
const secretOf = ({ url }: { url: string | null }): string => url?.split('#')[1] ?? ''

/** What an administrator may try in order to be the last, or to leave none. */
const coups = [
  (next: string, token: string) =>
    site.send('PATCH', `/api/admin/users/${next}`, { token, body: { role: 'user' } }),
  (next: string, token: string) =>
    site.send('PATCH', `/api/admin/users/${next}`, { token, body: { disabled: true } }),
  (next: string, token: string) => site.send('DELETE', `/api/admin/users/${next}`, { token }),
  (_next: string, token: string, own: string) =>
    site.send('PATCH', `/api/admin/users/${own}`, { token, body: { role: 'viewer' } }),
  (_next: string, token: string) => site.send('DELETE', '/api/auth/me', { token }),
]

it('administrators who demote, deactivate and erase each other and themselves leave one', async () => {
  const { db } = site.database
  for (let round = 0; round < coups.length; round += 1) {
    const ring: SessionTokens[] = []
    for (let n = 0; n < 4; n += 1) {
      const joined = await site.join(`ring${round}of${n}`)
      await db.query("update users set role = 'admin' where id = $1", [joined.user.id])
      ring.push((await logIn(joined.user.username ?? '')).body)
    }
    const ids = ring.map(({ user }) => user.id)
    // Of all accounts these alone are administrators for now.
    await db.query("update users set role = 'user' where not (id = any($1::uuid[]))", [ids])
    const answers = await Promise.all(
      ring.flatMap(({ accessToken, user }, n) =>
        coups.map((_, k) => {
          const coup = coups[(k + n + round) % coups.length]
          return coup?.(ids[(n + 1) % ids.length] ?? '', accessToken, user.id)
        }),
      ),
    )
    for (const answer of answers) expect([200, 204, 401, 403, 404, 409]).toContain(answer?.status)
    const left = await db.query(
      "select id from users where role = 'admin' and disabled_at is null and erasing_at is null",
    )
    expect(left.length).toBeGreaterThan(0)
  }
  await db.query("update users set role = 'admin', disabled_at = null where id = $1", [admin.user.id])
  admin = (await logIn('root')).body
})

it('an invitation makes one account, and a link signs in once', async () => {
  const { body: invited } = await post<CreatedInvitation>(
    'admin/invitations',
    { email: 'twice@example.com' },
    admin.accessToken,
  )
  const token = secretOf(invited)
  const accepted = await Promise.all(
    ['one', 'two', 'three'].map((username) => post('auth/invitations/accept', { token, username, password })),
  )
  expect(statuses(accepted)).toEqual([201, 403, 403])

  const { user } = await site.join('linked')
  const { body: link } = await post<AccountLink>(`admin/users/${user.id}/sign-in-link`, {}, admin.accessToken)
  const entered = await Promise.all([1, 2, 3].map(() => post('auth/sign-in-link', { token: secretOf(link) })))
  expect(statuses(entered)).toEqual([200, 403, 403])
})

it('a link says what it is for until it was used, has run out or was taken back', async () => {
  const look = (token: string) => post<{ kind: string; email: string | null }>('auth/links/look', { token })
  const over = { status: 403, body: { code: 'link_invalid' } }
  const invite = async () =>
    (await post<CreatedInvitation>('admin/invitations', { email: 'looks@example.com' }, admin.accessToken))
      .body
  const [first, second] = [await invite(), await invite()]
  expect(await look(secretOf(first))).toMatchObject(over)
  for (let n = 0; n < 2; n += 1)
    expect(await look(secretOf(second))).toMatchObject({
      status: 200,
      body: { kind: 'invite', email: 'looks@example.com', expiresAt: second.expiresAt },
    })
  await site.send('DELETE', `/api/admin/invitations/${second.id}`, { token: admin.accessToken })
  expect(await look(secretOf(second))).toMatchObject(over)

  const { user } = await site.join('looker')
  const { body: link } = await post<AccountLink>(
    `admin/users/${user.id}/password-link`,
    {},
    admin.accessToken,
  )
  expect((await look(secretOf(link))).body).toMatchObject({ kind: 'reset', email: null })
  await post('auth/password-reset/confirm', { token: secretOf(link), password: 'another battery' })
  expect(await look(secretOf(link))).toMatchObject(over)
  for (const nonsense of ['x', 'rnl_x', `${secretOf(link)}0`])
    expect(await look(nonsense)).toMatchObject(over)
})

it('two tabs that change the password leave the one whose answer says so', async () => {
  const { user } = await site.join('tabs')
  const tabs = [(await logIn('tabs')).body, (await logIn('tabs')).body]
  const words = ['the first battery', 'the second battery']
  const changed = await Promise.all(
    tabs.map(({ accessToken: token }, n) =>
      site.send('PATCH', '/api/auth/me', { token, body: { password: words[n], currentPassword: password } }),
    ),
  )
  // The other was judged by a password that was no more, or its session had ended by then.
  expect([
    [200, 409],
    [200, 401],
  ]).toContainEqual(statuses(changed))
  const won = changed[0]?.status === 200 ? 0 : 1
  expect((await logIn('tabs', words[won])).status).toBe(200)
  expect((await logIn('tabs', words[1 - won])).status).toBe(401)
  const lives = await Promise.all(
    tabs.map(({ accessToken: token }) => site.send('GET', '/api/auth/me', { token })),
  )
  expect(lives.map(({ status }) => status)).toEqual(won === 0 ? [200, 401] : [401, 200])
  const told = await site.database.db.query(
    "select 1 from audit where action = 'account.change' and target_id = $1",
    [user.id],
  )
  expect(told).toHaveLength(1)
})

it('a recovery code signs in once, and one of the app confirms or switches off once', async () => {
  const { accessToken: token } = await site.join('codes')
  const { body } = await post<TwoStepSetUp>('auth/two-step/set-up', { currentPassword: password }, token)
  const totp = new TOTP({ secret: Secret.fromBase32(body.secret) })
  const code = () => totp.generate({ timestamp: site.clock.now().getTime() })
  const used = code()
  const confirmed = await Promise.all(
    [1, 2, 3].map(() => post<RecoveryCodes>('auth/two-step/confirm', { code: used }, token)),
  )
  expect(statuses(confirmed)).toEqual([200, 409, 409])
  const [recovery = ''] = confirmed.find(({ status }) => status === 200)?.body.recoveryCodes ?? []
  const challenges = await Promise.all([1, 2, 3].map(async () => (await logIn('codes')).body.challenge))
  const finished = await Promise.all(
    challenges.map((challenge) => post('auth/login/two-step', { challenge, code: recovery })),
  )
  expect(statuses(finished)).toEqual([200, 403, 403])
  // The code that confirmed is good for nothing more while its time lasts.
  const again = await post('auth/two-step/recovery-codes', { code: used }, token)
  expect(again).toMatchObject({ status: 403, body: { code: 'code_invalid' } })
  site.clock.advance(60)
  const last = code()
  const off = await Promise.all(
    [1, 2].map(() => post('auth/two-step/off', { currentPassword: password, code: last }, token)),
  )
  expect(statuses(off)).toEqual([204, 409])
})
