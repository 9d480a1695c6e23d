import { randomUUID } from 'node:crypto'
import type { Notifications, SessionTokens } from '@rendition/contract'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createNoteFiles } from './index.ts'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'
import { type Inbox, openInbox } from './testing/inbox.ts'

/** Mails that tell an account what was done to it. */
let inbox: Inbox
let site: AuthApp
let admin: SessionTokens
let ann: SessionTokens
let stop: () => Promise<void>
beforeAll(async () => {
  inbox = await openInbox()
  const holdingsOf = async () => ({ images: 95, bytes: 1, limits: { images: 100, bytes: null } })
  site = await authApp({ config: { smtpUrl: inbox.url }, holdingsOf })
  stop = site.auth.startMail()
  await vi.waitFor(async () =>
    expect(await site.database.db.query('select 1 from mail_service')).toHaveLength(1),
  )
  admin = await site.join('admin')
  ann = await site.join('ann@example.com')
})
afterAll(async () => {
  await stop()
  await site.close()
  await inbox.close()
})
beforeEach(() => {
  inbox.mails.length = 0
  // Behind the last mail of each topic.
  site.clock.advance(700)
})

const token = () => ann.accessToken
const choose = (body: unknown) =>
  site.send<Notifications>('PATCH', '/api/auth/notifications', { token: token(), body })
const logIn = (agent: string) =>
  site.send<SessionTokens>('POST', '/api/auth/login', {
    body: { email: 'ann@example.com', password },
    headers: { 'user-agent': agent },
  })
const renew = async () => {
  ann = (await logIn('test')).body
}
const waiting = () => site.database.db.query('select topic, action from notices')

/** What was mailed waits no more. */
const none = () => vi.waitFor(async () => expect(await waiting()).toEqual([]))

it('says what was done, once for several things, with time and device', async () => {
  await renew()
  await site.key(token())
  await site.key(token())
  site.clock.advance(40)
  const raw = await inbox.to('ann@example.com')
  expect(raw).toContain('Subject: Your account was changed at pictures.test')
  expect(raw.match(/- .* UTC: an API key was made/g)).toHaveLength(2)
  expect(raw).toContain('127.0.0.1')
  expect(raw).toContain('text/html')
  expect(inbox.mails).toHaveLength(1)
  await none()
})

it('tells of a sign-in from a device that was not seen, and of no other', async () => {
  await renew()
  expect(await waiting()).toEqual([])
  await logIn('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')
  await logIn('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')
  expect(await waiting()).toEqual([{ topic: 'signIns', action: 'session.start' }])
  site.clock.advance(40)
  expect(await inbox.to('ann@example.com')).toContain('Firefox on Linux')
  await none()
})

it('says what an administrator did, and offers a mail that is refused once', async () => {
  await renew()
  const gone = await site.join('gone@example.com')
  const bob = await site.join('bob@example.com')
  inbox.refuses.add('gone@example.com')
  await site.key(gone.accessToken)
  admin = (
    await site.send<SessionTokens>('POST', '/api/auth/login', { body: { username: 'admin', password } })
  ).body
  await site.send('PATCH', `/api/admin/users/${bob.user.id}`, {
    token: admin.accessToken,
    body: { disabled: true },
  })
  site.clock.advance(40)
  expect(await inbox.to('bob@example.com')).toContain('it was deactivated by an administrator')
  await vi.waitFor(() => expect(inbox.offered).toContain('gone@example.com'), { timeout: 20_000 })
  await none()
  expect(await site.database.db.query('select 1 from mails')).toEqual([])
})

it('leaves out what is switched off, and what was waiting of it', async () => {
  await renew()
  await site.key(token())
  expect(await waiting()).toHaveLength(1)
  const chosen = await choose({ security: false })
  expect(chosen.body).toEqual({
    mails: true,
    address: 'ann@example.com',
    topics: { signIns: true, security: false, files: false, quota: false },
  })
  await site.key(token())
  expect(await waiting()).toEqual([])
  await choose({ security: true })
})

it('tells of files and of the quota where that is wished', async () => {
  await renew()
  const tell = createNoteFiles(site.clock)
  const events = [
    { type: 'export.ready', ownerId: ann.user.id, data: {} },
    { type: 'job.failed', ownerId: ann.user.id, data: { type: 'import' } },
    { type: 'job.failed', ownerId: ann.user.id, data: { type: 'transform' } },
  ]
  await tell(site.database.db, events)
  await site.auth.watchQuotas()
  expect(await waiting()).toEqual([])
  await choose({ files: true, quota: true })
  await tell(site.database.db, events)
  // Of those that are named, as whoever uploaded is; then of all.
  await site.auth.watchQuotas([])
  await site.auth.watchQuotas([randomUUID()])
  expect(await waiting()).toHaveLength(2)
  await site.auth.watchQuotas([ann.user.id])
  await site.auth.watchQuotas()
  expect(await waiting()).toHaveLength(3)
  site.clock.advance(40)
  expect(await inbox.to('ann@example.com', 'Your space')).toContain('95 %')
  expect(await inbox.to('ann@example.com', 'Your files')).toContain('an export is ready')
  await none()
  // A week is quiet.
  site.clock.advance(86_400)
  await site.auth.watchQuotas()
  expect(await waiting()).toEqual([])
})

it('keeps fifty of a topic at most', async () => {
  await site.database.db.query(
    `insert into notices (id, user_id, topic, email, action, details, created_at)
     select gen_random_uuid(), $1, 'files', 'ann@example.com', 'export.ready', '{}', $2 from generate_series(1, 50)`,
    [ann.user.id, new Date(site.clock.now().getTime() + 3_600_000)],
  )
  await createNoteFiles(site.clock)(site.database.db, [
    { type: 'export.ready', ownerId: ann.user.id, data: {} },
  ])
  expect(await waiting()).toHaveLength(50)
})
