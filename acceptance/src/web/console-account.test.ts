// @module-tag slow/pages
import { createClient } from '@rendition/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { launchBrowser, skipNote, visit, withoutChromium } from './browser.ts'
import { holdPage } from './console-steps.ts'
import { register } from './steps.ts'

const baseUrl = inject('baseUrl')

describe.skipIf(withoutChromium)(`the account in the console${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('makes and ends keys, shows usage and devices, changes names and password, and erases the account', async () => {
    const { page, faults } = await visit(browser, baseUrl, { colorScheme: 'light' })
    const { username, password } = await register(page)

    // A key, whose secret is there once, and which works until it is ended
    await page.getByRole('link', { name: 'API keys' }).click()
    await page.getByText('No keys yet.').waitFor()
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Name').fill('Press kit')
    await page.getByLabel(/^See jobs/).check()
    await page.getByLabel('Expires').selectOption('30')
    await holdPage(page, 'key-form')
    await page.getByRole('button', { name: 'Make key' }).click()
    const apiKey = await page.getByLabel('API key', { exact: true }).inputValue()
    await page.getByRole('button', { name: 'Copy api key' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(apiKey)
    await page.getByRole('button', { name: 'Python' }).click()
    await page.getByText('urllib.request.urlopen').waitFor()
    await holdPage(page, 'key-made')
    await page.getByRole('button', { name: 'Done' }).click()
    expect(await page.content()).not.toContain(apiKey)
    const program = createClient({ baseUrl, apiKey })
    const image = await program.images.upload(new Blob([new Uint8Array(await jpeg(90, 60))]), {
      name: 'one.jpg',
    })
    await program.images.settled(image.id)
    const { url } = await program.images.explain(image.id, { width: 40 })
    expect((await fetch(url ?? '')).status).toBe(200)
    expect((await fetch(url ?? '')).status).toBe(200)
    const row = page
      .getByRole('list', { name: 'API keys' })
      .getByRole('listitem')
      .filter({ hasText: 'Press kit' })
    await row.getByText('See jobs').waitFor()
    await row.getByRole('button', { name: 'End' }).click()
    await page.getByRole('button', { name: 'End the key' }).click()
    await page.getByText('No keys yet.').waitFor()
    await expect(program.images.list()).rejects.toMatchObject({ status: 401 })

    // What was done for it, as soon as it is written down
    await page.getByRole('link', { name: 'Usage' }).click()
    await expect
      .poll(() => page.getByRole('figure', { name: 'Deliveries' }).getByText('2 in all').count(), {
        timeout: 30_000,
      })
      .toBe(1)
    await page.getByRole('figure', { name: 'Pictures added' }).getByText('1 in all').waitFor()
    await page.getByRole('figure', { name: 'Deliveries' }).getByText('As a table').click()
    await page.getByRole('cell', { name: '2', exact: true }).waitFor()
    await holdPage(page, 'usage')

    // Offline it says so, and comes back by itself
    await page.context().setOffline(true)
    await page.getByLabel('Days shown').selectOption('7')
    await page.getByRole('main').getByRole('alert').getByText('You are offline.').waitFor()
    await page.context().setOffline(false)
    await page.getByRole('figure', { name: 'Deliveries' }).getByText('2 in all').waitFor()

    // A second device, and its end
    const other = createClient({ baseUrl })
    await other.auth.login({ username, password })
    await page.getByRole('link', { name: 'Account', exact: true }).click()
    const devices = page.getByRole('list', { name: 'Signed-in devices' }).getByRole('listitem')
    await expect.poll(() => devices.count()).toBe(2)
    await devices.filter({ hasText: 'This device' }).getByText('Chrome on Linux').waitFor()
    await holdPage(page, 'account')
    await devices.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
    await expect.poll(() => devices.count()).toBe(1)

    // Names: one that is taken, then one that is not
    const { account: somebody } = await createApi(baseUrl).signedIn()
    await page.getByLabel('User name').fill(somebody.username)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('region', { name: 'Profile' }).locator('[aria-invalid=true]').waitFor()
    await page.getByLabel('User name').fill(`${username}x`)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)

    // The password: the wrong one before, too plain a one, then a good one
    const change = page.getByRole('button', { name: 'Change password' })
    await page.getByLabel('Current password').fill('not it at all')
    await page.getByLabel('New password').fill('another good one 12')
    await change.click()
    await page.getByText('The current password is wrong.').waitFor()
    await page.getByLabel('Current password').fill(password)
    await page.getByLabel('New password').fill('password')
    await change.click()
    await page.locator('[aria-invalid=true]').waitFor()
    await page.getByLabel('New password').fill('another good one 12')
    await change.click()
    await page.getByText('Changed.', { exact: true }).waitFor()
    await other.auth.login({ username: `${username}x`, password: 'another good one 12' })

    // The end of all of it
    await page.getByRole('button', { name: 'Erase the account…' }).click()
    const erase = page.getByRole('button', { name: 'Erase everything' })
    await page.getByLabel(/^Type .* to erase the account$/).fill(username)
    expect(await erase.isDisabled()).toBe(true)
    await page.getByLabel(/^Type .* to erase the account$/).fill(`${username}x`)
    await erase.click()
    await page.waitForURL(/\/receipt$/)
    await page.getByRole('heading', { name: 'The account is erased' }).waitFor()
    // Whoever comes without the secret, or with another, is not told of an erased account.
    for (const { secret, title } of [
      { secret: '', title: 'The link is not whole' },
      { secret: '#another', title: 'Receipt' },
    ]) {
      await page.goto('/albums')
      await page.goto(`/receipt${secret}`)
      await page.getByRole('heading', { name: title, exact: true }).waitFor()
      expect(await page.getByRole('heading', { name: 'The account is erased' }).count()).toBe(0)
    }
    expect((await fetch(url ?? '')).status).toBe(404)
    await expect(other.auth.me()).rejects.toMatchObject({ status: 401 })
    const offline = 'Failed to load resource: net::ERR_INTERNET_DISCONNECTED'
    expect(faults.filter((fault) => fault !== offline)).toEqual([])
    await page.context().close()
  })
})
