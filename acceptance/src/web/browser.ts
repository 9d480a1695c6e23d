import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const knownPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser to test in: `CHROMIUM`, or one in a usual place. */
export const chromiumPath = process.env.CHROMIUM ?? knownPaths.find((path) => existsSync(path))

/** For `describe.skipIf` and the name that says why. */
export const withoutChromium = chromiumPath === undefined
export const skipNote = withoutChromium
  ? ' (skipped: no Chromium; install it or set CHROMIUM to its path)'
  : ''

/** Quiet and alone: without these Chromium calls home at every start. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('No Chromium was found.')
  return chromium.launch({ executablePath: chromiumPath, args: flags })
}

const screenshots = join(import.meta.dirname, '../../../test-output/screenshots')

export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`) })
}

/** A page of its own, and everything that went wrong in it or was asked of another host. */
export interface Visit {
  page: Page
  faults: string[]
}

/** Answers that the page shows to its user are no faults of the page. */
const expectedFaults = /Failed to load resource: the server responded with a status of 4\d\d/

export async function visit(
  browser: Browser,
  baseUrl: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !expectedFaults.test(message.text())) faults.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (/^https?:|^wss?:/.test(protocol) && origin !== new URL(baseUrl).origin) {
      faults.push(`asked another host: ${request.url()}`)
    }
  })
  return { page, faults }
}
