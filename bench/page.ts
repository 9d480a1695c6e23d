/**
 * What the page costs: how soon its first photos are there with the processor slowed four times, and how the gallery
 * scrolls through 3,000 pictures so slowed, and through 50,000 as fast as the machine is.
 *
 *   npm run bench:page [first|slow|many]
 */
import { loadavg } from 'node:os'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { launchBrowser, visit } from '../acceptance/src/web/browser.ts'
import { landscape } from '../acceptance/src/web/landscape.ts'
import { mebibytes, quantile } from './figures.ts'
import { startEdge } from './page-edge.ts'
import { usageOf } from './processes.ts'
import { type Service, startBuiltService } from './service.ts'

const only = process.argv[2]
const slowness = 4

/** Notes frames, long tasks, shifts, what was painted largest, and how long there was nothing at some place of the window. */
function watch(): void {
  const noted = {
    frames: [] as number[],
    tasks: [] as number[],
    blanks: [] as number[],
    shift: 0,
    largest: 0,
  }
  Object.assign(window, { noted })
  const observe = (type: string, hear: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe({ type, buffered: true })
  observe('longtask', ({ duration }) => noted.tasks.push(duration))
  observe('largest-contentful-paint', ({ startTime }) => {
    noted.largest = startTime
  })
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean }
    if (!hadRecentInput) noted.shift += value
  })
  let last = performance.now()
  let blankSince: number | null = null
  const frame = (now: number) => {
    noted.frames.push(now - last)
    last = now
    // Between tiles there is a gap of 6 pixels, so a place is blank where two a little apart are.
    // Below the last photo there is nothing to be shown.
    const atEnd = scrollY + innerHeight > document.documentElement.scrollHeight - 400
    const blank = [0.3, 0.6, 0.95].some((share) =>
      [0, 9].every((aside) => {
        const at = document.elementFromPoint(innerWidth / 2 + aside, innerHeight * share + aside)
        return at?.matches(atEnd ? '[data-chunk]' : '[data-chunk], main') === true
      }),
    )
    if (blank) blankSince ??= now
    else if (blankSince !== null) {
      noted.blanks.push(now - blankSince)
      blankSince = null
    }
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

interface Noted {
  frames: number[]
  tasks: number[]
  blanks: number[]
  shift: number
  largest: number
}
const noted = (page: Page) =>
  page.evaluate(() => (window as unknown as { noted: Noted }).noted) as Promise<Noted>
const forget = (page: Page) =>
  page.evaluate(() => {
    const { frames, tasks, blanks } = (window as unknown as { noted: Noted }).noted
    for (const list of [frames, tasks, blanks]) list.length = 0
  })
const ms = (value: number) => `${Math.round(value)} ms`

async function open(browser: Browser, url: string, slow: number) {
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
  // What compiles this file names functions by a helper that the page does not have.
  await page.addInitScript('globalThis.__name = (named) => named')
  await page.addInitScript(watch)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow })
  return { page, cdp }
}

/** The first visit of the gallery: nothing is in the browser's cache. */
async function first(browser: Browser, service: Service): Promise<void> {
  const rows: Noted[] = []
  for (let round = 0; round < 5; round++) {
    const { page, cdp } = await open(browser, service.url, slowness)
    await cdp.send('Network.clearBrowserCache')
    await page.goto('/')
    await page.locator('[data-tile] img').first().waitFor()
    await page.waitForTimeout(4000)
    rows.push(await noted(page))
    await page.context().close()
  }
  const largest = rows.map((row) => row.largest)
  const tasks = rows.flatMap((row) => row.tasks)
  console.log(
    `first load, ${slowness} times slower: LCP ${ms(quantile(largest, 0.5))} (${largest.map(Math.round).join(', ')}), ` +
      `CLS ${Math.max(...rows.map((row) => row.shift)).toFixed(3)}, longest task ${ms(Math.max(0, ...tasks))}`,
  )
}

async function scroll(cdp: CDPSession, distance: number, speed: number): Promise<void> {
  await cdp.send('Input.synthesizeScrollGesture', {
    x: 700,
    y: 500,
    yDistance: -distance,
    speed,
    gestureSourceType: 'mouse',
  })
}

function say(what: string, { frames, tasks, blanks }: Noted): void {
  const over = frames.filter((frame) => frame > 34).length
  console.log(
    `${what}: ${frames.length} frames, median ${quantile(frames, 0.5).toFixed(1)} ms, p95 ${quantile(frames, 0.95).toFixed(1)}, ` +
      `p99 ${quantile(frames, 0.99).toFixed(1)}, dropped two or more ${((100 * over) / frames.length).toFixed(1)} %; ` +
      `longest task ${ms(Math.max(0, ...tasks))}; blank ${blanks.length} times, longest ${ms(Math.max(0, ...blanks))}`,
  )
}

/** Goes on without a rest, as with a finger on the wheel, and then by flings. */
async function scrolls(browser: Browser, service: Service, total: number, slow: number): Promise<void> {
  const edge = await startEdge(service.url, service.authorization, total)
  const { page, cdp } = await open(browser, edge.url, slow)
  await page.goto('/?sort=taken')
  await page.locator('[data-tile] img').first().waitFor()
  await page.waitForTimeout(3000)
  for (const [name, speed, seconds] of [
    ['steady, 3,000 px/s', 3000, 15],
    ['flung, 12,000 px/s', 12_000, 10],
  ] as const) {
    await forget(page)
    await scroll(cdp, speed * seconds, speed)
    say(`${total} pictures, ${slow} times slower, ${name}`, await noted(page))
  }
  if (total > 10_000) {
    // To the end, so that all of the list is loaded.
    await page.evaluate(async () => {
      const loaded = () => document.querySelectorAll('[data-chunk]').length
      for (let still = 0, before = 0; still < 50; before = loaded()) {
        scrollTo(0, document.documentElement.scrollHeight)
        await new Promise((resolve) => setTimeout(resolve, 100))
        still = loaded() === before ? still + 1 : 0
      }
    })
    await forget(page)
    await scroll(cdp, -120_000, 12_000)
    say(`${total} pictures, all of them loaded, flung back`, await noted(page))
    await cdp.send('HeapProfiler.collectGarbage')
    const { usedSize } = await cdp.send('Runtime.getHeapUsage')
    const whole = await browser.newBrowserCDPSession()
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo')
    const renderers = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => usageOf(id).memory)
    console.log(
      `${total} pictures, all of them loaded: ${mebibytes(usedSize)} MiB of JavaScript, ${mebibytes(Math.max(...renderers))} MiB of the page's process`,
    )
  }
  await page.context().close()
  await edge.stop()
}

const service = await startBuiltService()
const browser = await launchBrowser()
try {
  console.log(`load besides: ${loadavg()[0]?.toFixed(1)}`)
  for (let n = 0; n < 30; n++) await service.upload(await landscape(n, 900, 600), 'private', `photo ${n}.jpg`)
  if (only === undefined || only === 'first') await first(browser, service)
  if (only === undefined || only === 'slow') await scrolls(browser, service, 3000, slowness)
  if (only === undefined || only === 'many') await scrolls(browser, service, 50_000, 1)
  console.log(`load at the end: ${loadavg()[0]?.toFixed(1)}`)
} finally {
  await browser.close()
  await service.stop()
}
