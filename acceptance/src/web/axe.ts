import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

interface Violation {
  id: string
  impact: string | null
  nodes: { html: string; failureSummary?: string }[]
}

/** Of all rules those that another theme can break: the others read the page's structure, which it shares. */
const ofColours = ['color-contrast', 'link-in-text-block']

interface Looked {
  /** A selector; the whole document without it. */
  within?: string
  rules?: 'all' | 'colours'
}

let source: Promise<string> | undefined

/** What axe-core finds in the page as it is. */
async function violations(page: Page, { within, rules = 'all' }: Looked = {}): Promise<Violation[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    source ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    await page.evaluate(await source)
  }
  const what = within === undefined ? 'document' : JSON.stringify(within)
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: ofColours }) }
  const found = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(${what}, ${JSON.stringify(options)})`,
  )
  return found.violations
}

/** Its findings, as lines to read. */
export async function axeFindings(page: Page, looked: Looked = {}): Promise<string[]> {
  return (await violations(page, looked)).flatMap(linesOf)
}

/** Those alone that are serious or critical. */
export async function seriousFindings(page: Page, looked: Looked = {}): Promise<string[]> {
  const found = await violations(page, looked)
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(linesOf)
}

const linesOf = ({ id, impact, nodes }: Violation): string[] =>
  nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html.slice(0, 300)}\n${failureSummary}`)
