import type { Browser } from 'playwright-core'
import { visit } from '../acceptance/src/web/browser.ts'

/** A page of the account that uploads, signed in, as wide as a laptop's. */
export async function openPage(browser: Browser, url: string) {
  const { page } = await visit(browser, url, {
    reducedMotion: 'no-preference',
    viewport: { width: 1440, height: 900 },
  })
  const cdp = await page.context().newCDPSession(page)
  await page.goto('/login')
  await page.getByLabel('Email or user name').fill('bench@example.org')
  await page.getByLabel('Password').fill('a long bench password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('[data-tile]').first().waitFor()
  // What compiles these files names functions by a helper that the page does not have.
  await page.addInitScript('globalThis.__name = (named) => named')
  return { page, cdp }
}
