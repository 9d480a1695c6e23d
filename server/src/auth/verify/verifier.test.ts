import { createHmac } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { SessionTokens } from '@rendition/contract'
import { importJWK, type JWK, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { createVerifier, generateSigningKey, type Verifier, type VerifierOptions } from '../index.ts'
import { type AuthApp, authApp, localBus } from '../testing/auth-app.ts'

let site: AuthApp
let signingKey: JWK
let user: SessionTokens
let admin: SessionTokens
const bus = localBus()
beforeAll(async () => {
  signingKey = await generateSigningKey()
  site = await authApp({ signingKey, bus })
  admin = await site.join('admin')
  user = await site.join('user')
})
afterAll(() => site.close())

const open: Verifier[] = []
afterEach(async () => {
  for (const verifier of open.splice(0)) await verifier.close()
})
/** As another process has it: only the public keys, and a way to the accounts. */
async function elsewhere(options: Partial<VerifierOptions> = {}): Promise<Verifier> {
  const verifier = await createVerifier({
    keys: site.auth.publicKeys,
    accounts: { db: site.database.db },
    config: site.config,
    clock: site.clock,
    log: createLogger('silent'),
    ...options,
  })
  open.push(verifier)
  return verifier
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const statusOf = (verifier: Verifier, headers: Parameters<Verifier['authenticate']>[0]) =>
  verifier.authenticate(headers).then(
    () => 200,
    (error: { status?: number }) => error.status,
  )

describe('a verifier', () => {
  it('tells the caller of a token, of a key, and of neither', async () => {
    const verifier = await elsewhere()
    expect(await verifier.authenticate(bearer(user.accessToken))).toMatchObject({
      userId: user.user.id,
      role: 'user',
      username: 'user',
      sessionId: expect.any(String),
      keyId: null,
    })
    const created = await site.key(user.accessToken, { scopes: ['jobs:read'] })
    expect(await verifier.authenticate({ 'x-api-key': created.key })).toMatchObject({
      userId: user.user.id,
      keyId: created.id,
      sessionId: null,
      scopes: new Set(['jobs:read']),
    })
    expect(await verifier.authenticate({})).toBeNull()
    expect(await verifier.authenticate({ authorization: 'Basic dTpw' })).toBeNull()
    expect(await statusOf(verifier, { 'x-api-key': [created.key, created.key] })).toBe(401)
  })

  it('tells what stands in the wrong place where it belongs', async () => {
    const verifier = await elsewhere()
    const { key } = await site.key(user.accessToken)
    const said = (headers: Parameters<Verifier['authenticate']>[0]) =>
      verifier.authenticate(headers).then(
        () => 'let in',
        ({ code, detail }: { code: string; detail: string }) => `${code}: ${detail}`,
      )
    expect(await said(bearer(key))).toMatch(/^token_invalid: .*X-API-Key/)
    expect(await said(bearer(user.refreshToken))).toMatch(/^token_invalid: .*\/api\/auth\/refresh/)
    expect(await said({ 'x-api-key': user.accessToken })).toMatch(/^token_invalid: .*Bearer/)
  })

  it('refuses any token that is not exactly ours', async () => {
    const verifier = await elsewhere()
    const now = Math.floor(site.clock.now().getTime() / 1000)
    const claims = {
      sub: user.user.id,
      sid: user.user.id,
      role: 'admin',
      email: null,
      username: null,
      iss: 'rendition',
      aud: 'rendition',
      iat: now,
      exp: now + 900,
      jti: 'x',
    }
    const header = { alg: 'EdDSA', typ: 'at+jwt', kid: signingKey.kid ?? '' }
    const sign = async (payload: object, key: JWK = signingKey, extra: object = {}) =>
      new SignJWT({ ...payload })
        .setProtectedHeader({ ...header, ...extra })
        .sign(await importJWK(key, 'EdDSA'), { crit: { 'urn:new': true } })
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const hs256 = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`
    // The public key as a shared secret: the classic confusion of algorithms.
    const confused = createHmac('sha256', JSON.stringify(site.auth.publicKeys.keys[0]))
      .update(hs256)
      .digest('base64url')

    expect(await statusOf(verifier, bearer(await sign(claims)))).toBe(200)
    const bad: Record<string, string> = {
      'alg none': `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
      'alg HS256': `${hs256}.${confused}`,
      'another key': await sign(claims, { ...(await generateSigningKey()), kid: header.kid }),
      'unknown kid': await sign(claims, signingKey, { kid: 'other' }),
      'another type': await sign(claims, signingKey, { typ: 'JWT' }),
      issuer: await sign({ ...claims, iss: 'other' }),
      audience: await sign({ ...claims, aud: 'other' }),
      expired: await sign({ ...claims, exp: now }),
      'no expiry': await sign({ ...claims, exp: undefined }),
      'no jti': await sign({ ...claims, jti: undefined }),
      'no subject': await sign({ ...claims, sub: undefined }),
      'unknown role': await sign({ ...claims, role: 'root' }),
      'unknown critical field': await sign(claims, signingKey, { crit: ['urn:new'], 'urn:new': true }),
      empty: '',
      rubbish: 'a.b.c',
      binary: '\u0001.\u00ff.☃',
    }
    for (const [name, token] of Object.entries(bad)) {
      expect(`${name}: ${await statusOf(verifier, bearer(token))}`).toBe(`${name}: 401`)
    }
  })

  it('hears of an ended session by the bus at once', async () => {
    const verifier = await elsewhere({ bus })
    const fresh = await site.join('bus')
    expect(await statusOf(verifier, bearer(fresh.accessToken))).toBe(200)
    await site.send('POST', '/api/auth/logout', { body: { refreshToken: fresh.refreshToken } })
    expect(await statusOf(verifier, bearer(fresh.accessToken))).toBe(401)
  })

  it('reads of it within seconds without a bus, and after a restart', async () => {
    const verifier = await elsewhere()
    const fresh = await site.join('poll')
    const { id, key } = await site.key(fresh.accessToken)
    expect(await statusOf(verifier, bearer(fresh.accessToken))).toBe(200)
    expect(await statusOf(verifier, { 'x-api-key': key })).toBe(200)
    await site.send('DELETE', `/api/auth/keys/${id}`, { token: fresh.accessToken })
    await site.send('POST', '/api/auth/logout', { body: { refreshToken: fresh.refreshToken } })
    expect(await statusOf(verifier, bearer(fresh.accessToken))).toBe(200)
    site.clock.advance(4)
    expect(await statusOf(verifier, bearer(fresh.accessToken))).toBe(401)
    expect(await statusOf(verifier, { 'x-api-key': key })).toBe(401)
    const restarted = await elsewhere()
    expect(await statusOf(restarted, bearer(fresh.accessToken))).toBe(401)
  })

  it('ignores news that is older than what it knows', async () => {
    const verifier = await elsewhere()
    const { user: account, accessToken } = await site.join('order')
    const role = async () => (await verifier.verifyToken(accessToken)).role
    await role()
    verifier.apply([{ kind: 'user', subject: account.id, role: 'admin', seq: 1_000_002 }])
    verifier.apply([{ kind: 'user', subject: account.id, role: 'viewer', seq: 1_000_001 }])
    expect(await role()).toBe('admin')
  })

  it('takes tokens without the database, but no keys', async () => {
    const gone = {
      ...site.database.db,
      query: async () => {
        throw new Error('connection refused')
      },
    }
    const verifier = await elsewhere({ accounts: { db: gone } })
    expect(await statusOf(verifier, bearer(admin.accessToken))).toBe(200)
    await expect(
      verifier.authenticate({ 'x-api-key': `rnk_${'0'.repeat(16)}_${'A'.repeat(43)}` }),
    ).rejects.toThrow()
  })

  it('goes by the auth role alone: keys and key set over HTTP', async () => {
    await site.app.listen({ host: '127.0.0.1', port: 0 })
    const upstream = new URL(`http://127.0.0.1:${(site.app.server.address() as AddressInfo).port}`)
    const verifier = await elsewhere({
      keys: new URL('/.well-known/jwks.json', upstream),
      accounts: { upstream },
      bus,
    })
    expect(await statusOf(verifier, bearer(admin.accessToken))).toBe(200)
    const { id, key } = await site.key(admin.accessToken, { scopes: ['images:read'] })
    expect(await verifier.authenticate({ 'x-api-key': key })).toMatchObject({
      userId: admin.user.id,
      role: 'admin',
      keyId: id,
      scopes: new Set(['images:read']),
    })
    expect(await statusOf(verifier, { 'x-api-key': `${key.slice(0, -43)}${'A'.repeat(43)}` })).toBe(401)
    await site.send('DELETE', `/api/auth/keys/${id}`, { token: admin.accessToken })
    expect(await statusOf(verifier, { 'x-api-key': key })).toBe(401)
  })

  it('says unavailable, not unauthenticated, when the auth role cannot be asked', async () => {
    const nowhere = new URL('http://127.0.0.1:9')
    const verifier = await elsewhere({
      keys: new URL('/.well-known/jwks.json', nowhere),
      accounts: { upstream: nowhere },
    })
    expect(await statusOf(verifier, bearer(admin.accessToken))).toBe(503)
    expect(await statusOf(verifier, { 'x-api-key': `rnk_${'0'.repeat(16)}_${'A'.repeat(43)}` })).toBe(503)
  })

  it('takes tokens of a retired key', async () => {
    const next = await authApp({
      database: site.database,
      signingKey: await generateSigningKey(),
      retiredKeys: [signingKey],
    })
    try {
      expect(await next.send('GET', '/api/auth/me', { token: admin.accessToken })).toMatchObject({
        status: 200,
      })
      expect(next.auth.publicKeys.keys).toHaveLength(2)
    } finally {
      await next.close()
    }
  })
})
