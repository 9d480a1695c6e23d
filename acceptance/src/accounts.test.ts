import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, inject, it } from 'vitest'
import { createApi, refusal, uuidPattern } from './api.ts'

const api = createApi(inject('baseUrl'))
const fresh = () => `n${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`

describe('register', () => {
  it('gives the user and both tokens', async () => {
    const email = `${fresh()}@example.org`
    const { status, body } = await api.post('/api/auth/register', { email, password: 'long enough' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      user: { email, role: 'user' },
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 900,
      message: expect.any(String),
    })
    expect(body.token).toBe(body.accessToken)
    expect(body.user).toHaveProperty('id', expect.stringMatching(uuidPattern))
    expect(JSON.stringify(body)).not.toMatch(/hash|long enough/i)
  })

  it('refuses a name that is taken, in any case of letters', async () => {
    const name = fresh()
    const password = 'long enough'
    await api.post('/api/auth/register', { email: `${name}@example.org`, password })
    const again = await api.post('/api/auth/register', {
      email: `${name.toUpperCase()}@EXAMPLE.org`,
      password,
    })
    expect(refusal(again)).toBe('409 account_exists')
  })

  it('lets exactly one of ten equal registrations through', async () => {
    const username = fresh()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.post('/api/auth/register', { username, password: 'long enough' })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(9).fill(409)])
  })

  it.each([
    ['a short password', { username: 'somebody', password: 'six666' }, 'password'],
    ['one of the commonest passwords', { username: 'somebody', password: 'qwertyuiop' }, 'password'],
    ['an address that is none', { email: 'not-an-address', password: 'long enough' }, 'email'],
    ['no name', { password: 'long enough' }, 'email'],
    ['no password', { username: 'somebody' }, 'password'],
    ['a password that is no text', { username: 'somebody', password: 12345678 }, 'password'],
  ])('names the fault of %s', async (_what, body, path) => {
    const answer = await api.post('/api/auth/register', body)
    expect(refusal(answer)).toBe('400 invalid_request')
    expect(answer.body.errors).toContainEqual({ path, message: expect.any(String) })
  })

  it('refuses a body that is not JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await api.send('/api/auth/register', { method: 'POST', body: '{"a":', headers })
    expect(refusal(answer)).toBe('400 invalid_request')
  })
})

describe('login', () => {
  it('gives the same shape as registering', async () => {
    const { username, password } = await api.register()
    const { status, body } = await api.post('/api/auth/login', { username, password })
    expect(status).toBe(200)
    expect(body).toMatchObject({ user: { username }, tokenType: 'Bearer', expiresIn: 900 })
    expect(body.token).toBe(body.accessToken)
  })

  it('says the same of a wrong password and of no account', async () => {
    const { username } = await api.register()
    const wrong = await api.post('/api/auth/login', { username, password: 'wrong wrong' })
    const nobody = await api.post('/api/auth/login', { username: fresh(), password: 'wrong wrong' })
    expect(refusal(wrong)).toBe('401 invalid_credentials')
    expect({ ...nobody.body, instance: '' }).toEqual({ ...wrong.body, instance: '' })
  })

  it('slows guessing down, and says for how long', async () => {
    const { username } = await api.register()
    const guess = () => api.post('/api/auth/login', { username, password: 'wrong wrong' })
    const statuses: number[] = []
    let last = await guess()
    for (let i = 0; i < 30 && last.status !== 429; i++) {
      statuses.push(last.status)
      last = await guess()
    }
    expect(refusal(last)).toBe('429 rate_limited')
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(statuses.length).toBeGreaterThanOrEqual(3)
  })
})

describe('access tokens', () => {
  it('are verified by anybody with the public keys', async () => {
    const { username, userId, accessToken } = await api.register()
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', api.baseUrl))
    const { payload, protectedHeader } = await jwtVerify(accessToken, keys)
    expect(protectedHeader.alg).not.toMatch(/^HS|none/)
    expect(payload).toMatchObject({ sub: userId, userId, username, role: 'user', email: null })
    expect(payload).toHaveProperty('aud')
    expect(payload).toHaveProperty('iss')
    expect(payload).toHaveProperty('jti')
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900)
  })

  it('do not publish the private half', async () => {
    const { body } = await api.get<{ keys: object[] }>('/.well-known/jwks.json')
    expect(body.keys.length).toBeGreaterThan(0)
    for (const key of body.keys) expect(Object.keys(key)).not.toContain('d')
  })

  it('answer verify by header and by body', async () => {
    const { userId, username, accessToken } = await api.register()
    const expected = {
      valid: true,
      userId,
      username,
      email: null,
      role: 'user',
      expiresAt: expect.any(String),
    }
    const byHeader = await api.as(accessToken).get('/api/auth/verify')
    const byPost = await api.as(accessToken).post('/api/auth/verify')
    const byBody = await api.post('/api/auth/verify', { token: accessToken })
    expect([byHeader.status, byPost.status, byBody.status]).toEqual([200, 200, 200])
    for (const { body } of [byHeader, byPost, byBody]) expect(body).toMatchObject(expected)
  })

  it.each([
    ['none', undefined],
    ['nonsense', 'nonsense'],
    ['an unsigned one', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'],
  ])('are refused: %s', async (_what, token) => {
    const caller = token === undefined ? api : api.as(token)
    expect((await caller.get('/api/auth/verify')).status).toBe(401)
    expect((await caller.get('/api/auth/me')).status).toBe(401)
    expect((await caller.get('/api/images')).status).toBe(401)
    expect((await caller.get('/api/jobs')).status).toBe(401)
  })

  it('are refused when one character differs', async () => {
    const { accessToken } = await api.register()
    const [header, payload, signature = ''] = accessToken.split('.')
    const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    const answer = await api.as(`${header}.${payload}.${flipped}`).get('/api/auth/me')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it('are refused when signed with the public key as a secret', async () => {
    const { accessToken } = await api.register()
    const claims = Buffer.from(JSON.stringify(decodeJwt(accessToken))).toString('base64url')
    const { kid } = decodeProtectedHeader(accessToken)
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid })).toString('base64url')
    const { bytes } = await api.get('/.well-known/jwks.json')
    const { createHmac } = await import('node:crypto')
    const signature = createHmac('sha256', bytes).update(`${header}.${claims}`).digest('base64url')
    expect((await api.as(`${header}.${claims}.${signature}`).get('/api/auth/me')).status).toBe(401)
  })
})

describe('refresh', () => {
  it('rotates, and ends the family when a spent token comes again', async () => {
    const first = await api.register()
    const second = await api.post<{ accessToken: string; refreshToken: string }>('/api/auth/refresh', {
      refreshToken: first.refreshToken,
    })
    expect(second.status).toBe(200)
    expect(second.body.refreshToken).not.toBe(first.refreshToken)
    expect((await api.as(second.body.accessToken).get('/api/auth/me')).status).toBe(200)

    // A second tab, or a lost answer.
    const again = await api.post('/api/auth/refresh', { refreshToken: first.refreshToken })
    expect(again.body.refreshToken).toBe(second.body.refreshToken)
    const third = await api.post('/api/auth/refresh', { refreshToken: second.body.refreshToken })
    expect(third.status).toBe(200)
    const reused = await api.post('/api/auth/refresh', { refreshToken: first.refreshToken })
    expect(refusal(reused)).toBe('401 refresh_reused')
    const heir = await api.post('/api/auth/refresh', { refreshToken: third.body.refreshToken })
    expect(heir.status).toBe(401)
  })

  it('refuses an unknown token', async () => {
    const answer = await api.post('/api/auth/refresh', { refreshToken: 'never-issued' })
    expect(answer.status).toBe(401)
  })

  it('ends with logout', async () => {
    const { accessToken, refreshToken } = await api.register()
    const out = await api.as(accessToken).post('/api/auth/logout', { refreshToken })
    expect(out.status).toBe(204)
    expect((await api.post('/api/auth/refresh', { refreshToken })).status).toBe(401)
  })
})

describe('the account itself', () => {
  it('shows and changes itself; a new password needs the old one', async () => {
    const { account, ...mine } = await api.signedIn()
    expect((await mine.get('/api/auth/me')).body).toMatchObject({
      id: account.userId,
      username: account.username,
      role: 'user',
    })
    const without = await mine.patch('/api/auth/me', { password: 'another one' })
    expect(without.status).toBeGreaterThanOrEqual(400)
    const change = { password: 'another one', currentPassword: account.password }
    expect((await mine.patch('/api/auth/me', change)).status).toBe(200)
    const { username } = account
    expect((await api.post('/api/auth/login', { username, password: account.password })).status).toBe(401)
    expect((await api.post('/api/auth/login', { username, password: 'another one' })).status).toBe(200)
  })

  it('cannot make itself an administrator', async () => {
    const { account: _, ...mine } = await api.signedIn()
    await mine.patch('/api/auth/me', { role: 'admin' })
    expect((await mine.get('/api/auth/me')).body.role).toBe('user')
    expect(refusal(await mine.get('/api/admin/users'))).toBe('403 forbidden')
  })

  it('lists its sessions and revokes one', async () => {
    const { account, ...mine } = await api.signedIn()
    const { username, password } = account
    const other = await api.post<{ refreshToken: string }>('/api/auth/login', { username, password })
    const { body } = await mine.get<{ items: { id: string }[] }>('/api/auth/sessions')
    expect(body.items).toHaveLength(2)
    for (const { id } of body.items) expect((await mine.delete(`/api/auth/sessions/${id}`)).status).toBe(204)
    expect((await api.post('/api/auth/refresh', { refreshToken: other.body.refreshToken })).status).toBe(401)
  })
})

describe('API keys', () => {
  it('are shown once and work until deleted', async () => {
    const { account: _, ...mine } = await api.signedIn()
    const made = await mine.post<{ id: string; key: string }>('/api/auth/keys', {
      name: 'a script',
      scopes: ['images:read'],
    })
    expect(made.status).toBe(201)
    const listed = await mine.get<{ items: { id: string }[] }>('/api/auth/keys')
    expect(listed.body.items).toMatchObject([{ id: made.body.id, name: 'a script', scopes: ['images:read'] }])
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key)

    const withKey = { 'x-api-key': made.body.key }
    expect((await api.get('/api/images', withKey)).status).toBe(200)
    expect(refusal(await api.post('/api/auth/keys', {}, withKey))).toMatch(/^403 /)
    expect((await mine.delete(`/api/auth/keys/${made.body.id}`)).status).toBe(204)
    expect((await api.get('/api/images', withKey)).status).toBe(401)
  })

  it('may not write without the scope, nor touch another account', async () => {
    const { account: _, ...mine } = await api.signedIn()
    const { body } = await mine.post<{ id: string; key: string }>('/api/auth/keys', {
      scopes: ['images:read'],
    })
    const answer = await api.send('/api/images', {
      method: 'POST',
      headers: { 'x-api-key': body.key },
      body: new FormData(),
    })
    expect(refusal(answer)).toBe('403 insufficient_scope')
    const { account: __, ...stranger } = await api.signedIn()
    expect(refusal(await stranger.delete(`/api/auth/keys/${body.id}`))).toBe('404 not_found')
  })
})
