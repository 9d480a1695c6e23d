import type { Identities, Identity, ProviderStart, SessionTokens } from '@rendition/contract'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOperator } from './index.ts'
import { type ProviderConfig, providerConfigSchema } from './provider-config.ts'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'
import {
  client,
  type LyingProvider,
  lyingProvider,
  type RealProvider,
  realProvider,
  visitProvider,
} from './testing/openid.ts'

const publicUrl = 'https://pictures.test'
const backTo = `${publicUrl}/sign-in/home`
const verified = (email: string) => ({ email, email_verified: true })
const people = {
  ann: { ...verified('ann@example.com'), preferred_username: 'ann' },
  ben: { ...verified('ben@example.com'), preferred_username: 'ben', groups: ['staff', 'pictures-admins'] },
  bob: { ...verified('bob@example.com'), preferred_username: 'ann' },
  cat: { preferred_username: 'ann' },
  dan: { email: 'dan@example.com', email_verified: false, preferred_username: 'dan the man' },
  eve: { ...verified('owner@example.com') },
  fay: { ...verified('fay@example.com') },
  gil: { ...verified('gil@example.com') },
  hal: { ...verified('hal@example.com') },
}

let real: RealProvider
let lying: LyingProvider
const apps: AuthApp[] = []
beforeAll(async () => {
  ;[real, lying] = await Promise.all([realProvider(people, backTo), lyingProvider()])
})
afterAll(async () => {
  for (const app of apps) await app.close()
  await Promise.all([real.close(), lying.close()])
})

const home = (more: Partial<ProviderConfig> = {}): ProviderConfig =>
  providerConfigSchema.parse({
    id: 'home',
    name: 'Home',
    issuer: real.issuer,
    ...client,
    plainHttp: true,
    addresses: ['127.0.0.0/8'],
    ...more,
  })

async function open(
  config: Parameters<typeof authApp>[0] & { providers: ProviderConfig[] },
): Promise<AuthApp> {
  const { providers, config: more, ...rest } = config
  const app = await authApp({ ...rest, config: { providers, ...more } })
  apps.push(app)
  return app
}

/** Goes to the provider as somebody, and comes back. */
async function atProvider(app: AuthApp, person: string | null, id = 'home') {
  const start = await app.send<ProviderStart>('POST', `/api/auth/providers/${id}/start`, {
    headers: { origin: publicUrl },
  })
  expect(start).toMatchObject({ status: 200 })
  real.next.person = person
  const answer = await visitProvider(start.body.url, backTo)
  return { browserKey: start.body.browserKey, answer }
}
const finish = (app: AuthApp, body: unknown, id = 'home') =>
  app.send<SessionTokens & { code: string; detail: string; challenge: string }>(
    'POST',
    `/api/auth/providers/${id}/finish`,
    { body },
  )
const signIn = async (app: AuthApp, person: string | null) => finish(app, await atProvider(app, person))
const identities = async (app: AuthApp, token: string) =>
  (await app.send<Identities>('GET', '/api/auth/identities', { token })).body
const audited = async (app: AuthApp) =>
  app.database.db.query<{ action: string; details: Record<string, unknown> }>(
    'select action, details from audit order by id',
  )

/** Links a person of the provider to the account of a token, by its password. */
async function link(
  app: AuthApp,
  token: string,
  person: string,
  proof: object = { currentPassword: password },
) {
  const start = await app.send<ProviderStart & { code: string }>('POST', '/api/auth/providers/home/link', {
    token,
    body: proof,
    headers: { origin: publicUrl },
  })
  if (start.status !== 200) return start
  real.next.person = person
  const body = { browserKey: start.body.browserKey, answer: await visitProvider(start.body.url, backTo) }
  return app.send<Identity & { code: string }>('POST', '/api/auth/providers/home/link/finish', {
    token,
    body,
  })
}

describe('signing in by a provider', () => {
  let app: AuthApp
  beforeAll(async () => {
    app = await open({ providers: [home()] })
  })

  it('makes an account the first time, the first of all the administrator’s, and finds it the next', async () => {
    const shown = await app.send('GET', '/api/auth/registration')
    expect(shown.body).toMatchObject({
      first: true,
      passwords: true,
      providers: [{ id: 'home', name: 'Home' }],
    })
    const ann = await signIn(app, 'ann')
    expect(ann).toMatchObject({
      status: 200,
      body: { user: { email: 'ann@example.com', username: 'ann', role: 'admin' } },
    })
    const again = await signIn(app, 'ann')
    expect(again.body.user.id).toBe(ann.body.user.id)
    const { accessToken: token } = again.body
    expect(await identities(app, token)).toMatchObject({
      password: false,
      identities: [{ provider: { id: 'home', name: 'Home' }, email: 'ann@example.com' }],
    })
    expect(await app.send('GET', '/api/auth/me', { token })).toMatchObject({ status: 200 })
    const starts = (await audited(app)).filter(({ action }) => action === 'session.start')
    expect(starts.map(({ details }) => details)).toEqual([{ provider: 'home' }, { provider: 'home' }])
    // Nothing that opens a door is in the database or the log.
    expect(app.logged()).not.toContain(again.body.refreshToken)
  })

  it('gives names that are taken to nobody else, and takes no address that the provider does not vouch for', async () => {
    expect((await signIn(app, 'bob')).body.user).toMatchObject({ email: 'bob@example.com', username: null })
    const cat = (await signIn(app, 'cat')).body.user
    expect(cat).toMatchObject({ email: null, username: expect.stringMatching(/^ann-\d+$/), role: 'user' })
    const dan = (await signIn(app, 'dan')).body.user
    expect(dan).toMatchObject({ email: null, username: expect.stringMatching(/^user-\d+$/) })
  })

  it('never opens an account by its address alone', async () => {
    await app.join('owner@example.com')
    const eve = await signIn(app, 'eve')
    expect(eve).toMatchObject({ status: 409, body: { code: 'account_exists' } })
    expect(eve.body.detail).toContain('link Home under Security')
  })

  it('lets somebody in who is linked, by the password once and the provider from then on', async () => {
    const fay = await app.join('fay')
    const { accessToken: token } = fay
    const { key } = await app.key(token, { scopes: ['account:manage'] })
    const path = '/api/auth/providers/home/link'
    expect((await app.send('POST', path, { key, body: {} })).status).toBe(403)
    expect(await link(app, token, 'fay', {})).toMatchObject({ status: 400 })
    expect(await link(app, token, 'fay', { currentPassword: 'not it' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    })
    const linked = await link(app, token, 'fay')
    expect(linked).toMatchObject({ status: 200, body: { email: 'fay@example.com', lastUsedAt: null } })
    expect((await link(app, token, 'fay')).body).toMatchObject({ email: 'fay@example.com' })
    expect((await signIn(app, 'fay')).body.user.id).toBe(fay.user.id)
    const other = await app.join('other')
    expect(await link(app, other.accessToken, 'fay')).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
    const all = (await identities(app, token)).identities
    expect(all).toHaveLength(1)
    const unlink = (by: string) => app.send('DELETE', `/api/auth/identities/${all[0]?.id}`, { token: by })
    expect((await unlink(other.accessToken)).status).toBe(404)
    expect((await unlink(token)).status).toBe(204)
    expect((await unlink(token)).status).toBe(404)
    const deeds = (await audited(app)).filter(({ action }) => action.startsWith('identity.'))
    expect(deeds).toEqual([
      { action: 'identity.link', details: { provider: 'home', by: 'session' } },
      { action: 'identity.unlink', details: { provider: 'home' } },
    ])
  })

  it('keeps the last way in, and lets who has no password set one after signing in just now', async () => {
    const gil = (await signIn(app, 'gil')).body
    const { accessToken: token } = gil
    const [identity] = (await identities(app, token)).identities
    const unlink = () => app.send('DELETE', `/api/auth/identities/${identity?.id}`, { token })
    expect(await unlink()).toMatchObject({ status: 409, body: { code: 'last_way_in' } })
    app.clock.advance(601)
    const fresh = (await signIn(app, 'gil')).body.accessToken
    const set = (by: string) =>
      app.send('PATCH', '/api/auth/me', { token: by, body: { password: 'a new fine word' } })
    expect(await set(token)).toMatchObject({ status: 403, body: { code: 'sign_in_again' } })
    expect((await set(fresh)).status).toBe(200)
    const late = (await signIn(app, 'gil')).body.accessToken
    expect(await set(late)).toMatchObject({ status: 400 })
    expect((await app.send('DELETE', `/api/auth/identities/${identity?.id}`, { token: late })).status).toBe(
      204,
    )
    const body = { email: 'gil@example.com', password: 'a new fine word' }
    expect((await app.send('POST', '/api/auth/login', { body })).status).toBe(200)
  })

  it('asks for the second step of an account that has one', async () => {
    const { accessToken: token, user } = (await signIn(app, 'hal')).body
    const made = await app.send<{ secret: string }>('POST', '/api/auth/two-step/set-up', { token, body: {} })
    const totp = new TOTP({ secret: Secret.fromBase32(made.body.secret) })
    const at = (steps: number) => totp.generate({ timestamp: app.clock.now().getTime() + steps * 30_000 })
    await app.send('POST', '/api/auth/two-step/confirm', { token, body: { code: at(0) } })
    const asked = await signIn(app, 'hal')
    expect(asked).toMatchObject({ status: 401, body: { code: 'two_step_required' } })
    const body = { challenge: asked.body.challenge, code: at(1) }
    expect((await app.send('POST', '/api/auth/login/two-step', { body })).status).toBe(200)
    const trusting = await open({ providers: [home({ secondStep: 'provider' })], database: app.database })
    expect((await signIn(trusting, 'hal')).status).toBe(200)
    // Whoever has the provider alone changes nothing of the account.
    const roles = { claim: 'groups', map: {}, otherwise: 'viewer' as const }
    const ruling = await open({
      providers: [home({ roles })],
      database: app.database,
      clock: app.clock,
    })
    const claimed = await signIn(ruling, 'hal')
    expect(claimed.body.code).toBe('two_step_required')
    const role = async () =>
      (await app.database.db.query('select role from users where id = $1', [user.id]))[0]?.role
    expect(await role()).toBe('user')
    app.clock.advance(60)
    const code = { challenge: claimed.body.challenge, code: at(0) }
    const signedIn = await ruling.send<SessionTokens>('POST', '/api/auth/login/two-step', { body: code })
    expect(signedIn).toMatchObject({ status: 200, body: { user: { role: 'viewer' } } })
    expect(await role()).toBe('viewer')
  })

  it('refuses what is cancelled, used twice, of another browser, old or unknown', async () => {
    const cancelled = await signIn(app, null)
    expect(cancelled).toMatchObject({ status: 403, body: { code: 'sign_in_refused' } })
    expect(cancelled.body.detail).toContain('cancelled')
    // Two tabs: each goes on with what it began.
    const tabs = [await atProvider(app, 'ann'), await atProvider(app, 'ann')] as const
    const crossed = { ...tabs[0], browserKey: tabs[1].browserKey }
    expect(await finish(app, crossed)).toMatchObject({ status: 403, body: { code: 'challenge_expired' } })
    for (const tab of tabs) {
      const both = await Promise.all([finish(app, tab), finish(app, tab)])
      expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
    }
    expect(await finish(app, tabs[0])).toMatchObject({ status: 403, body: { code: 'challenge_expired' } })
    const late = await atProvider(app, 'ann')
    app.clock.advance(601)
    expect(await finish(app, late)).toMatchObject({ status: 403, body: { code: 'challenge_expired' } })
    const nonsense = { browserKey: 'x', answer: 'code=x&state=rns_00' }
    expect((await finish(app, nonsense)).body.code).toBe('challenge_expired')
    expect((await app.send('POST', '/api/auth/providers/nobody/start')).status).toBe(404)
    const made = await atProvider(app, 'ann')
    const doubled = { ...made, answer: `${made.answer}&code=other` }
    expect((await finish(app, doubled)).body.code).toBe('sign_in_refused')
    // What was begun to sign in links nothing, and what was begun to link signs nobody in.
    const { accessToken: token } = await app.join('kim')
    const begun = await atProvider(app, 'fay')
    const crossing = await app.send('POST', '/api/auth/providers/home/link/finish', { token, body: begun })
    expect(crossing).toMatchObject({ status: 403, body: { code: 'challenge_expired' } })
  })

  it('says where it works when the page is open at another address', async () => {
    const start = await app.send('POST', '/api/auth/providers/home/start', {
      headers: { origin: 'http://192.168.1.5:8080' },
    })
    expect(start).toMatchObject({ status: 409, body: { code: 'wrong_address' } })
    expect(start.body.detail).toContain(publicUrl)
  })

  it('lets a disabled account in by no provider', async () => {
    const { user } = (await signIn(app, 'bob')).body
    const admin = (await signIn(app, 'ann')).body.accessToken
    await app.send('PATCH', `/api/admin/users/${user.id}`, { token: admin, body: { disabled: true } })
    expect(await signIn(app, 'bob')).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })
})

describe('by configuration', () => {
  it('an address opens an account where both sides have proven it', async () => {
    const app = await open({ providers: [home({ linkByEmail: 'verified' })] })
    const { user } = await app.join('ann@example.com')
    expect((await signIn(app, 'ann')).body.code).toBe('account_exists')
    await app.database.db.query('update users set email_verified_at = now() where id = $1', [user.id])
    expect((await signIn(app, 'ann')).body.user.id).toBe(user.id)
    const linked = (await audited(app)).find(({ action }) => action === 'identity.link')
    expect(linked?.details).toEqual({ provider: 'home', by: 'email' })
    // Whoever takes somebody else's address here has proven nothing, and neither has whoever had proven another one.
    const eve = await app.join('eve@example.com')
    await app.database.db.query('update users set email_verified_at = now() where id = $1', [eve.user.id])
    const body = { email: 'bob@example.com', currentPassword: password }
    expect((await app.send('PATCH', '/api/auth/me', { token: eve.accessToken, body })).status).toBe(200)
    expect((await signIn(app, 'bob')).body.code).toBe('account_exists')
  })

  it('a claim gives the role at each sign-in, keeps the last administrator, and lets in nobody without one', async () => {
    const roles = {
      claim: 'groups',
      map: { staff: 'user', 'pictures-admins': 'admin' },
      otherwise: 'viewer',
    } as const
    const app = await open({ providers: [home({ roles })] })
    const ben = (await signIn(app, 'ben')).body
    expect(ben.user.role).toBe('admin')
    expect((await signIn(app, 'ann')).body.user.role).toBe('viewer')
    const less = { ...roles, map: { staff: 'user' as const } }
    const other = await open({ providers: [home({ roles: less })], database: app.database })
    const still = (await signIn(other, 'ben')).body
    expect(still.user.role).toBe('admin')
    await app.database.db.query(`update users set role = 'admin' where email = 'ann@example.com'`)
    expect((await signIn(other, 'ben')).body.user.role).toBe('user')
    // Tokens that are out already have the new role too.
    const list = await other.send('GET', '/api/admin/users', { token: still.accessToken })
    expect(list.status).toBe(403)
    const strict = await open({
      providers: [home({ roles: { ...roles, otherwise: 'refuse' } })],
      database: app.database,
    })
    expect(await signIn(strict, 'ann')).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    const changes = (await audited(app)).filter(({ action }) => action === 'user.change')
    expect(changes.map(({ details }) => details)).toEqual([
      { provider: 'home', role: { from: 'admin', to: 'admin', said: 'user' } },
      { provider: 'home', role: { from: 'admin', to: 'user', said: 'user' } },
    ])
  })

  it('whom the provider lets in gets an account, or only as registration says', async () => {
    const app = await open({ providers: [home()], config: { registration: 'first' } })
    expect((await signIn(app, 'ann')).status).toBe(200)
    expect(await signIn(app, 'ben')).toMatchObject({ status: 403, body: { code: 'registration_closed' } })
    const inviting = await open({
      providers: [home({ register: true })],
      config: { registration: 'first' },
      database: app.database,
    })
    expect((await signIn(inviting, 'ben')).status).toBe(200)
  })

  it('passwords are switched off, and the operator has a link for when the provider fails', async () => {
    const before = await open({ providers: [home()] })
    const { user } = await before.join('admin')
    const app = await open({
      providers: [home()],
      config: { passwordSignIn: false },
      database: before.database,
    })
    const shown = await app.send('GET', '/api/auth/registration')
    expect(shown.body).toMatchObject({ open: false, passwords: false, mails: false })
    const { accessToken: token } = (await signIn(app, 'ann')).body
    const refused: ['POST' | 'PATCH', string, object][] = [
      ['POST', 'auth/login', { username: 'admin', password }],
      ['POST', 'auth/register', { username: 'new', password }],
      ['POST', 'auth/password-reset', { email: 'a@example.com' }],
      ['POST', 'auth/password-reset/confirm', { token: 'x', password }],
      ['POST', 'auth/invitations/accept', { token: 'x', password }],
      ['PATCH', 'auth/me', { password: 'another fine one' }],
    ]
    for (const [method, path, body] of refused) {
      const answer = await app.send(method, `/api/${path}`, { token, body })
      expect(answer, path).toMatchObject({ status: 403, body: { code: 'password_sign_in_off' } })
    }
    const operator = createOperator({ db: app.database.db, config: app.config })
    const { url } = await operator.makeSignInLink('ADMIN', publicUrl)
    const secret = /^https:\/\/pictures\.test\/sign-in-link#(rnl_.+)$/.exec(url)?.[1]
    const use = (given = secret) =>
      app.send<SessionTokens>('POST', '/api/auth/sign-in-link', { body: { token: given } })
    const both = await Promise.all([use(), use()])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
    expect(both.find(({ status }) => status === 200)?.body.user.id).toBe(user.id)
    const late = await operator.makeSignInLink('admin', publicUrl)
    app.clock.advance(901)
    expect((await use(late.url.split('#')[1])).status).toBe(403)
    // A link of one kind does nothing of another.
    const set = await operator.makePasswordLink('admin', publicUrl)
    expect((await use(set.url.split('#')[1])).status).toBe(403)
  })
})

describe('what a provider says is believed', () => {
  let app: AuthApp
  const other = (more: Partial<ProviderConfig> = {}): ProviderConfig =>
    home({ id: 'other', issuer: lying.issuer, ...more })
  beforeAll(async () => {
    app = await open({ providers: [other()] })
  })

  /** Comes back from it with a code and what its token then says. */
  async function told(says: LyingProvider['says'], { forges = false, from = app, iss = '' } = {}) {
    const start = await from.send<ProviderStart>('POST', '/api/auth/providers/other/start')
    const asked = new URL(start.body.url).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('redirect_uri')).toBe(`${publicUrl}/sign-in/other`)
    Object.assign(lying, { says: { nonce: asked.get('nonce') ?? '', ...says }, forges })
    const answer = new URLSearchParams({
      code: 'c',
      state: asked.get('state') ?? '',
      ...(iss === '' ? {} : { iss }),
    })
    return finish(from, { browserKey: start.body.browserKey, answer: String(answer) }, 'other')
  }

  it('only where issuer, audience, nonce, time and signature are right', async () => {
    expect((await told({})).status).toBe(200)
    const now = Math.floor(Date.now() / 1000)
    const lies: [string, LyingProvider['says']][] = [
      ['issuer', { iss: 'https://elsewhere.example' }],
      ['audience', { aud: 'another client' }],
      ['nonce', { nonce: 'of another sign-in' }],
      ['no nonce', { nonce: undefined }],
      ['expired', { iat: now - 7_200, exp: now - 3_600 }],
      ['not yet', { nbf: now + 3_600 }],
      ['nobody', { sub: '' }],
    ]
    for (const [what, says] of lies) {
      expect(await told(says), what).toMatchObject({ status: 403, body: { code: 'sign_in_refused' } })
    }
    expect(await told({}, { forges: true })).toMatchObject({ status: 403 })
    expect(await told({}, { iss: 'https://elsewhere.example' })).toMatchObject({ status: 403 })
    expect(app.logged()).toContain('signed nobody in')
    expect(app.logged()).not.toContain('someone')
  })

  it('only from itself: what discovery names elsewhere, or at a private address, is not asked', async () => {
    const closed = await open({ providers: [other({ addresses: [] })] })
    const asked = lying.asked.length
    const refused = await closed.send('POST', '/api/auth/providers/other/start')
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(lying.asked).toHaveLength(asked)
    expect(closed.logged()).toContain('127.0.0.1 may not be reached')

    lying.discovery = { token_endpoint: 'http://169.254.169.254/latest' }
    const pointing = await open({ providers: [other()] })
    expect(await told({}, { from: pointing })).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    lying.discovery = { issuer: 'https://elsewhere.example' }
    const renamed = await open({ providers: [other()] })
    expect((await renamed.send('POST', '/api/auth/providers/other/start')).status).toBe(503)
    lying.discovery = {}
    // A failure is not remembered.
    expect((await renamed.send('POST', '/api/auth/providers/other/start')).status).toBe(200)
  })
})

it('the configuration says what is wrong with a provider', () => {
  const base = { id: 'a', name: 'A', issuer: 'https://a.example', clientId: 'c' }
  const fault = (more: object) =>
    providerConfigSchema.safeParse({ ...base, ...more }).error?.issues.map(({ path }) => path.join('.'))
  expect(fault({})).toBeUndefined()
  expect(fault({ issuer: 'http://a.example' })).toEqual(['issuer'])
  expect(fault({ issuer: 'http://a.example', plainHttp: true })).toBeUndefined()
  expect(fault({ id: 'A B' })).toEqual(['id'])
  expect(fault({ addresses: ['10.0.0.1'] })).toEqual(['addresses.0'])
  expect(fault({ scopes: ['email'] })).toEqual(['scopes'])
  expect(fault({ roles: { claim: 'groups', map: { x: 'king' } } })).toEqual(['roles.map.x'])
  expect(fault({ secret: 'x' })).toEqual([''])
})
