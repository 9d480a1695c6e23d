import type { ApiKey, Page, SessionTokens } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'

/** What a key or a stolen session must not turn into: something that outlasts it. */
let site: AuthApp
let admin: SessionTokens
beforeAll(async () => {
  site = await authApp()
  admin = await site.join('root')
})
afterAll(() => site.close())

const next = 'another fine password'
const alive = async (key: string) => (await site.send('GET', '/api/auth/me', { key })).status === 200
const keysOf = async (token: string) =>
  (await site.send<Page<ApiKey>>('GET', '/api/auth/keys', { token })).body.items.length

describe('a key', () => {
  it('changes no password and no role, whoever holds it', async () => {
    const { key } = await site.key(admin.accessToken, { scopes: ['account:manage'] })
    const { user } = await site.join('ada')
    const forbidden = { status: 403, body: { code: 'forbidden' } }
    const own = { password: next, currentPassword: password }
    expect(await site.send('PATCH', '/api/auth/me', { key, body: own })).toMatchObject(forbidden)
    for (const body of [{ password: next }, { role: 'admin' }]) {
      expect(await site.send('PATCH', `/api/admin/users/${user.id}`, { key, body })).toMatchObject(forbidden)
    }
    const body = { disabled: false }
    expect((await site.send('PATCH', `/api/admin/users/${user.id}`, { key, body })).status).toBe(200)
  })

  it('makes none that may do more, lives longer, or outlives it', async () => {
    const { accessToken } = await site.join('bob')
    const expiresAt = new Date(site.clock.now().getTime() + 3_600_000).toISOString()
    const parent = await site.key(accessToken, { scopes: ['account:manage', 'jobs:read'], expiresAt })
    const make = (body: object) =>
      site.send<ApiKey & { key: string }>('POST', '/api/auth/keys', { key: parent.key, body })
    expect(await make({})).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } })
    const later = new Date(site.clock.now().getTime() + 7_200_000).toISOString()
    expect(await make({ scopes: ['jobs:read'], expiresAt: later })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'expiresAt' }] },
    })
    const child = (await make({ scopes: ['account:manage'] })).body
    expect(child.expiresAt).toBe(expiresAt)
    const grandchild = (
      await site.send<{ key: string }>('POST', '/api/auth/keys', {
        key: child.key,
        body: { scopes: ['account:manage'] },
      })
    ).body
    expect(await alive(grandchild.key)).toBe(true)
    const ended = await site.send('DELETE', `/api/auth/keys/${parent.id}`, { token: accessToken })
    expect(ended.status).toBe(204)
    expect(await Promise.all([parent, child, grandchild].map(({ key }) => alive(key)))).toEqual([
      false,
      false,
      false,
    ])
  })

  it('ends with a change of password; those made by signing in may be kept, those of keys never', async () => {
    const { accessToken } = await site.join('cyd')
    const scopes = ['account:manage']
    const own = await site.key(accessToken, { scopes })
    const made = await site.send<{ key: string }>('POST', '/api/auth/keys', {
      key: own.key,
      body: { scopes },
    })
    const change = (body: object) => site.send('PATCH', '/api/auth/me', { token: accessToken, body })
    expect((await change({ password: next, currentPassword: password, keepKeys: true })).status).toBe(200)
    expect([await alive(own.key), await alive(made.body.key)]).toEqual([true, false])
    expect((await change({ password, currentPassword: next })).status).toBe(200)
    expect(await alive(own.key)).toBe(false)
    expect(await keysOf(accessToken)).toBe(0)
  })

  it('ends when an administrator sets a password or disables the account, and does not come back', async () => {
    for (const [name, body] of [
      ['dan', { password: next }],
      ['eve', { disabled: true }],
    ] as const) {
      const { accessToken, user } = await site.join(name)
      const { key } = await site.key(accessToken)
      const change = (what: object) =>
        site.send('PATCH', `/api/admin/users/${user.id}`, { token: admin.accessToken, body: what })
      expect((await change(body)).status).toBe(200)
      expect(await alive(key)).toBe(false)
      expect((await change({ disabled: false })).status).toBe(200)
      expect(await alive(key)).toBe(false)
    }
  })

  it('is not made by a credential that is being ended', async () => {
    const { accessToken } = await site.join('fay')
    const change = { password: next, currentPassword: password }
    const other = await site.send<SessionTokens>('POST', '/api/auth/login', {
      body: { username: 'fay', password },
    })
    const [made] = await Promise.all([
      Promise.all(
        Array.from({ length: 20 }, () =>
          site.send('POST', '/api/auth/keys', { token: other.body.accessToken, body: {} }),
        ),
      ),
      site.send('PATCH', '/api/auth/me', { token: accessToken, body: change }),
    ])
    expect(made.every(({ status }) => status === 201 || status === 401)).toBe(true)
    expect(await keysOf(accessToken)).toBe(0)
  })
})

it('an administrator gives the old password for his own new one', async () => {
  const own = `/api/admin/users/${admin.user.id}`
  const token = admin.accessToken
  expect(await site.send('PATCH', own, { token, body: { password: next } })).toMatchObject({ status: 403 })
  const change = (body: object) => site.send('PATCH', '/api/auth/me', { token, body })
  expect((await change({ password: next })).status).toBe(400)
  expect((await change({ password: next, currentPassword: 'a guess of it' })).status).toBe(401)
  expect((await change({ password: next, currentPassword: password })).status).toBe(200)
})

it.each([
  ['a Hangul filler', 'ann\u3164'],
  ['a half-width filler', 'ann\uffa0'],
  ['a joiner of graphemes', 'a\u034fnn'],
  ['a variation selector', 'ann\ufe0f'],
  ['a zero-width joiner', 'ann\u200d'],
  ['an order of writing', '\u202eann'],
  ['a mark without its letter', '\u0301ann'],
  ['a heap of marks', `a${'\u0316'.repeat(9)}nn`],
  ['letters of two alphabets', 'p\u0430ypal'],
])('a name with %s is refused', async (_what, username) => {
  const answer = await site.send('POST', '/api/auth/register', { body: { username, password } })
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  expect(answer.body).toHaveProperty('errors.0.path', 'username')
})

it.each(['Zoë.Müller', 'анна', '名前ab', '한국어', 'ΟΔΟΣ', 'नमस्ते'])('%s is a name', async (username) => {
  expect((await site.send('POST', '/api/auth/register', { body: { username, password } })).status).toBe(201)
})

it('an administrator is nobody else in capitals: the own password needs the old one', async () => {
  for (const id of [admin.user.id, admin.user.id.toUpperCase()]) {
    const answer = await site.send('PATCH', `/api/admin/users/${id}`, {
      token: admin.accessToken,
      body: { password: next },
    })
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  }
  expect((await site.send('GET', '/api/auth/me', { token: admin.accessToken })).status).toBe(200)
})
