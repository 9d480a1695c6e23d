import type { AdminStats, AdminUser, AuditEntry, Page, Role, SessionTokens } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAccountOpen } from './accounts/erase-account.ts'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'

let site: AuthApp
let admin: SessionTokens
beforeAll(async () => {
  site = await authApp({ countImages: async () => ({ total: 7 }) })
  admin = await site.join('root')
})
afterAll(() => site.close())

const users = (query = '') =>
  site.send<Page<AdminUser>>('GET', `/api/admin/users${query}`, { token: admin.accessToken })
const change = (id: string, body: unknown, token = admin.accessToken) =>
  site.send<AdminUser>('PATCH', `/api/admin/users/${id}`, { token, body })
const audit = async (query = '') =>
  (await site.send<Page<AuditEntry>>('GET', `/api/admin/audit${query}`, { token: admin.accessToken })).body
    .items
const logIn = (username: string, word = password) =>
  site.send<SessionTokens>('POST', '/api/auth/login', { body: { username, password: word } })

describe('the first account', () => {
  it('is the administrator, and of many at once exactly one is', async () => {
    const fresh = await authApp()
    try {
      const joined = await Promise.all(Array.from({ length: 8 }, (_, n) => fresh.join(`racer${n}`)))
      const roles = joined.map(({ user }) => user.role)
      expect(roles.filter((role) => role === 'admin')).toHaveLength(1)
      expect(roles.filter((role) => role === 'user')).toHaveLength(7)
    } finally {
      await fresh.close()
    }
  })

  it('is the only one where registration is for the first', async () => {
    const closed = await authApp({ config: { registration: 'first' } })
    const told = async (of = closed) => (await of.send('GET', '/api/auth/registration')).body
    try {
      expect(await told()).toEqual({
        open: true,
        first: true,
        mails: false,
        verifies: false,
        passwords: true,
        passwordLength: 7,
        providers: [],
      })
      expect(await told(site)).toEqual({
        open: true,
        first: false,
        mails: false,
        verifies: false,
        passwords: true,
        passwordLength: 7,
        providers: [],
      })
      const post = (username: string) =>
        closed.send('POST', '/api/auth/register', { body: { username, password } })
      const both = await Promise.all([post('one'), post('two')])
      expect(both.map(({ status }) => status).sort()).toEqual([201, 403])
      expect(await told()).toEqual({
        open: false,
        first: false,
        mails: false,
        verifies: false,
        passwords: true,
        passwordLength: 7,
        providers: [],
      })
      expect(await post('three')).toMatchObject({ status: 403, body: { code: 'registration_closed' } })
    } finally {
      await closed.close()
    }
  })

  it('may go when it is alone, and the next is the first again', async () => {
    const lone = await authApp()
    try {
      const { accessToken } = await lone.join('solo')
      expect((await lone.send('DELETE', '/api/auth/me', { token: accessToken })).status).toBe(204)
      expect((await lone.join('next')).user.role).toBe('admin')
    } finally {
      await lone.close()
    }
  })
})

describe('administration', () => {
  it('is for administrators only', async () => {
    const { accessToken, user } = await site.join('alf')
    const reader = await site.key(admin.accessToken, { scopes: ['images:read'] })
    for (const url of [
      '/api/admin/users',
      `/api/admin/users/${user.id}`,
      '/api/admin/stats',
      '/api/admin/audit',
    ]) {
      expect((await site.send('GET', url)).status).toBe(401)
      expect(await site.send('GET', url, { token: accessToken })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
      expect(await site.send('GET', url, { key: reader.key })).toMatchObject({
        status: 403,
        body: { code: 'insufficient_scope' },
      })
      expect((await site.send('GET', url, { token: admin.accessToken })).status).toBe(200)
    }
    expect((await change(user.id, { role: 'admin' }, accessToken)).status).toBe(403)
    expect(
      (await site.send('DELETE', `/api/admin/users/${admin.user.id}`, { token: accessToken })).status,
    ).toBe(403)
  })

  it('lists and finds accounts in pages', async () => {
    for (const name of ['zed1', 'zed2', 'zed3']) await site.join(name)
    const first = (await users('?q=ZED&limit=2')).body
    expect(first.items.map(({ username }) => username)).toEqual(['zed3', 'zed2'])
    const rest = (await users(`?q=zed&limit=2&cursor=${first.nextCursor}`)).body
    expect(rest).toMatchObject({
      items: [{ username: 'zed1', disabled: false, role: 'user' }],
      nextCursor: null,
    })
    expect((await users('?role=admin')).body.items.map(({ username }) => username)).toEqual(['root'])
    expect((await users('?limit=201')).status).toBe(400)
    expect((await users('/00000000-0000-7000-8000-000000000000')).status).toBe(404)
  })

  it('gives a role that counts for tokens already out', async () => {
    const { accessToken, refreshToken, user } = await site.join('bea')
    const { key } = await site.key(accessToken)
    const roleNow = async () =>
      (await site.send<{ role: Role }>('GET', '/api/auth/verify', { token: accessToken })).body.role
    expect((await change(user.id, { role: 'viewer' })).body.role).toBe('viewer')
    expect(await roleNow()).toBe('viewer')
    for (const credential of [{ token: accessToken }, { key }]) {
      expect(await site.send('POST', '/api/auth/keys', { ...credential, body: {} })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
    }
    expect((await site.auth.authenticate({ authorization: `Bearer ${accessToken}` }))?.scopes).toEqual(
      new Set(['images:read', 'jobs:read']),
    )
    await change(user.id, { role: 'admin' })
    expect(await roleNow()).toBe('admin')
    const renewed = await site.send<SessionTokens>('POST', '/api/auth/refresh', { body: { refreshToken } })
    expect(renewed.body.user.role).toBe('admin')
    expect((await change(user.id, { role: 'user' })).status).toBe(200)
  })

  it('disables and enables an account, and old credentials stay dead', async () => {
    const { accessToken, refreshToken, user } = await site.join('cid')
    const { key } = await site.key(accessToken)
    const state = async () => [
      (await site.send('GET', '/api/auth/me', { token: accessToken })).status,
      (await site.send('GET', '/api/auth/me', { key })).status,
      (await logIn('cid')).status,
      // Whether what works without a credential works still.
      await isAccountOpen(site.database.db, user.id),
    ]
    expect(await state()).toEqual([200, 200, 200, true])
    expect((await change(user.id, { disabled: true })).body.disabled).toBe(true)
    expect(await state()).toEqual([401, 401, 403, false])
    expect((await logIn('cid', 'wrong')).status).toBe(401)
    expect((await change(user.id, { disabled: false })).body.disabled).toBe(false)
    // What was ended stays ended; the account signs in and makes new ones.
    expect(await state()).toEqual([401, 401, 200, true])
    expect((await site.send('POST', '/api/auth/refresh', { body: { refreshToken } })).status).toBe(401)
  })

  it('sets a password, which ends every session', async () => {
    const { accessToken, user } = await site.join('deb')
    expect((await change(user.id, { password: 'given by the admin' })).status).toBe(200)
    expect((await site.send('GET', '/api/auth/me', { token: accessToken })).status).toBe(401)
    expect((await logIn('deb')).status).toBe(401)
    expect((await logIn('deb', 'given by the admin')).status).toBe(200)
  })

  it('keeps the last administrator, also from two who demote each other', async () => {
    const { user } = admin
    const conflict = { status: 409, body: { code: 'conflict' } }
    expect(await change(user.id, { role: 'user' })).toMatchObject(conflict)
    expect(await change(user.id, { disabled: true })).toMatchObject(conflict)
    expect(
      await site.send('DELETE', `/api/admin/users/${user.id}`, { token: admin.accessToken }),
    ).toMatchObject(conflict)
    expect(await site.send('DELETE', '/api/auth/me', { token: admin.accessToken })).toMatchObject(conflict)

    const second = await site.join('eva')
    await change(second.user.id, { role: 'admin' })
    const both = await Promise.all([
      change(second.user.id, { role: 'user' }),
      change(user.id, { role: 'user' }, second.accessToken),
    ])
    // The later one is refused: by the rule, or already for having been demoted.
    expect([
      ['200', '403'],
      ['200', '409'],
    ]).toContainEqual(both.map(({ status }) => `${status}`).sort())
    const left = await site.database.db.query<{ id: string }>("select id from users where role = 'admin'")
    expect(left).toHaveLength(1)
    // The rest of this file goes on with root.
    if (both[0]?.status !== 200) await change(user.id, { role: 'admin' }, second.accessToken)
    else expect(left).toEqual([{ id: user.id }])
  })

  it('erases an account', async () => {
    const { accessToken, user } = await site.join('fox')
    const url = `/api/admin/users/${user.id}`
    expect((await site.send('DELETE', url, { token: admin.accessToken })).status).toBe(204)
    expect((await site.send('DELETE', url, { token: admin.accessToken })).status).toBe(404)
    expect((await site.send('GET', '/api/auth/me', { token: accessToken })).status).toBe(401)
  })

  it('counts', async () => {
    const { body } = await site.send<AdminStats>('GET', '/api/admin/stats', { token: admin.accessToken })
    const { items } = (await users('?limit=200')).body
    expect(body.users.total).toBe(items.length)
    expect(body.users.byRole.user).toBe(items.filter(({ role }) => role === 'user').length)
    expect(body.images).toEqual({ total: 7 })
    expect(body.sessions).toBeGreaterThan(0)
    expect(body.apiKeys).toBeGreaterThan(0)
  })
})

describe('the audit', () => {
  it('tells who did what, when and from where, and never what was typed', async () => {
    const { user, accessToken } = await site.join('gil')
    await site.send('POST', '/api/auth/login', {
      body: { username: 'gil', password: 'mistyped secret' },
      address: '198.51.100.7',
    })
    await site.send('POST', '/api/auth/login', { body: { username: 'my-password-by-mistake', password } })
    const { id: keyId } = await site.key(accessToken, { scopes: ['jobs:read'] })
    await change(user.id, { role: 'viewer' })

    const [failure] = await audit(`?action=session.start&outcome=failure&limit=2`).then((all) => all.slice(1))
    expect(failure).toMatchObject({
      actor: null,
      targetId: user.id,
      address: '198.51.100.7',
      userAgent: 'test',
    })
    expect(await audit(`?actorId=${user.id}`)).toMatchObject([
      { action: 'key.create', targetId: keyId, details: { scopes: ['jobs:read'] }, actor: { name: 'gil' } },
      { action: 'account.register' },
    ])
    const [changed] = await audit('?action=user.change')
    expect(changed).toMatchObject({
      actor: { id: admin.user.id, name: 'root' },
      targetId: user.id,
      details: { role: { from: 'user', to: 'viewer' } },
    })
    const everything = JSON.stringify(await site.database.db.query('select * from audit'))
    for (const word of ['mistyped', 'by-mistake', password]) expect(everything).not.toContain(word)
  })
})
