/**
 * What the page costs: how soon its first photos are there with the processor slowed four times, and how the gallery
 * scrolls through 3,000 pictures so slowed, and through 50,000 as fast as the machine is; what it holds of 50,000; and how
 * the live preview of the editor follows a hand, on the machine as it is and slowed.
 *
 *   npm run bench:page [first|slow|many|memory|editor]
 */
import { loadavg } from 'node:os'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../acceptance/src/web/browser.ts'
import { landscape } from '../acceptance/src/web/landscape.ts'
import { quantile } from './figures.ts'
import { startEdge } from './page-edge.ts'
import { editing } from './page-editor.ts'
import { memoryOf } from './page-memory.ts'
import { openPage } from './page-open.ts'
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
  const opened = await openPage(browser, url)
  await opened.page.addInitScript(watch)
  await opened.cdp.send('Emulation.setCPUThrottlingRate', { rate: slow })
  return opened
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
  await page.context().close()
  await edge.stop()
}

const service = await startBuiltService()
// The preview of the editor is drawn by WebGL, in software where there is no graphics processor.
const browser = await launchBrowser({ args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
try {
  console.log(`load besides: ${loadavg()[0]?.toFixed(1)}`)
  for (let n = 0; n < 30; n++) await service.upload(await landscape(n, 900, 600), 'private', `photo ${n}.jpg`)
  if (only === undefined || only === 'first') await first(browser, service)
  if (only === undefined || only === 'slow') await scrolls(browser, service, 3000, slowness)
  if (only === undefined || only === 'many') await scrolls(browser, service, 50_000, 1)
  if (only === undefined || only === 'memory') await memoryOf(browser, service, 50_000)
  if (only === undefined || only === 'editor')
    for (const slow of [1, slowness]) await editing(browser, service, slow)
  console.log(`load at the end: ${loadavg()[0]?.toFixed(1)}`)
} finally {
  await browser.close()
  await service.stop()
}
