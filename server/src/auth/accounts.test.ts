import type { ApiKey, CreatedApiKey, SessionTokens, User } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Transaction } from '../platform/database/port.ts'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'

let site: AuthApp
let admin: SessionTokens
const owned = vi.fn(async (_userId: string) => {})
const erased = vi.fn(async (_userId: string, _tx: Transaction) => {})
beforeAll(async () => {
  site = await authApp({ eraseOwned: owned, onAccountDeleted: erased })
  admin = await site.join('admin')
})
afterAll(() => site.close())

const logIn = (username: string, word = password) =>
  site.send<SessionTokens>('POST', '/api/auth/login', { body: { username, password: word } })
const me = (token: string) => site.send<User>('GET', '/api/auth/me', { token })
const change = (token: string, body: unknown) => site.send<User>('PATCH', '/api/auth/me', { token, body })

describe('your account', () => {
  it('needs a credential', async () => {
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const answer = await site.send(method, '/api/auth/me', method === 'PATCH' ? { body: {} } : {})
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    }
  })

  it('changes its names, unless they are taken', async () => {
    const { accessToken } = await site.join('amy')
    expect(await change(accessToken, { email: 'Amy@example.org', username: 'Amélie' })).toMatchObject({
      status: 200,
      body: { email: 'amy@example.org', username: 'Amélie' },
    })
    expect((await me(accessToken)).body.username).toBe('Amélie')
    expect((await logIn('AMÉLIE')).status).toBe(200)
    expect(await change(accessToken, { username: 'Admin' })).toMatchObject({
      status: 409,
      body: { code: 'account_exists' },
    })
    expect((await change(accessToken, { role: 'admin' })).status).toBe(400)
  })

  it('changes its password for the current one, and other devices are signed out', async () => {
    const { accessToken, refreshToken } = await site.join('ben')
    const other = (await logIn('ben')).body
    const next = 'another fine password'
    expect(await change(accessToken, { password: next })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'currentPassword' }] },
    })
    expect(await change(accessToken, { password: next, currentPassword: 'wrong' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    })
    expect((await logIn('ben')).status).toBe(200)
    expect((await change(accessToken, { password: next, currentPassword: password })).status).toBe(200)

    expect((await me(accessToken)).status).toBe(200)
    expect((await me(other.accessToken)).status).toBe(401)
    const renew = (token: string) => site.send('POST', '/api/auth/refresh', { body: { refreshToken: token } })
    expect((await renew(other.refreshToken)).status).toBe(401)
    expect((await renew(refreshToken)).status).toBe(200)
    expect((await logIn('ben')).status).toBe(401)
    expect((await logIn('ben', next)).status).toBe(200)
  })

  it('lets a viewer change the password and end sessions, and nothing else', async () => {
    const { accessToken, user } = await site.join('vic')
    const { key } = await site.key(accessToken, { scopes: ['account:manage'] })
    const viewer = { body: { role: 'viewer' }, token: admin.accessToken }
    expect((await site.send('PATCH', `/api/admin/users/${user.id}`, viewer)).status).toBe(200)
    const next = 'another fine password'
    const proved = { password: next, currentPassword: password }
    const byKey = await site.send('PATCH', '/api/auth/me', { key, body: proved })
    expect(byKey).toMatchObject({ status: 403 })
    expect((await change(accessToken, { ...proved, currentPassword: 'wrong' })).status).toBe(401)
    expect((await change(accessToken, { ...proved, username: 'victor' })).status).toBe(403)
    expect(await change(accessToken, proved)).toMatchObject({ status: 200, body: { role: 'viewer' } })
    expect((await logIn('vic')).status).toBe(401)
    const other = (await logIn('vic', next)).body

    const sessions = await site.send<{ items: { id: string; current: boolean }[] }>(
      'GET',
      '/api/auth/sessions',
      { token: accessToken },
    )
    const elsewhere = sessions.body.items.find(({ current }) => !current)?.id ?? ''
    const ended = await site.send('DELETE', `/api/auth/sessions/${elsewhere}`, { token: accessToken })
    expect(ended.status).toBe(204)
    expect((await me(other.accessToken)).status).toBe(401)
    expect((await site.send('DELETE', '/api/auth/me', { token: accessToken })).status).toBe(403)
  })

  it('counts guesses of the current password', async () => {
    const { accessToken } = await site.join('cal')
    const guess = () => change(accessToken, { password: 'something new', currentPassword: 'guess' })
    for (let n = 0; n < site.config.loginAttempts; n += 1) expect((await guess()).status).toBe(401)
    const refused = await guess()
    expect(refused.status).toBe(429)
    expect(refused.headers['ratelimit-policy']).toBeDefined()
  })

  it('is erased with its sessions and keys, after the other rooms did their part', async () => {
    const { accessToken, user } = await site.join('dan')
    const { key } = await site.key(accessToken)
    expect((await site.send('GET', '/api/auth/me', { key })).status).toBe(200)
    erased.mockImplementationOnce(async (userId, tx) => {
      // Still there, in the same transaction.
      expect(await tx.query('select id from users where id = $1', [userId])).toHaveLength(1)
    })
    expect((await site.send('DELETE', '/api/auth/me', { token: accessToken })).status).toBe(204)
    expect(owned).toHaveBeenLastCalledWith(user.id)
    expect(erased).toHaveBeenLastCalledWith(user.id, expect.objectContaining({ inTransaction: true }))
    expect((await me(accessToken)).status).toBe(401)
    expect((await site.send('GET', '/api/auth/me', { key })).status).toBe(401)
    expect((await logIn('dan')).status).toBe(401)
    expect(
      (await site.send('POST', '/api/auth/register', { body: { username: 'dan', password } })).status,
    ).toBe(201)
    const traces = await site.database.db.query(
      'select 1 from audit where actor_id = $1 and (address is not null or user_agent is not null)',
      [user.id],
    )
    expect(traces).toEqual([])
  })

  it('is closed at once, and erased later when another room cannot do its part yet', async () => {
    for (const part of [owned, erased]) {
      const { accessToken, user } = await site.join('eli')
      part.mockRejectedValueOnce(new Error('images are busy'))
      expect((await site.send('DELETE', '/api/auth/me', { token: accessToken })).status).toBe(204)
      const rows = () => site.database.db.query('select 1 from users where id = $1', [user.id])
      expect(await rows()).toHaveLength(1)
      expect((await me(accessToken)).status).toBe(401)
      expect((await logIn('eli')).status).toBe(401)
      const again = await site.send('POST', '/api/auth/register', { body: { username: 'eli', password } })
      expect(again.status).toBe(409)
      await site.auth.prune()
      expect(owned).toHaveBeenLastCalledWith(user.id)
      expect(await rows()).toHaveLength(0)
    }
    expect(site.logged()).toContain('images are busy')
  })
})

describe('API keys', () => {
  it('are shown once, authenticate by header, and are listed without the secret', async () => {
    const { accessToken, user } = await site.join('fin')
    const created = await site.key(accessToken, { name: 'backup', scopes: ['images:read'] })
    expect(created).toMatchObject({ name: 'backup', scopes: ['images:read'], expiresAt: null })
    expect(created.key.startsWith(`${created.prefix}_`)).toBe(true)
    const list = await site.send<{ items: ApiKey[] }>('GET', '/api/auth/keys', { token: accessToken })
    expect(list.body.items).toHaveLength(1)
    expect(JSON.stringify(list.body)).not.toContain(created.key.slice(-43))

    expect((await site.send<User>('GET', '/api/auth/me', { key: created.key })).body.id).toBe(user.id)
    expect(await site.send('GET', '/api/auth/keys/current', { key: created.key })).toMatchObject({
      status: 200,
      body: { key: { id: created.id }, user: { id: user.id } },
    })
    await expect
      .poll(async () => {
        const { body } = await site.send<{ items: ApiKey[] }>('GET', '/api/auth/keys', { token: accessToken })
        return body.items[0]?.lastUsedAt
      })
      .toEqual(expect.any(String))
    expect(site.logged()).not.toContain(created.key.slice(-43))
  })

  it('read and change images unless other scopes are named, and nothing that outlasts them', async () => {
    const { accessToken } = await site.join('eli')
    expect(await site.key(accessToken)).toMatchObject({ scopes: ['images:read', 'images:write'] })
  })

  it('do no more than their scopes, and make no key that does', async () => {
    const { accessToken } = await site.join('gus')
    const reader = await site.key(accessToken, { scopes: ['images:read'] })
    const manager = await site.key(accessToken, { scopes: ['account:manage', 'images:read'] })
    const make = (key: string, scopes: string[]) =>
      site.send<CreatedApiKey>('POST', '/api/auth/keys', { key, body: { scopes } })
    expect(await make(reader.key, ['images:read'])).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    })
    expect(await make(manager.key, ['images:write'])).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    })
    expect((await make(manager.key, ['images:read'])).status).toBe(201)
    for (const url of ['/api/auth/keys', '/api/auth/sessions']) {
      expect((await site.send('GET', url, { key: reader.key })).status).toBe(403)
      expect((await site.send('GET', url, { key: manager.key })).status).toBe(200)
    }
    expect((await site.send('DELETE', '/api/auth/me', { key: reader.key })).status).toBe(403)
  })

  it('stop at once when deleted, at their time when they expire, and are nobody else’s to delete', async () => {
    const { accessToken } = await site.join('hob')
    const { accessToken: stranger } = await site.join('ivo')
    const { id, key } = await site.key(accessToken)
    expect((await site.send('GET', '/api/auth/me', { key })).status).toBe(200)
    const url = `/api/auth/keys/${id}`
    expect((await site.send('DELETE', url, { token: stranger })).status).toBe(404)
    expect((await site.send('DELETE', url, { token: accessToken })).status).toBe(204)
    expect(await site.send('GET', '/api/auth/me', { key })).toMatchObject({
      status: 401,
      body: { code: 'token_invalid' },
    })

    const expiresAt = new Date(site.clock.now().getTime() + 60_000).toISOString()
    const short = await site.key(accessToken, { expiresAt })
    expect((await site.send('GET', '/api/auth/me', { key: short.key })).status).toBe(200)
    site.clock.advance(61)
    expect(await site.send('GET', '/api/auth/me', { key: short.key })).toMatchObject({
      status: 401,
      body: { code: 'token_expired' },
    })
    const past = await site.send('POST', '/api/auth/keys', { token: accessToken, body: { expiresAt } })
    expect(past).toMatchObject({ status: 400, body: { errors: [{ path: 'expiresAt' }] } })
  })

  it('refuse another secret, another form and two at once', async () => {
    const { accessToken } = await site.join('jon')
    const { key } = await site.key(accessToken)
    for (const wrong of [
      `${key.slice(0, -43)}${'A'.repeat(43)}`,
      'x',
      key.slice(0, -1),
      `rnk_${'0'.repeat(16)}_${'A'.repeat(43)}`,
    ]) {
      expect(await site.send('GET', '/api/auth/me', { key: wrong })).toMatchObject({
        status: 401,
        body: { code: 'token_invalid' },
      })
    }
    expect((await site.send('GET', '/api/auth/me', { key })).status).toBe(200)
    expect(
      (await site.send('POST', '/api/auth/keys', { token: accessToken, body: { name: 'a\u0000b' } })).status,
    ).toBe(400)
    expect(
      (await site.send('POST', '/api/auth/keys', { token: accessToken, body: { scopes: ['root'] } })).status,
    ).toBe(400)
  })
})
