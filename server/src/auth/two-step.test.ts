import type {
  AuditEntry,
  Page,
  RecoveryCodes,
  SessionTokens,
  TwoStep,
  TwoStepSetUp,
} from '@rendition/contract'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createOperator } from './index.ts'
import { createSealing } from './sealing.ts'
import { deleteTwoStep, lockTwoStep, replaceRecoveryCodes } from './store/two-step.ts'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'

let site: AuthApp
let admin: SessionTokens
beforeAll(async () => {
  site = await authApp({ config: { loginAttempts: 8 } })
  admin = await site.join('admin')
})
afterAll(() => site.close())

/** What the app on somebody's phone shows. */
const appOf = (secret: string) => (stepsAhead: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: site.clock.now().getTime() + stepsAhead * 30_000,
  })
const post = <T = { code: string; challenge: string }>(url: string, body: unknown, token?: string) =>
  site.send<T>('POST', `/api/auth/${url}`, { body, ...(token === undefined ? {} : { token }) })
const logIn = (username: string) => post('login', { username, password })
const finish = (challenge: string, code: string) =>
  post<SessionTokens & { code: string }>('login/two-step', { challenge, code })
const wrong = '000000'

/** Somebody with the second step on, a step of time after it was. */
async function joinWithApp(name: string) {
  const { accessToken: token, user } = await site.join(name)
  const { body } = await post<TwoStepSetUp>('two-step/set-up', { currentPassword: password }, token)
  const app = appOf(body.secret)
  const on = await post<RecoveryCodes>('two-step/confirm', { code: app(0) }, token)
  expect(on.status).toBe(200)
  site.clock.advance(60)
  return { token, id: user.id, app, recoveryCodes: on.body.recoveryCodes }
}

async function challengeOf(name: string): Promise<string> {
  const { status, body } = await logIn(name)
  expect([status, body.code]).toEqual([401, 'two_step_required'])
  return body.challenge
}

describe('setting up', () => {
  it('asks for the password, and for a code of the app, before anything changes', async () => {
    const { accessToken: token } = await site.join('ann')
    expect(await post('two-step/set-up', { currentPassword: 'not it' }, token)).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    })
    expect((await post('two-step/confirm', { code: wrong }, token)).status).toBe(409)
    const { body } = await post<TwoStepSetUp>('two-step/set-up', { currentPassword: password }, token)
    expect(body.uri).toMatch(/^otpauth:\/\/totp\/Rendition:ann\?issuer=Rendition&secret=[A-Z2-7]{32}&/)
    expect((await logIn('ann')).status).toBe(200)
    expect(await post('two-step/confirm', { code: wrong }, token)).toMatchObject({
      status: 403,
      body: { code: 'code_invalid' },
    })
    expect((await logIn('ann')).status).toBe(200)

    const on = await post<RecoveryCodes>('two-step/confirm', { code: appOf(body.secret)(0) }, token)
    expect(new Set(on.body.recoveryCodes).size).toBe(10)
    expect((await logIn('ann')).body.code).toBe('two_step_required')
    expect((await site.send<TwoStep>('GET', '/api/auth/two-step', { token })).body).toMatchObject({
      enabled: true,
      recoveryCodesLeft: 10,
    })
    expect((await post('two-step/set-up', { currentPassword: password }, token)).status).toBe(409)
    expect((await post('two-step/confirm', { code: appOf(body.secret)(1) }, token)).status).toBe(409)
  })

  it('keeps secret and codes so that the database does not tell them', async () => {
    const { id, app, recoveryCodes } = await joinWithApp('ben')
    const rows = await site.database.db.query<{ all: string }>(
      `select t::text || (select string_agg(r::text, '') from recovery_codes r where r.user_id = $1) as all
       from two_step t where t.user_id = $1`,
      [id],
    )
    for (const code of recoveryCodes) {
      expect(rows[0]?.all).not.toContain(Buffer.from(code).toString('hex'))
      expect(site.logged()).not.toContain(code)
    }
    const [{ secret } = { secret: Buffer.of() }] = await site.database.db.query<{ secret: Buffer }>(
      'select secret from two_step where user_id = $1',
      [id],
    )
    expect(createSealing('other secrets', 'two-step-1').open(secret, id)).toBeNull()
    expect(createSealing('of tests', 'two-step-1').open(secret, admin.user.id)).toBeNull()
    const opened = createSealing('of tests', 'two-step-1').open(secret, id) ?? ''
    expect(appOf(opened)(0)).toBe(app(0))
  })

  it('is for people: an API key does none of it', async () => {
    const { token, app } = await joinWithApp('cem')
    const { key } = await site.key(token, { scopes: ['account:manage', 'images:read'] })
    for (const [path, body] of [
      ['set-up', { currentPassword: password }],
      ['confirm', { code: app(0) }],
      ['recovery-codes', { code: app(0) }],
      ['off', { currentPassword: password, code: app(0) }],
    ] as const) {
      const answer = await site.send('POST', `/api/auth/two-step/${path}`, { key, body })
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    // And keys that exist go on.
    expect((await site.send('GET', '/api/auth/me', { key })).status).toBe(200)
  })
})

describe('signing in', () => {
  it('takes a code of the app once, from whichever sign-in', async () => {
    const { app } = await joinWithApp('dan')
    const first = await challengeOf('dan')
    const second = await challengeOf('dan')
    const answers = await Promise.all([finish(first, app(0)), finish(second, app(0))])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    const [good] = answers.filter(({ status }) => status === 200)
    expect((await site.send('GET', '/api/auth/me', { token: good?.body.accessToken ?? '' })).status).toBe(200)
    // The one before is no longer good either, and a challenge is spent with its sign-in.
    expect((await finish(await challengeOf('dan'), app(-1))).body.code).toBe('code_invalid')
    const spent = answers[0]?.status === 200 ? first : second
    expect((await finish(spent, app(1))).body.code).toBe('challenge_expired')
  })

  it('takes a recovery code once, however it is typed, until they are renewed', async () => {
    const { app, token, recoveryCodes } = await joinWithApp('eve')
    const [code = '', other = ''] = recoveryCodes
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ')} `
    expect((await finish(await challengeOf('eve'), typed)).status).toBe(200)
    expect((await finish(await challengeOf('eve'), code)).body.code).toBe('code_invalid')
    const { body } = await site.send<TwoStep>('GET', '/api/auth/two-step', { token })
    expect(body.recoveryCodesLeft).toBe(9)
    const renewed = await post<RecoveryCodes>('two-step/recovery-codes', { code: app(0) }, token)
    expect((await finish(await challengeOf('eve'), other)).body.code).toBe('code_invalid')
    expect((await finish(await challengeOf('eve'), renewed.body.recoveryCodes[0] ?? '')).status).toBe(200)
  })

  it('ends after five wrong codes, and counts them for the account', async () => {
    const { app } = await joinWithApp('fay')
    const challenge = await challengeOf('fay')
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await finish(challenge, wrong)).body.code).toBe('code_invalid')
    }
    expect(await finish(challenge, app(0))).toMatchObject({
      status: 403,
      body: { code: 'challenge_expired' },
    })
    const next = await challengeOf('fay')
    for (let tries = 0; tries < 3; tries += 1) {
      const address = `203.0.113.${tries}`
      const body = { challenge: next, code: wrong }
      const answer = await site.send('POST', '/api/auth/login/two-step', { body, address })
      expect(answer.body.code).toBe('code_invalid')
    }
    const blocked = await finish(await challengeOf('fay'), app(0))
    expect(blocked).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('ends after its time, with another password, and for who made it up', async () => {
    const { app } = await joinWithApp('gil')
    const late = await challengeOf('gil')
    site.clock.advance(301)
    expect((await finish(late, app(0))).body.code).toBe('challenge_expired')
    const before = await challengeOf('gil')
    const change = { password: 'another fine password', currentPassword: password }
    // The access token of long ago by this clock.
    const again = await finish(await challengeOf('gil'), app(0))
    const changed = await site.send('PATCH', '/api/auth/me', { token: again.body.accessToken, body: change })
    expect(changed.status).toBe(200)
    site.clock.advance(60)
    expect((await finish(before, app(0))).body.code).toBe('challenge_expired')
    for (const made of ['x', `rnc_${'0'.repeat(32)}_${'A'.repeat(43)}`]) {
      expect((await finish(made, app(0))).body.code).toBe('challenge_expired')
    }
  })
})

describe('taking it off', () => {
  it('needs the password and a code', async () => {
    const { token, app } = await joinWithApp('hal')
    const off = (body: object) => post('two-step/off', body, token)
    expect((await off({ currentPassword: 'not it', code: app(0) })).body.code).toBe('invalid_credentials')
    expect((await off({ currentPassword: password, code: wrong })).body.code).toBe('code_invalid')
    expect((await off({ currentPassword: password, code: app(0) })).status).toBe(204)
    expect((await logIn('hal')).status).toBe(200)
    expect((await off({ currentPassword: password, code: app(0) })).status).toBe(409)
  })

  it('is an administrator’s for others, signed in, and stands in the audit', async () => {
    const { id } = await joinWithApp('ida')
    const path = `/api/admin/users/${id}/two-step`
    const { accessToken: token } = (await logIn('admin')).body as unknown as SessionTokens
    const { key } = await site.key(token, { scopes: ['account:manage'] })
    expect((await site.send('DELETE', path, { key })).status).toBe(403)
    const shown = () => site.send<{ twoStep: boolean }>('GET', `/api/admin/users/${id}`, { token })
    expect((await shown()).body.twoStep).toBe(true)
    expect((await site.send('DELETE', path, { token })).status).toBe(204)
    expect((await shown()).body.twoStep).toBe(false)
    expect((await logIn('ida')).status).toBe(200)
    const audit = await site.send<Page<AuditEntry>>('GET', '/api/admin/audit?action=two-step.off&limit=1', {
      token,
    })
    expect(audit.body.items[0]).toMatchObject({ targetId: id, actor: { id: admin.user.id } })
    const own = await site.send('DELETE', `/api/admin/users/${admin.user.id}/two-step`, { token })
    expect(own).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  it('is the operator’s from the command line', async () => {
    await joinWithApp('joe')
    const operator = createOperator({ db: site.database.db, config: site.config })
    expect(await operator.takeOffTwoStep('JOE')).toBe(true)
    expect(await operator.takeOffTwoStep('joe')).toBe(false)
    expect((await logIn('joe')).status).toBe(200)
    await expect(operator.takeOffTwoStep('nobody')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('waits for new recovery codes that are being made, and takes those too', async () => {
    const { id } = await joinWithApp('lea')
    const { db } = site.database
    let taking: Promise<boolean> | undefined
    await db.transaction(async (tx) => {
      await lockTwoStep(tx, id)
      taking = db.transaction((other) => deleteTwoStep(other, id))
      taking.catch(() => {})
      await vi.waitFor(async () => {
        const waiting = await db.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        expect(waiting).toHaveLength(1)
      })
      await replaceRecoveryCodes(tx, id, [Buffer.from('new')])
    })
    expect(await taking).toBe(true)
    expect(await db.query('select 1 from recovery_codes where user_id = $1', [id])).toEqual([])
  })

  it('goes with the account', async () => {
    const { token, id } = await joinWithApp('kim')
    await challengeOf('kim')
    expect((await site.send('DELETE', '/api/auth/me', { token })).status).toBe(204)
    for (const table of ['two_step', 'recovery_codes', 'sign_in_challenges']) {
      expect(await site.database.db.query(`select 1 from ${table} where user_id = $1`, [id])).toEqual([])
    }
  })
})
