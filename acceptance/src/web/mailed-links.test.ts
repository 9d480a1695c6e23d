// @module-tag slow/pages
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Browser, Page } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../service.ts'
import { unlimited } from '../unlimited.ts'
import { seriousFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'

const password = 'correct horse battery'

describe.skipIf(withoutChromium)(`links in mails${skipNote}`, () => {
  const mails: { to: string; raw: string }[] = []
  const mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      void text(stream).then((raw) => {
        const to = envelope.rcptTo[0]?.address ?? ''
        mails.push({ to, raw: raw.replaceAll('=\r\n', '').replaceAll('=3D', '=') })
        done()
      })
    },
  })
  let service: Service
  let browser: Browser
  let siteUrl: string
  let admin: Page
  const faults: string[][] = []

  beforeAll(async () => {
    const holder = createServer()
    const listening = (server: { listen(port: number, host: string, done: () => void): unknown }) =>
      new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    await Promise.all([listening(holder), listening(mailServer)])
    const { port } = holder.address() as AddressInfo
    await new Promise((resolve) => holder.close(resolve))
    siteUrl = `http://127.0.0.1:${port}`
    const smtp = `smtp://127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`
    const env = {
      ...unlimited,
      PORT: String(port),
      PUBLIC_URL: siteUrl,
      SMTP_URL: smtp,
      VERIFY_EMAIL: 'true',
      RECEIPT_WAIT_MS: '0',
    }
    ;[service, browser] = await Promise.all([startService({ own: true, env }), launchBrowser()])
    admin = await open()
    await join(admin, 'admin@example.com')
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    await new Promise<void>((resolve) => mailServer.close(() => resolve()))
  })

  async function open(options = {}): Promise<Page> {
    const visited = await visit(browser, siteUrl, { ...options })
    faults.push(visited.faults)
    return visited.page
  }
  const phone = { viewport: { width: 390, height: 800 } }

  async function join(page: Page, email: string): Promise<void> {
    await page.goto('/register')
    await page.getByLabel('Email or user name').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('navigation').first().waitFor()
  }

  /** The newest link below a path that was mailed to somebody. */
  async function linkTo(email: string, path: string): Promise<string> {
    const found = () =>
      mails
        .filter(({ to }) => to === email)
        .flatMap(({ raw }) => new RegExp(`${siteUrl}/${path}#rnl_[\\w-]+`).exec(raw) ?? [])
        .at(-1)
    await expect.poll(found).toBeDefined()
    return found() ?? ''
  }
  /** Of each mail to somebody the language that its page says. */
  const languagesTo = (email: string) =>
    mails.filter(({ to }) => to === email).map(({ raw }) => /<html lang="(\w+)"/.exec(raw)?.[1])
  const looksGood = async (page: Page, name: string) => {
    await screenshot(page, name)
    expect(await seriousFindings(page)).toEqual([])
  }

  /** Of a link that was used: said at once, before anything is typed. */
  async function saysThatItIsOver(link: string): Promise<void> {
    const page = await open(phone)
    await page.goto(link)
    await page.getByRole('heading', { name: 'The link is no longer good' }).waitFor()
    expect(await page.locator('form').count()).toBe(0)
    await looksGood(page, `over-${new URL(link).pathname.slice(1)}`)
    await page.context().close()
  }

  it('verifies an address by who is signed in to its account, which may write from then on', async () => {
    const page = await open(phone)
    await join(page, 'ann@example.com')
    await page.goto('/console/account')
    await page.getByText('Open the link that was mailed to ann@example.com: until then').waitFor()
    await looksGood(page, 'account-unverified')
    const link = await linkTo('ann@example.com', 'verify-email')
    const stranger = await open()
    await stranger.goto(link)
    await stranger.getByText('Sign in to your account first').waitFor()
    await looksGood(stranger, 'verify-signed-out')
    await stranger.context().close()
    await page.goto(link)
    await page.getByRole('button', { name: 'Verify the address' }).waitFor()
    await looksGood(page, 'verify')
    await page.getByRole('button', { name: 'Verify the address' }).click()
    await page.getByRole('heading', { name: 'Your address is verified' }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    await page.getByRole('link', { name: 'Go on' }).click()
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await page.context().close()
  })

  it('sets a forgotten password anew', async () => {
    const page = await open()
    await page.goto('/login')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByLabel('Email').fill('ann@example.com')
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    const link = await linkTo('ann@example.com', 'reset-password')
    await page.goto(link)
    await page.getByText('At least 7 characters').waitFor()
    await page.getByLabel('New password').fill(`${password} 2`)
    await looksGood(page, 'reset-password')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
    await saysThatItIsOver(link)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Email or user name').fill('ann@example.com')
    await page.getByLabel('Password').fill(`${password} 2`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await page.context().close()
  })

  it('writes in the language that was chosen for somebody, and then by him', async () => {
    await admin.goto('/console/users')
    const panel = admin.getByRole('region', { name: 'Invitations' })
    await panel.getByLabel('Email').fill('cem@example.com')
    await panel.getByLabel('Language').selectOption({ label: 'Deutsch' })
    await panel.getByRole('button', { name: 'Invite' }).click()
    await panel.getByText('cem@example.com').waitFor()
    const page = await open()
    await page.goto(await linkTo('cem@example.com', 'invitation'))
    expect(languagesTo('cem@example.com')).toEqual(['de'])
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()

    await page.goto('/console/account')
    const language = page.getByRole('region', { name: 'Language' })
    const mail = language.getByLabel('Of mails to you')
    for (const [label, value] of [
      ['English', 'en'],
      ['Deutsch', 'de'],
    ] as const) {
      await mail.selectOption({ label })
      await expect.poll(() => mail.isEnabled()).toBe(true)
      await page.reload()
      await expect.poll(() => mail.inputValue()).toBe(value)
    }
    await looksGood(page, 'language')
    await page.context().close()
    const stranger = await open()
    await stranger.goto('/login')
    await stranger.getByRole('link', { name: 'Forgot your password?' }).click()
    await stranger.getByLabel('Email').fill('cem@example.com')
    await stranger.getByRole('button', { name: 'Send the link' }).click()
    await linkTo('cem@example.com', 'reset-password')
    expect(languagesTo('cem@example.com').at(-1)).toBe('de')
    await stranger.context().close()
  })

  it('lets an administrator invite somebody, hand over a link that signs in, and set a quota', async () => {
    await admin.goto('/console/users')
    const panel = admin.getByRole('region', { name: 'Invitations' })
    await panel.getByLabel('Email').fill('bea@example.com')
    await panel.getByRole('button', { name: 'Invite' }).click()
    await panel.getByText('bea@example.com').waitFor()
    await looksGood(admin, 'invitations')
    const page = await open()
    const invitation = await linkTo('bea@example.com', 'invitation')
    await page.goto(invitation)
    await page.getByText('You are invited as bea@example.com.').waitFor()
    await page.getByText('At least 7 characters').waitFor()
    await page.getByLabel('Password').fill(password)
    await looksGood(page, 'invitation')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await page.context().close()
    await saysThatItIsOver(invitation)

    await admin.getByRole('button', { name: 'Manage bea@example.com' }).click()
    await admin.getByLabel('Space in GB').fill('5')
    await admin.getByRole('button', { name: 'Save the quota' }).click()
    await admin.getByRole('button', { name: 'Link that signs in' }).click()
    const link = await admin.getByRole('textbox', { name: 'Link that signs in' }).inputValue()
    await looksGood(admin, 'user-links')
    const elsewhere = await open(phone)
    await elsewhere.goto(link)
    await looksGood(elsewhere, 'sign-in-link')
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
    await elsewhere.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await saysThatItIsOver(link)
    await elsewhere.goto('/console/usage')
    await elsewhere.getByText('5.0 GB').waitFor()

    await elsewhere.goto('/console/account')
    const space = elsewhere.getByRole('checkbox', { name: 'Space' })
    await space.check()
    await expect.poll(() => space.isChecked()).toBe(true)
    await looksGood(elsewhere, 'notifications')
    await elsewhere.reload()
    await expect.poll(() => space.isChecked()).toBe(true)

    await elsewhere.getByRole('button', { name: 'Erase the account…' }).click()
    await elsewhere.getByLabel('Type bea@example.com to erase the account').fill('bea@example.com')
    await elsewhere.getByRole('button', { name: 'Erase everything' }).click()
    const saved = elsewhere.waitForEvent('download')
    await elsewhere.getByRole('button', { name: 'Save the receipt' }).click()
    expect((await saved).suggestedFilename()).toMatch(/^receipt-.*\.jws$/)
    await looksGood(elsewhere, 'receipt')
    await admin.getByRole('list', { name: 'Receipts' }).getByRole('button').waitFor()
    expect(faults.flat()).toEqual([])
  })
})
