import { problemSchema, type SessionTokens, sessionTokensSchema } from '@rendition/contract'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'

let site: AuthApp
beforeAll(async () => {
  site = await authApp()
  await site.join('admin')
})
afterAll(() => site.close())

const post = (url: string, body: unknown, address?: string) =>
  site.send('POST', url, { body, ...(address === undefined ? {} : { address }) })
const me = (token: string) => site.send('GET', '/api/auth/me', { token })
const refresh = (refreshToken: string) =>
  site.send<SessionTokens>('POST', '/api/auth/refresh', { body: { refreshToken } })

describe('register', () => {
  it('answers 201 with a usable pair of tokens', async () => {
    const answer = await post('/api/auth/register', { email: 'Ada@Example.org', password })
    expect(answer.status).toBe(201)
    expect(answer.headers['cache-control']).toBe('private, no-store')
    const tokens = sessionTokensSchema.parse(answer.body)
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, token: tokens.accessToken })
    expect(tokens.user).toMatchObject({ email: 'ada@example.org', username: null, role: 'user' })
    expect((await me(tokens.accessToken)).body).toEqual({ ...tokens.user, language: null })
  })

  it('refuses an account whose name differs by case or form only', async () => {
    await site.join('Straße')
    await site.join('bob@example.org')
    for (const body of [
      { username: 'STRASSE', password },
      { username: 'ｓｔｒａßｅ', password },
      { email: 'BOB@example.ORG', password },
      { email: 'new@example.org', username: 'strasse', password },
    ]) {
      const answer = await post('/api/auth/register', body)
      expect(answer).toMatchObject({ status: 409, body: { code: 'account_exists' } })
    }
  })

  it('takes one of two equal registrations at once', async () => {
    const both = await Promise.all(
      [1, 2].map(() => post('/api/auth/register', { username: 'twin', password })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it.each<[Record<string, string>, string]>([
    [{ email: 'no', password }, 'email'],
    [{ email: 'a@b.example', password: '1234567' }, 'password'],
    [{ username: 'a b', password }, 'username'],
    [{ username: 'nul\u0000l', password }, 'username'],
    [{ password }, 'email'],
  ])('names the fault of %j', async (body, path) => {
    const answer = await post('/api/auth/register', body)
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(problemSchema.parse(answer.body).errors).toContainEqual(expect.objectContaining({ path }))
  })

  it('bounds the length of a password, and takes a long one', async () => {
    const attempt = (length: number) =>
      post('/api/auth/register', { username: `long${length}`, password: 'x'.repeat(length) })
    expect((await attempt(1024)).status).toBe(201)
    expect((await attempt(1025)).status).toBe(400)
  })

  it('takes names of any script', async () => {
    for (const username of ['हिन्दी', '李明', 'Ωμέγα']) {
      expect((await post('/api/auth/register', { username, password })).status).toBe(201)
    }
  })
})

describe('login', () => {
  it('takes either name, however it is written', async () => {
    await post('/api/auth/register', { email: 'cy@example.org', username: 'Cyrus', password })
    for (const name of [{ email: 'CY@example.org' }, { username: 'cyrus' }, { username: 'cy@example.org' }]) {
      const answer = await post('/api/auth/login', { ...name, password })
      expect(answer.status).toBe(200)
      sessionTokensSchema.parse(answer.body)
    }
  })

  it('answers alike for a wrong password, no account and a name that cannot be one', async () => {
    await site.join('dora')
    const answers = await Promise.all(
      [{ username: 'dora' }, { username: 'nobody' }, { email: 'x\u0000@' }].map((name) =>
        post('/api/auth/login', { ...name, password: 'wrong' }),
      ),
    )
    for (const { status, body } of answers) {
      expect(status).toBe(401)
      expect({ ...body, instance: '' }).toEqual({ ...answers[0]?.body, instance: '' })
    }
    expect(answers[0]?.body.code).toBe('invalid_credentials')
  })

  it('stops guessing with 429, for that account and address only, and a success starts anew', async () => {
    await site.join('eve')
    const attempt = (word: string, address: string, username = 'eve') =>
      post('/api/auth/login', { username, password: word }, address)
    for (let n = 0; n < site.config.loginAttempts - 1; n += 1) {
      expect((await attempt('wrong', '192.0.2.1')).status).toBe(401)
    }
    expect((await attempt(password, '192.0.2.1')).status).toBe(200)
    for (let n = 0; n < site.config.loginAttempts; n += 1) {
      expect((await attempt('wrong', '192.0.2.1')).status).toBe(401)
    }
    const refused = await attempt(password, '192.0.2.1')
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800)
    expect(refused.headers['ratelimit-policy']).toBe('"login";q=10;w=900')
    expect(refused.headers.ratelimit).toMatch(/^"login";r=0;t=\d+$/)
    expect((await attempt(password, '192.0.2.2')).status).toBe(200)
    expect((await attempt('wrong', '192.0.2.1', 'dora')).status).toBe(401)
  })

  it('does not let a burst of guesses outrun the count', async () => {
    await site.join('fay')
    const burst = await Promise.all(
      Array.from({ length: 40 }, () =>
        post('/api/auth/login', { username: 'fay', password: 'no' }, '192.0.2.9'),
      ),
    )
    const guesses = burst.filter(({ status }) => status === 401).length
    expect(guesses).toBeGreaterThanOrEqual(site.config.loginAttempts)
    expect(guesses).toBeLessThan(site.config.loginAttempts + site.config.hashesAtOnce)
    expect(burst.filter(({ status }) => status === 429).length).toBe(40 - guesses)
  })

  it('counts the addresses of one IPv6 network as one', async () => {
    for (let n = 0; n < site.config.loginAttempts; n += 1) {
      await post('/api/auth/login', { username: 'gil', password: 'no' }, `2001:db8:1:2::${n + 1}`)
    }
    const last = await post('/api/auth/login', { username: 'gil', password: 'no' }, '2001:db8:1:2:ffff::9')
    expect(last.status).toBe(429)
  })
})

describe('access tokens', () => {
  it('carry the promised claims and are signed by a published key', async () => {
    const { accessToken, user } = await site.join('hal')
    const claims = decodeJwt(accessToken)
    expect(claims).toMatchObject({
      sub: user.id,
      userId: user.id,
      email: null,
      username: 'hal',
      role: 'user',
      aud: 'rendition',
      iss: 'rendition',
      jti: expect.any(String),
    })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900)
    const jwks = await site.send<{ keys: Record<string, string>[] }>('GET', '/.well-known/jwks.json')
    expect(jwks.status).toBe(200)
    expect(jwks.body.keys).toContainEqual(
      expect.objectContaining({ kid: decodeProtectedHeader(accessToken).kid }),
    )
    for (const key of jwks.body.keys) expect(key).not.toHaveProperty('d')
  })

  it('are verified by GET and by POST, and refused with 401', async () => {
    const { accessToken, user } = await site.join('ida')
    const expected = { status: 200, body: { valid: true, userId: user.id, username: 'ida', role: 'user' } }
    expect(await site.send('GET', '/api/auth/verify', { token: accessToken })).toMatchObject(expected)
    expect(await site.send('POST', '/api/auth/verify', { token: accessToken })).toMatchObject(expected)
    expect(await post('/api/auth/verify', { token: accessToken })).toMatchObject(expected)
    const altered = `${accessToken.slice(0, -4)}AAAA`
    expect(await post('/api/auth/verify', { token: altered })).toMatchObject({
      status: 401,
      body: { code: 'token_invalid' },
    })
    expect(await site.send('GET', '/api/auth/verify')).toMatchObject({ status: 401 })
    expect(await post('/api/auth/verify', {})).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    })
  })
})

describe('refresh', () => {
  it('gives a new pair and spends the old token; reuse ends the session at once', async () => {
    const first = await site.join('jan')
    const second = await refresh(first.refreshToken)
    expect(second.status).toBe(200)
    expect(sessionTokensSchema.parse(second.body).refreshToken).not.toBe(first.refreshToken)
    expect((await me(second.body.accessToken)).status).toBe(200)

    site.clock.advance(site.config.refreshGraceSeconds + 1)
    expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'refresh_reused' } })
    expect((await refresh(second.body.refreshToken)).status).toBe(401)
    expect((await me(second.body.accessToken)).status).toBe(401)
    expect((await post('/api/auth/login', { username: 'jan', password })).status).toBe(200)
  })

  it('gives several calls at once, and who lost the answer, the same successor', async () => {
    const { refreshToken } = await site.join('kim')
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const [successor, ...more] = new Set(answers.map(({ body }) => body.refreshToken))
    expect(more).toEqual([])
    site.clock.advance(site.config.refreshGraceSeconds - 1)
    expect((await refresh(refreshToken)).body.refreshToken).toBe(successor)
    expect((await refresh(String(successor))).status).toBe(200)
  })

  it('takes a spent token for stolen once its successor is spent, however soon', async () => {
    const first = await site.join('kit')
    const second = (await refresh(first.refreshToken)).body
    const third = (await refresh(second.refreshToken)).body
    expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'refresh_reused' } })
    expect((await refresh(third.refreshToken)).status).toBe(401)
  })

  it('gives nothing again for a session that was ended meanwhile', async () => {
    const first = await site.join('kay')
    const second = (await refresh(first.refreshToken)).body
    await post('/api/auth/logout', { refreshToken: second.refreshToken })
    expect((await refresh(first.refreshToken)).status).toBe(401)
  })

  it('refuses what is no token, another kind, or a token with another secret', async () => {
    const { refreshToken, accessToken } = await site.join('lee')
    const forged = `${refreshToken.slice(0, -43)}${'A'.repeat(43)}`
    for (const token of ['x', accessToken, forged, refreshToken.replace('rnr_', 'rnk_')]) {
      expect(await refresh(token)).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
    }
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  it('stores no secret and logs none', async () => {
    const { refreshToken, accessToken } = await site.join('mia')
    await refresh(refreshToken)
    await post('/api/auth/login', { username: 'mia', password: 'a-wrong-secret' })
    const secret = refreshToken.slice(-43)
    const tables = ['refresh_tokens', 'sessions', 'users', 'audit']
    const rows = JSON.stringify(
      await Promise.all(tables.map((table) => site.database.db.query(`select t::text from ${table} t`))),
    )
    for (const word of [secret, password, 'a-wrong-secret']) {
      expect(rows).not.toContain(word)
      expect(site.logged()).not.toContain(word)
    }
    expect(site.logged()).not.toContain(accessToken)
  })
})

describe('sessions', () => {
  it('end by logout, for the refresh and the access token, and twice is no fault', async () => {
    const { refreshToken, accessToken } = await site.join('ned')
    for (let n = 0; n < 2; n += 1) {
      expect(await post('/api/auth/logout', { refreshToken })).toMatchObject({ status: 204, body: undefined })
    }
    expect((await refresh(refreshToken)).status).toBe(401)
    expect((await me(accessToken)).status).toBe(401)
    expect((await post('/api/auth/logout', { refreshToken: 'unknown' })).status).toBe(204)
  })

  it('are listed newest first in pages, and revoked one by one, only by their owner', async () => {
    const { accessToken: token } = await site.join('oda')
    const tokens: SessionTokens[] = []
    for (let n = 0; n < 2; n += 1) {
      tokens.push((await post('/api/auth/login', { username: 'oda', password })).body as never)
    }
    type Sessions = { items: { id: string; current: boolean }[]; nextCursor: string | null }
    const list = (query = '') => site.send<Sessions>('GET', `/api/auth/sessions${query}`, { token })
    const all = (await list()).body
    expect(all.items).toHaveLength(3)
    expect(all.items.map(({ current }) => current)).toEqual([false, false, true])
    const page = (await list('?limit=2')).body
    expect(page.items).toEqual(all.items.slice(0, 2))
    expect((await list(`?limit=2&cursor=${page.nextCursor}`)).body).toEqual({
      items: all.items.slice(2),
      nextCursor: null,
    })
    expect((await list('?cursor=nonsense')).status).toBe(400)

    const stranger = await site.join('pam')
    const url = `/api/auth/sessions/${all.items[0]?.id}`
    expect((await site.send('DELETE', url, { token: stranger.accessToken })).status).toBe(404)
    expect((await site.send('DELETE', url, { token })).status).toBe(204)
    expect((await site.send('DELETE', url, { token })).status).toBe(404)
    expect((await me(tokens[1]?.accessToken ?? '')).status).toBe(401)
    expect((await me(tokens[0]?.accessToken ?? '')).status).toBe(200)
    expect((await list()).body.items).toHaveLength(2)
  })
})

describe('time', () => {
  it('ends access tokens after 15 minutes and refresh tokens after 7 days', async () => {
    const app = await authApp()
    try {
      const { accessToken, refreshToken } = await app.join('ann')
      app.clock.advance(899)
      expect((await app.send('GET', '/api/auth/me', { token: accessToken })).status).toBe(200)
      app.clock.advance(2)
      expect(await app.send('GET', '/api/auth/me', { token: accessToken })).toMatchObject({
        status: 401,
        body: { code: 'token_expired' },
      })
      app.clock.advance(6 * 86_400)
      const next = await app.send<SessionTokens>('POST', '/api/auth/refresh', { body: { refreshToken } })
      expect(next.status).toBe(200)
      app.clock.advance(7 * 86_400 + 1)
      const late = await app.send('POST', '/api/auth/refresh', {
        body: { refreshToken: next.body.refreshToken },
      })
      expect(late).toMatchObject({ status: 401, body: { code: 'token_expired' } })
      app.clock.advance(8 * 86_400)
      await app.auth.prune()
      expect(
        await app.database.db.query('select 1 from sessions union all select 1 from refresh_tokens'),
      ).toEqual([])
    } finally {
      await app.close()
    }
  })
})
