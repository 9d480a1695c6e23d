// @module-tag slow/pages
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../service.ts'
import { unlimited } from '../unlimited.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { register } from './steps.ts'

/** A port that was free a moment ago: the address of the service is in its own configuration. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  return port
}
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe.skipIf(withoutChromium)(`signing in from elsewhere${skipNote}`, () => {
  let service: Service
  let browser: Browser
  let siteUrl: string
  const elsewhere = createServer()
  beforeAll(async () => {
    const [port, providerPort] = await Promise.all([freePort(), listening(elsewhere)])
    siteUrl = `http://127.0.0.1:${port}`
    // Another site to the browser, as a provider is.
    const issuer = `http://localhost:${providerPort}`
    const secret = 'a secret of forty characters, or some more'
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'rendition',
          client_secret: secret,
          redirect_uris: [`${siteUrl}/sign-in/home`],
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
      cookies: { keys: ['of tests'] },
      claims: { openid: ['sub'], profile: ['preferred_username'] },
      // Whoever types a name at its own pages is that person.
      findAccount: (_: unknown, accountId: string) => ({
        accountId,
        claims: () => ({ sub: accountId, preferred_username: accountId }),
      }),
    })
    elsewhere.on('request', provider.callback())
    const home = { id: 'home', name: 'Home', issuer, clientId: 'rendition', clientSecret: secret }
    const options = { clientAuth: 'basic', plainHttp: true, addresses: ['127.0.0.0/8', '::1/128'] }
    ;[service, browser] = await Promise.all([
      startService({
        own: true,
        env: {
          ...unlimited,
          PORT: String(port),
          PUBLIC_URL: siteUrl,
          OIDC_PROVIDERS: JSON.stringify([{ ...home, ...options }]),
        },
      }),
      launchBrowser(),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    elsewhere.closeAllConnections()
    await new Promise<void>((resolve) => void elsewhere.close(() => resolve()))
  })

  const open = async (options = {}) => (await visit(browser, siteUrl, { ...options })).page
  const elsewhereAs = async (page: Page, name: string, { consents = true } = {}) => {
    await page.getByPlaceholder('Enter any login').fill(name)
    await page.getByPlaceholder('and password').fill('x')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    if (consents) await page.getByRole('button', { name: 'Continue' }).click()
  }
  const gallery = (page: Page) => page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()

  it('makes an account, comes back to the page that was asked for, and goes on in two tabs', async () => {
    await register(await open())
    const page = await open({ viewport: { width: 390, height: 800 } })
    await page.goto('/console/security')
    await page.getByRole('button', { name: 'Continue with Home' }).waitFor()
    await screenshot(page, 'sign-in-providers')
    const other = await page.context().newPage()
    await other.goto('/login')
    await page.getByRole('button', { name: 'Continue with Home' }).click()
    await page.getByPlaceholder('Enter any login').waitFor()
    await other.getByRole('button', { name: 'Continue with Home' }).click()
    await elsewhereAs(other, 'ann')
    await gallery(other)
    // The first tab: signed in by the other one meanwhile, its own sign-in is finished all the same.
    await elsewhereAs(page, 'ann', { consents: false })
    await page.getByRole('heading', { name: 'Sign-in from elsewhere' }).waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.getByRole('button', { name: 'Unlink' }).click()
    await page.getByText('Nothing else signs in to this account').waitFor()
    await screenshot(page, 'sign-in-linked')
    await page.goBack()
    await expect.poll(() => page.url().includes('code=')).toBe(false)
    await page.context().close()
  })

  it('links to an account that has a password, and takes the link off', async () => {
    const page = await open()
    const { password } = await register(page)
    await page.goto('/console/security')
    await page.getByRole('button', { name: 'Link Home' }).click()
    await page.getByLabel('Current password').fill('not the password')
    await page.getByRole('button', { name: 'Go to Home' }).click()
    await page.getByText('The current password is wrong.').waitFor()
    await page.getByLabel('Current password').fill(password)
    await page.getByRole('button', { name: 'Go to Home' }).click()
    await elsewhereAs(page, 'ben')
    await page.getByText('not used yet').waitFor()
    await page.getByRole('button', { name: 'Unlink' }).click()
    await page.getByText('Home signs in to this account no more.').waitFor()
    await page.getByRole('button', { name: 'Link Home' }).waitFor()
    await page.context().close()
  })

  it('says what went wrong: cancelled, of another browser, and at another address', async () => {
    const page = await open()
    await page.goto('/login')
    await page.getByRole('button', { name: 'Continue with Home' }).click()
    await page.getByRole('link', { name: /Cancel/ }).click()
    await page.getByText('it was cancelled, or you may not use it here').waitFor()
    await screenshot(page, 'sign-in-cancelled')
    await page.goto('/sign-in/home?code=stolen&state=rns_0')
    await page.getByRole('heading', { name: 'This sign-in did not begin here' }).waitFor()
    const { port } = new URL(siteUrl)
    await page.goto(`http://localhost:${port}/login`)
    await page.getByRole('button', { name: 'Continue with Home' }).click()
    await page.getByText(`Home signs in at ${siteUrl} alone`).waitFor()
    await page.context().close()
  })
})
