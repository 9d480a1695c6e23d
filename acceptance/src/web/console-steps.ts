import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Account } from '../api.ts'
import { axeFindings } from './axe.ts'
import { screenshot, type Visit, visit } from './browser.ts'
import { keepSession } from './steps.ts'

/** A page of an account, in light. */
export async function openAs(
  account: Account,
  browser: Browser,
  baseUrl: string,
  path: string,
): Promise<Visit> {
  const visited = await visit(browser, baseUrl, { colorScheme: 'light' })
  await keepSession(visited.page, account)
  await visited.page.goto(path)
  return visited
}

/** Holds a page as it is to what every page of the console keeps: light and dark, wide and on a phone. */
export async function holdPage(page: Page, name: string): Promise<void> {
  const wide = page.viewportSize() ?? { width: 1280, height: 800 }
  expect(await axeFindings(page, { within: 'main' }), `${name}, light`).toEqual([])
  await screenshot(page, `console-${name}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  // Some frames have the colours of one theme on the ground of the other.
  await expect
    .poll(() => axeFindings(page, { within: 'main', rules: 'colours' }), { message: `${name}, dark` })
    .toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name} on a phone`).toBe(390)
  await screenshot(page, `console-${name}-phone-dark`)
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'light' })
}
