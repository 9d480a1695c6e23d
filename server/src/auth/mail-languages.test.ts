import type { AccountDetails, CreatedInvitation, Invitation, Page, SessionTokens } from '@rendition/contract'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createNoteFiles } from './index.ts'
import { type AuthApp, authApp, password } from './testing/auth-app.ts'
import { type Inbox, openInbox } from './testing/inbox.ts'

/** Mails in the language of who reads them. */
let inbox: Inbox
let site: AuthApp
let admin: SessionTokens
let stop: () => Promise<void>
beforeAll(async () => {
  inbox = await openInbox()
  const holdingsOf = async () => ({ images: 95, bytes: 1, limits: { images: 100, bytes: null } })
  site = await authApp({ config: { smtpUrl: inbox.url, verifyEmail: true }, holdingsOf })
  stop = site.auth.startMail()
  await vi.waitFor(async () =>
    expect(await site.database.db.query('select 1 from mail_service')).toHaveLength(1),
  )
  admin = await join('admin@example.com')
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

async function join(email: string, asking?: string): Promise<SessionTokens> {
  const headers = asking === undefined ? {} : { 'accept-language': asking }
  const made = await site.send<SessionTokens>('POST', '/api/auth/register', {
    body: { email, password },
    headers,
  })
  expect(made.status).toBe(201)
  return made.body
}
const logIn = async (email: string, asking?: string): Promise<SessionTokens> => {
  const headers = asking === undefined ? {} : { 'accept-language': asking }
  const body = { email, password }
  return (await site.send<SessionTokens>('POST', '/api/auth/login', { body, headers })).body
}
const languageOf = async ({ accessToken: token }: SessionTokens) =>
  (await site.send<AccountDetails>('GET', '/api/auth/me', { token })).body.language
const speak = ({ accessToken: token }: SessionTokens, language: string) =>
  site.send<AccountDetails>('PATCH', '/api/auth/me', { token, body: { language } })
const ask = (email: string) => site.send('POST', '/api/auth/password-reset', { body: { email } })

it('is as the browser asks that registers, in both texts, with their language said', async () => {
  const ann = await join('ann@example.com', 'de-AT,de;q=0.9,en;q=0.8')
  const mail = await inbox.read('ann@example.com', 'Adresse bei pictures.test bestätigen')
  expect(mail.language).toBe('de')
  expect(mail.text).toContain('Der Link gilt einmal, 2 Tage lang')
  expect(mail.html).toContain('<html lang="de">')
  expect(mail.html).toContain('>Adresse bestätigen</a>')
  for (const text of [mail.text, mail.html]) {
    expect(text).toMatch(/https:\/\/pictures\.test\/verify-email#rnl_/)
    expect(text).not.toMatch(/\b(the|your|address)\b/i)
  }
  expect(await languageOf(ann)).toBe('de')
})

it('stays as chosen whatever browser signs in, and follows a new choice', async () => {
  await join('bea@example.com', 'de')
  const bea = await logIn('bea@example.com', 'en-GB')
  expect(await languageOf(bea)).toBe('de')
  await ask('bea@example.com')
  await inbox.read('bea@example.com', 'Neues Passwort für pictures.test')
  inbox.mails.length = 0
  expect((await speak(bea, 'en')).body.language).toBe('en')
  expect(await speak(bea, 'fr')).toMatchObject({ status: 400, body: { errors: [{ path: 'language' }] } })
  await ask('bea@example.com')
  const mail = await inbox.read('bea@example.com', 'A new password for pictures.test')
  expect(mail.language).toBe('en')
  expect(mail.html).toContain('<html lang="en">')
  // Nobody is alarmed by a language.
  expect(await site.database.db.query(`select 1 from notices where action = 'account.change'`)).toEqual([])
})

it('is learned from the first browser that says it, where a program made the account', async () => {
  const cem = await join('cem@example.com')
  expect(await languageOf(cem)).toBeNull()
  await inbox.read('cem@example.com', 'Verify your address at pictures.test')
  await logIn('cem@example.com', '*')
  expect(await languageOf(cem)).toBeNull()
  await logIn('cem@example.com', 'fr;q=0.9,de;q=0.1')
  expect(await languageOf(cem)).toBe('de')
})

it('tells what was done, what a file became of and what is used up', async () => {
  const dan = await join('dan@example.com', 'de')
  await site.send('PATCH', `/api/admin/users/${dan.user.id}`, {
    token: (await logIn('admin@example.com')).accessToken,
    body: { role: 'user' },
  })
  const token = (await logIn('dan@example.com')).accessToken
  await site.send('PATCH', '/api/auth/notifications', { token, body: { files: true, quota: true } })
  await site.key(token)
  await createNoteFiles(site.clock)(site.database.db, [
    { type: 'job.failed', ownerId: dan.user.id, data: { type: 'unpack' } },
  ])
  await site.auth.watchQuotas()
  site.clock.advance(40)
  const said = async (subject: string) => (await inbox.read('dan@example.com', subject)).text
  const security = await said('Änderung am Konto bei pictures.test')
  expect(security).toContain('ein API-Schlüssel wurde erstellt (127.0.0.1)')
  expect(security).toContain('die Rolle wurde geändert von der Verwaltung oder dem Betreiber.')
  expect(security).toContain('unter Benachrichtigungen')
  expect(await said('Dateien bei pictures.test')).toContain('ein Archiv konnte nicht entpackt werden')
  expect(await said('Speicherplatz bei pictures.test fast aufgebraucht')).toContain('95 %')
})

it('of an invitation is the one that was chosen, else the one of who invites, and the account keeps it', async () => {
  admin = await logIn('admin@example.com')
  const token = admin.accessToken
  const invite = (email: string, language?: string) =>
    site.send<CreatedInvitation>('POST', '/api/admin/invitations', { token, body: { email, language } })
  const accept = async (email: string, headers = {}) => {
    const link = await inbox.link(email, 'invitation')
    const body = { token: link, password }
    return (await site.send<SessionTokens>('POST', '/api/auth/invitations/accept', { body, headers })).body
  }
  expect((await invite('eve@example.com', 'de')).body.language).toBe('de')
  expect((await inbox.read('eve@example.com', 'Einladung zu pictures.test')).language).toBe('de')
  const list = await site.send<Page<Invitation>>('GET', '/api/admin/invitations', { token })
  expect(list.body.items.map(({ language }) => language)).toEqual(['de'])
  expect(await languageOf(await accept('eve@example.com'))).toBe('de')

  expect((await invite('fay@example.com')).body.language).toBe('en')
  await speak(admin, 'de')
  expect((await invite('fay@example.com')).body.language).toBe('de')
  await inbox.read('fay@example.com', 'Einladung zu pictures.test')
  // The browser that accepts knows better than who invites.
  expect(await languageOf(await accept('fay@example.com', { 'accept-language': 'en' }))).toBe('en')
})

it('is as configured where nobody said', async () => {
  const other = await authApp({ config: { smtpUrl: inbox.url, defaultLanguage: 'de' } })
  const end = other.auth.startMail()
  try {
    await other.join('gil@example.com')
    await other.send('POST', '/api/auth/password-reset', { body: { email: 'gil@example.com' } })
    await inbox.read('gil@example.com', 'Neues Passwort für pictures.test')
  } finally {
    await end()
    await other.close()
  }
})
