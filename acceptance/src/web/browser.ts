import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
  type Request,
} from 'playwright-core'

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const there = (paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path))

/** A browser as people have it: `CHROMIUM`, or one in a usual place. */
const wholePath = process.env.CHROMIUM ?? there(usualPaths)
/** The same engine without a desktop's window where it is there: a page costs it 0.45 of the processor time. */
export const chromiumPath = process.env.CHROMIUM ?? there(['/usr/bin/chromium-headless-shell', ...usualPaths])

/** For `describe.skipIf` and the name that says why. */
export const withoutChromium = chromiumPath === undefined
export const skipNote = withoutChromium
  ? ' (skipped: no Chromium; install it or set CHROMIUM to its path)'
  : ''
/** The same for what only a whole browser has, such as pages that Back brings back as they were. */
export const withoutWholeChromium = wholePath === undefined

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

/** With `args` and `ignoreDefaultArgs` on top of, and left out of, what every test has; `whole` as people have it. */
export function launchBrowser({
  whole = false,
  args = [],
  ...options
}: Pick<LaunchOptions, 'args' | 'ignoreDefaultArgs'> & { whole?: boolean } = {}): Promise<Browser> {
  const executablePath = whole ? wholePath : chromiumPath
  if (executablePath === undefined) throw new Error('No Chromium was found.')
  return chromium.launch({ ...options, executablePath, args: [...flags, ...args] })
}

/** A browser with what it kept in `folder`, as when it is opened again. It ends with its context. */
export function openProfile(
  folder: string,
  { args = [], ...options }: BrowserContextOptions & Pick<LaunchOptions, 'args'>,
): Promise<BrowserContext> {
  if (chromiumPath === undefined) throw new Error('No Chromium was found.')
  return chromium.launchPersistentContext(folder, {
    // As `visit` does: of a page of somebody else at our address the worker would ask the service, past `route`.
    serviceWorkers: 'block',
    ...options,
    executablePath: chromiumPath,
    args: [...flags, ...args],
  })
}

const screenshots = join(import.meta.dirname, '../../../test-output/screenshots')

/** To be looked at by whoever asks for it by `SCREENS`; a picture costs the browser as much as a page. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.SCREENS === undefined) return
  const path = join(screenshots, `${name}.png`)
  await mkdir(dirname(path), { recursive: true })
  await page.screenshot({ path })
}

/** A page of its own, and everything that went wrong in it or was asked of another host. */
export interface Visit {
  page: Page
  faults: string[]
  /** Waits until nothing was asked for half a second: `networkidle`, which knows how a page is loaded and not what follows. */
  settled(): Promise<void>
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
    // It fetches the whole page anew for every test, and stands between it and what tests put in a request's way.
    serviceWorkers: 'block',
    permissions: ['clipboard-read', 'clipboard-write'],
    // Each picture of a movement is drawn by the processor: a page that moves costs it half as much again.
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(45_000)
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
  return { page, faults, settled: settling(page) }
}

const settledAfterMs = 500

function settling(page: Page): () => Promise<void> {
  const asked = new Set<Request>()
  let lastAt = 0
  const ended = (request: Request) => {
    asked.delete(request)
    lastAt = performance.now()
  }
  page.on('request', (request) => {
    asked.add(request)
    lastAt = performance.now()
  })
  page.on('requestfinished', ended)
  page.on('requestfailed', ended)
  return async () => {
    const from = performance.now()
    const left = () => settledAfterMs - (performance.now() - Math.max(from, lastAt))
    while (asked.size > 0 || left() > 0) await pause(asked.size > 0 ? 20 : left())
  }
}

/**
 * Goes to a path as a link of the page does, which costs a third of loading the page there. A page that is nowhere yet is
 * loaded, and so must be one whose session was given or taken from outside: with `goto`.
 */
export async function follow(page: Page, path: string): Promise<void> {
  if (page.url() === 'about:blank') await page.goto(path)
  else await page.evaluate((to) => history.pushState(null, '', to), path)
}
