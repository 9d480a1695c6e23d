import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { screenshot } from './browser.ts'

interface AxeResults {
  violations: { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[]
}

let axe: Promise<string> | null = null

/** All findings of axe-core in a part of the page: what the frame holds, unless said, as lines to read. */
export async function axeFindings(page: Page, part = 'main'): Promise<string[]> {
  axe ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(await axe)
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(part)}, { resultTypes: ["violations"] })`,
  )
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html}\n${failureSummary}`),
  )
}

/** Holds a page as it is to what every page of the console keeps: light and dark, wide and on a phone. */
export async function holdPage(page: Page, name: string): Promise<void> {
  const wide = page.viewportSize() ?? { width: 1280, height: 800 }
  expect(await axeFindings(page), `${name}, light`).toEqual([])
  await screenshot(page, `console-${name}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await axeFindings(page), `${name}, dark`).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name} on a phone`).toBe(390)
  await screenshot(page, `console-${name}-phone-dark`)
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'light' })
}
