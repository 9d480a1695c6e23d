import type { AuditEntry, EmailState, Page, SessionTokens, User } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'
import { type Inbox, openInbox } from './testing/inbox.ts'

let inbox: Inbox
let site: AuthApp
let admin: SessionTokens
let stop: () => Promise<void>
beforeAll(async () => {
  inbox = await openInbox()
  site = await authApp({ config: { smtpUrl: inbox.url, verifyEmail: true } })
  stop = site.auth.startMail()
  admin = await site.join('admin')
})
afterAll(async () => {
  await stop()
  await site.close()
  await inbox.close()
})

const post = <T = { code: string }>(path: string, token: string, body?: unknown) =>
  site.send<T>('POST', `/api/auth/${path}`, { token, ...(body === undefined ? {} : { body }) })
const state = async (token: string) => (await site.send<EmailState>('GET', '/api/auth/email', { token })).body
const verify = (session: string, token: string) =>
  post<EmailState & { code: string }>('email/verify', session, { token })
const mayWrite = async (token: string) => (await post('keys', token, {})).status === 201

describe('an address that is not verified', () => {
  it('makes a viewer of who registers, until the link that was mailed is opened', async () => {
    const { accessToken, user } = await site.join('ann@example.com')
    expect(user.role).toBe('viewer')
    expect(await state(accessToken)).toEqual({
      address: 'ann@example.com',
      verified: false,
      pending: null,
      role: 'user',
    })
    expect(await mayWrite(accessToken)).toBe(false)
    const raw = await inbox.to('ann@example.com')
    for (const part of ['text/plain', 'text/html']) expect(raw).toContain(part)
    const link = await inbox.link('ann@example.com', 'verify-email')
    const both = await Promise.all([verify(accessToken, link), verify(accessToken, link)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
    // The token that is out already may write by now.
    expect(await mayWrite(accessToken)).toBe(true)
    expect(await state(accessToken)).toMatchObject({ verified: true, role: null })
    const audit = await site.send<Page<AuditEntry>>('GET', '/api/admin/audit?action=account.verify', {
      token: admin.accessToken,
    })
    expect(audit.body.items[0]).toMatchObject({
      targetId: user.id,
      details: { role: { from: 'viewer', to: 'user' } },
    })
  })

  it('is not proven by a click of somebody else, who is signed in elsewhere or not at all', async () => {
    const thief = await site.join('victim@example.com')
    const link = await inbox.link('victim@example.com', 'verify-email')
    const victim = await site.join('other@example.com')
    expect((await verify(victim.accessToken, link)).body.code).toBe('link_invalid')
    expect((await post('email/verify', '', { token: link })).status).toBe(401)
    expect((await state(thief.accessToken)).verified).toBe(false)
  })

  it('is changed by who mistyped it, and its account ended, by who is a viewer so far and by no other viewer', async () => {
    const { accessToken: token, user } = await site.join('mistyped@example.com')
    const change = (body: object) =>
      site.send<User>('PATCH', '/api/auth/me', { token, body: { ...body, currentPassword: password } })
    expect((await change({ email: 'right@example.com' })).status).toBe(200)
    expect((await change({ username: 'right' })).status).toBe(403)
    const right = await verify(token, await inbox.link('right@example.com', 'verify-email'))
    expect(right.body).toMatchObject({ address: 'right@example.com', verified: true })
    await site.send('PATCH', `/api/admin/users/${user.id}`, {
      token: admin.accessToken,
      body: { role: 'viewer' },
    })
    expect((await change({ email: 'other-one@example.com' })).status).toBe(403)
    expect((await site.send('DELETE', '/api/auth/me', { token })).status).toBe(403)
    const unwanted = await site.join('unwanted@example.com')
    expect((await site.send('DELETE', '/api/auth/me', { token: unwanted.accessToken })).status).toBe(204)
  })

  it('is needed to register, and what an administrator gives counts at once', async () => {
    const nameless = await site.send('POST', '/api/auth/register', { body: { username: 'cem', password } })
    expect(nameless.status).toBe(400)
    const { accessToken, user } = await site.join('dan@example.com')
    await site.send('PATCH', `/api/admin/users/${user.id}`, {
      token: admin.accessToken,
      body: { role: 'user' },
    })
    expect(await mayWrite(accessToken)).toBe(true)
  })

  it('is mailed its link again, three times an hour, and the one before is void', async () => {
    const { accessToken } = await site.join('eve@example.com')
    const first = await inbox.link('eve@example.com', 'verify-email')
    const again: number[] = []
    for (let n = 0; n < 4; n += 1) again.push((await post('email/verification', accessToken)).status)
    expect(again).toEqual([204, 204, 204, 429])
    expect((await verify(accessToken, first)).status).toBe(403)
    expect((await post('email/verification', admin.accessToken)).status).toBe(409)
  })
})

describe('another address', () => {
  it('takes the place of the one before when it is proven, and that one is told', async () => {
    const { accessToken: token, user } = await site.join('fay@example.com')
    await verify(token, await inbox.link('fay@example.com', 'verify-email'))
    const change = (email: string) =>
      site.send<User>('PATCH', '/api/auth/me', { token, body: { email, currentPassword: password } })
    expect((await change('first@example.com')).body.email).toBe('fay@example.com')
    const first = await inbox.link('first@example.com', 'verify-email')
    await change('second@example.com')
    // Before it is void: a mail whose link is over is not sent.
    await inbox.link('second@example.com', 'verify-email')
    expect(await state(token)).toMatchObject({ address: 'fay@example.com', pending: 'second@example.com' })
    expect((await verify(token, first)).status).toBe(403)
    expect((await change('admin@example.com')).status).toBe(200)
    expect((await change('ann@example.com')).status).toBe(409)
    inbox.mails.length = 0
    await change('second@example.com')
    // Somebody else takes it meanwhile.
    await site.database.db.query(`update users set email = 'second@example.com' where id = $1`, [
      admin.user.id,
    ])
    const link = await inbox.link('second@example.com', 'verify-email')
    expect((await verify(token, link)).body.code).toBe('account_exists')
    await site.database.db.query('update users set email = null where id = $1', [admin.user.id])
    expect((await verify(token, link)).body).toMatchObject({ address: 'second@example.com', verified: true })
    expect(user.email).toBe('fay@example.com')
    site.clock.advance(60)
    expect(await inbox.to('fay@example.com', 'the address was changed')).toContain('Your account was changed')
  })

  it('gets three mails an hour at most, whoever names it', async () => {
    const { accessToken: token } = await site.join('gus@example.com')
    await verify(token, await inbox.link('gus@example.com', 'verify-email'))
    const statuses: number[] = []
    for (let n = 0; n < 4; n += 1) {
      const body = { email: 'somebody@example.com', currentPassword: password }
      statuses.push((await site.send('PATCH', '/api/auth/me', { token, body })).status)
    }
    expect(statuses).toEqual([200, 200, 200, 429])
  })
})
