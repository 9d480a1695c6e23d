import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axeFindings } from './axe.ts'
import { screenshot } from './browser.ts'

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
