// @module-tag slow/pages
import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { register } from './steps.ts'

const baseUrl = inject('baseUrl')

describe.skipIf(withoutChromium)(`the security page${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  const signIn = async (page: Page, { username, password }: { username: string; password: string }) => {
    await page.goto('/login')
    await page.getByLabel('Email or user name').fill(username)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  const enter = async (page: Page, label: string, code: string) => {
    await page.getByLabel(label).fill(code)
    await page.keyboard.press('Enter')
  }
  const gallery = (page: Page) => page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()

  it('sets two-step sign-in up, signs in by app and by recovery code, and switches it off', async () => {
    const { page, faults } = await visit(browser, baseUrl)
    const account = await register(page)
    await page.getByRole('link', { name: 'Security' }).click()
    await page.getByText('your password alone signs in').waitFor()
    await page.getByRole('button', { name: 'Set up' }).click()
    await enter(page, 'Current password', 'not the password')
    await page.getByText('The current password is wrong.').waitFor()
    await enter(page, 'Current password', account.password)
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
    const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '')
    const totp = new TOTP({ secret: Secret.fromBase32(secret) })
    await screenshot(page, 'two-step-scan')
    await enter(page, 'Code from your app', '000000')
    await page.getByText('The code is wrong').waitFor()
    await enter(page, 'Code from your app', totp.generate())
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
    const codes = await page.getByRole('main').getByRole('listitem').allInnerTexts()
    expect(codes).toHaveLength(10)
    await screenshot(page, 'two-step-codes')
    await page.getByRole('button', { name: 'I have saved them' }).click()
    await page.getByText('10 recovery codes are left.').waitFor()

    // Another device, narrow as a phone
    const phone = await visit(browser, baseUrl, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 800 },
    })
    await signIn(phone.page, account)
    await phone.page.getByRole('heading', { name: 'One more step' }).waitFor()
    await enter(phone.page, 'Code from your app', '000000')
    await phone.page.getByText('The code is wrong').waitFor()
    await screenshot(phone.page, 'two-step-sign-in')
    // The next step's code: that of this one may be the one that switched it on.
    await enter(phone.page, 'Code from your app', totp.generate({ timestamp: Date.now() + 30_000 }))
    await gallery(phone.page)
    await phone.page.goto('/console/security')
    await phone.page.getByText('10 recovery codes are left.').waitFor()
    await screenshot(phone.page, 'two-step-on')

    // A third by a recovery code; wrong ones too often lead back to the password
    const third = await visit(browser, baseUrl)
    await signIn(third.page, account)
    await third.page.getByRole('button', { name: 'Use a recovery code' }).click()
    await enter(third.page, 'Recovery code', codes[0] ?? '')
    await gallery(third.page)
    await third.page.goto('/console/security')
    await third.page.getByText('9 recovery codes are left.').waitFor()
    await third.page.getByRole('button', { name: 'Switch off' }).click()
    await third.page.getByLabel('Current password').fill(account.password)
    await enter(third.page, 'Code from your app', codes[1] ?? '')
    await third.page.getByText('your password alone signs in').waitFor()
    const fourth = await visit(browser, baseUrl)
    await signIn(fourth.page, account)
    await gallery(fourth.page)
    for (const one of [faults, phone.faults, third.faults, fourth.faults]) {
      // What is refused on purpose is in the console of the browser.
      expect(one.filter((fault) => !/40[13]/.test(fault))).toEqual([])
    }
  })
})
