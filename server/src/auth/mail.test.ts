import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { CreatedInvitation, Page, SessionTokens } from '@rendition/contract'
import { SMTPServer } from 'smtp-server'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createOperator } from './index.ts'
import { insertMail } from './store/mails.ts'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'

/** What a real server was given, and how it answers the next recipients. */
const inbox: { to: string[]; from: string; raw: string }[] = []
let answer: 'take' | 'refuse' | 'later' = 'take'
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo(_address, _session, done) {
    if (answer === 'take') return done()
    done(Object.assign(new Error('no'), { responseCode: answer === 'refuse' ? 550 : 451 }))
  },
  onData(stream, { envelope }, done) {
    void text(stream).then((raw) => {
      const to = envelope.rcptTo.map(({ address }) => address)
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      inbox.push({ to, from, raw: raw.replaceAll('=\r\n', '').replaceAll('=3D', '=') })
      done()
    })
  },
})

let site: AuthApp
let admin: SessionTokens
let stop: () => Promise<void>
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  site = await authApp({ config: { smtpUrl: `smtp://127.0.0.1:${port}`, registration: 'first' } })
  admin = await site.join('admin')
  stop = site.auth.startMail()
})
afterAll(async () => {
  await stop()
  await site.close()
  await new Promise<void>((resolve) => server.close(resolve))
})
beforeEach(() => {
  inbox.length = 0
  answer = 'take'
})

const post = <T = { code: string }>(path: string, body: unknown, token?: string) =>
  site.send<T>('POST', `/api/${path}`, { body, ...(token === undefined ? {} : { token }) })
const logIn = (email: string, word = password) =>
  post<SessionTokens & { code: string }>('auth/login', { email, password: word })
const ask = (email: string) => post<{ message: string }>('auth/password-reset', { email })
const confirm = (token: string, word: string) =>
  post('auth/password-reset/confirm', { token, password: word })
const next = 'another fine password'

async function mailTo(address: string) {
  await vi.waitFor(() => expect(inbox.map(({ to }) => to)).toContainEqual([address]), { timeout: 8_000 })
  return inbox.find(({ to }) => to[0] === address)?.raw ?? ''
}
const linkIn = (raw: string, path: string): string =>
  new RegExp(`https://pictures\\.test/${path}#(rnl_[\\w-]+)`).exec(raw)?.[1] ?? ''
const waiting = async (): Promise<number> => (await site.database.db.query('select 1 from mails')).length

/** By an invitation, since registration is closed here. */
async function joinByMail(email: string, role = 'user') {
  const invited = await post<CreatedInvitation>('admin/invitations', { email, role }, admin.accessToken)
  expect(invited).toMatchObject({ status: 201, body: { email, role, url: null } })
  const token = linkIn(await mailTo(email), 'invitation')
  const made = await post<SessionTokens>('auth/invitations/accept', { token, password })
  expect(made).toMatchObject({ status: 201, body: { user: { email, role } } })
  inbox.length = 0
  return { token, id: made.body.user.id, accessToken: made.body.accessToken }
}

describe('an invitation', () => {
  it('comes as text and HTML, makes the account of its role, and is good once', async () => {
    const { token } = await joinByMail('ann@example.com', 'viewer')
    expect((await post('auth/invitations/accept', { token, password })).body.code).toBe('link_invalid')
    expect((await logIn('ann@example.com')).status).toBe(200)
    expect((await post('admin/invitations', { email: 'Ann@Example.com' }, admin.accessToken)).status).toBe(
      409,
    )
  })

  it('says who is meant in both texts, and from whom it is', async () => {
    await post('admin/invitations', { email: 'bea@example.com' }, admin.accessToken)
    const raw = await mailTo('bea@example.com')
    expect(inbox[0]?.from).toBe('rendition@pictures.test')
    for (const part of ['text/plain', 'text/html', 'Subject: An account for you at pictures.test']) {
      expect(raw).toContain(part)
    }
    expect(raw.split(linkIn(raw, 'invitation')).length).toBeGreaterThan(3)
  })

  it('is void when it is taken back, made anew, or old', async () => {
    const invite = async () =>
      (await post<CreatedInvitation>('admin/invitations', { email: 'cem@example.com' }, admin.accessToken))
        .body
    const accept = async (token: string) =>
      (await post('auth/invitations/accept', { token, password })).body.code
    await invite()
    const first = linkIn(await mailTo('cem@example.com'), 'invitation')
    inbox.length = 0
    const { id } = await invite()
    const second = linkIn(await mailTo('cem@example.com'), 'invitation')
    expect(await accept(first)).toBe('link_invalid')
    const { accessToken: token } = admin
    const list = await site.send<Page<{ id: string }>>('GET', '/api/admin/invitations', { token })
    expect(list.body.items.map((item) => item.id)).toContain(id)
    expect((await site.send('DELETE', `/api/admin/invitations/${id}`, { token })).status).toBe(204)
    expect((await site.send('DELETE', `/api/admin/invitations/${id}`, { token })).status).toBe(404)
    expect(await accept(second)).toBe('link_invalid')
  })
})

describe('a forgotten password', () => {
  it('is replaced by a link that is good once, and everything signed in ends', async () => {
    const { accessToken } = await joinByMail('dan@example.com')
    const { key } = await site.key(accessToken)
    expect((await ask('DAN@example.com')).status).toBe(202)
    const token = linkIn(await mailTo('dan@example.com'), 'reset-password')
    expect((await confirm(token, 'x')).status).toBe(400)
    const both = await Promise.all([confirm(token, next), confirm(token, 'yet another password')])
    expect(both.map(({ status }) => status).sort()).toEqual([204, 403])
    const word = both[0]?.status === 204 ? next : 'yet another password'
    expect((await logIn('dan@example.com')).status).toBe(401)
    expect((await logIn('dan@example.com', word)).status).toBe(200)
    for (const by of [{ token: accessToken }, { key }]) {
      expect((await site.send('GET', '/api/auth/me', by)).status).toBe(401)
    }
    expect((await confirm(token, next)).body.code).toBe('link_invalid')
  })

  it('answers the same for an address that nobody has, and mails nobody', async () => {
    const known = await joinByMail('eve@example.com')
    const answers = [await ask('eve@example.com'), await ask('nobody@example.com')]
    expect(answers[0]?.body).toEqual(answers[1]?.body)
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    await mailTo('eve@example.com')
    await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 8_000 })
    expect(inbox.map(({ to }) => to)).toEqual([['eve@example.com']])
    // Nothing that opens a door stands in the database or the log.
    const token = linkIn(inbox[0]?.raw ?? '', 'reset-password')
    const rows = await site.database.db.query<{ all: string }>(
      'select string_agg(l::text, chr(10)) as all from account_links l',
    )
    expect(rows[0]?.all).not.toContain(token.slice(-43))
    expect(site.logged()).not.toContain(token.slice(-43))
    const change = { password: next, currentPassword: password }
    await site.send('PATCH', '/api/auth/me', { token: known.accessToken, body: change })
    expect((await confirm(token, 'yet another password')).body.code).toBe('link_invalid')
  })

  it('goes to another address for a session and the password alone, and links to the one before are void', async () => {
    const { accessToken } = await joinByMail('hal@example.com')
    const { key } = await site.key(accessToken, { scopes: ['account:manage'] })
    await ask('hal@example.com')
    const token = linkIn(await mailTo('hal@example.com'), 'reset-password')
    const change = (body: object, by: { token?: string; key?: string } = { token: accessToken }) =>
      site.send('PATCH', '/api/auth/me', { ...by, body })
    const email = 'hal@example.net'
    expect((await change({ email, currentPassword: password }, { key })).status).toBe(403)
    expect(await change({ email })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'currentPassword' }] },
    })
    expect(await change({ email, currentPassword: 'not it' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    })
    expect((await change({ username: 'hal' }, { key })).status).toBe(200)
    expect((await logIn('hal@example.com')).status).toBe(200)

    expect(await change({ email, currentPassword: password })).toMatchObject({ status: 200, body: { email } })
    expect((await confirm(token, next)).body.code).toBe('link_invalid')
    expect((await site.send('GET', '/api/auth/me', { key })).status).toBe(200)
    expect((await logIn(email)).status).toBe(200)
  })

  it('mails one box three times an hour, and takes thirty requests from one address', async () => {
    await joinByMail('fay@example.com')
    for (let times = 0; times < 5; times += 1) {
      const body = { email: 'fay@example.com' }
      const one = await site.send('POST', '/api/auth/password-reset', { body, address: '203.0.113.9' })
      expect(one.status).toBe(202)
    }
    await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 8_000 })
    expect(inbox).toHaveLength(3)
    for (let times = 0; times < 25; times += 1) {
      const body = { email: `x${times}@example.com` }
      await site.send('POST', '/api/auth/password-reset', { body, address: '203.0.113.9' })
    }
    const body = { email: 'one@example.com' }
    const more = await site.send('POST', '/api/auth/password-reset', { body, address: '203.0.113.9' })
    expect(more).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  })

  it('tries again what the server puts off, in any process, and drops what it refuses', async () => {
    await joinByMail('gil@example.com')
    answer = 'later'
    await ask('gil@example.com')
    await vi.waitFor(() => expect(site.logged()).toContain('a mail could not be sent yet'), {
      timeout: 8_000,
    })
    expect(await waiting()).toBe(1)
    answer = 'take'
    site.clock.advance(60)
    await mailTo('gil@example.com')
    answer = 'refuse'
    await ask('gil@example.com')
    await vi.waitFor(() => expect(site.logged()).toContain('a mail was refused'), { timeout: 8_000 })
    await vi.waitFor(async () => expect(await waiting()).toBe(0))
  })
})

describe('without a mail server', () => {
  it('forgets what waits from when there was one', async () => {
    const other = await authApp()
    try {
      const { db } = other.database
      const row = {
        kind: 'reset',
        email: 'a@example.com',
        linkId: null,
        createdAt: other.clock.now(),
      } as const
      expect(await insertMail(db, { ...row, id: uuidv7() }, 10)).toBe(true)
      const waiting = () => db.query('select 1 from mails')
      other.clock.advance(24 * 3_600)
      await other.auth.prune()
      expect(await waiting()).toHaveLength(1)
      other.clock.advance(3_601)
      await other.auth.prune()
      expect(await waiting()).toEqual([])
    } finally {
      await other.close()
    }
  })

  it('an administrator, or the operator, hands a link over', async () => {
    const other = await authApp()
    try {
      const { accessToken: token, user } = await other.join('admin')
      const { user: ben } = await other.join('ben')
      const off = await other.send('POST', '/api/auth/password-reset', { body: { email: 'a@example.com' } })
      expect(off).toMatchObject({ status: 409, body: { code: 'mail_off' } })
      const path = (id: string) => `/api/admin/users/${id}/password-link`
      expect((await other.send('POST', path(user.id), { token })).status).toBe(403)
      const made = await other.send<{ url: string }>('POST', path(ben.id), { token })
      expect(made.status).toBe(201)
      const operator = createOperator({ db: other.database.db, config: other.config })
      const byHand = await operator.makePasswordLink('BEN', 'https://pictures.test')
      const tokens = [made.body.url, byHand.url].map((url) => linkIn(url, 'reset-password'))
      const set = (secret = '') =>
        other.send('POST', '/api/auth/password-reset/confirm', { body: { token: secret, password: next } })
      const cem = (await other.join('cem')).user
      const late = await other.send<{ url: string }>('POST', path(cem.id), { token })
      expect((await set(tokens[1])).status).toBe(204)
      expect((await set(tokens[0])).status).toBe(403)
      other.clock.advance(3_601)
      expect((await set(linkIn(late.body.url, 'reset-password'))).status).toBe(403)
      const invited = await other.send<CreatedInvitation>('POST', '/api/admin/invitations', {
        token: (
          await other.send<SessionTokens>('POST', '/api/auth/login', {
            body: { username: 'admin', password },
          })
        ).body.accessToken,
        body: { email: 'x@example.com' },
      })
      expect(invited.body.url).toMatch(/^https:\/\/pictures\.test\/invitation#rnl_/)
    } finally {
      await other.close()
    }
  })
})
