import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { choose, drop, jpegFile, register, tiles, uploaded } from './steps.ts'

const baseUrl = inject('baseUrl')

/** Width and height of the pictures on the screenshot of the README. */
const shapes: readonly [number, number][] = [
  [1500, 1000],
  [1000, 1500],
  [1600, 1200],
  [1920, 1080],
  [1200, 1200],
  [1500, 1000],
  [1800, 900],
  [1200, 1600],
  [1500, 1000],
  [1600, 1200],
  [1000, 1400],
  [1500, 1000],
  [1600, 1000],
  [1200, 1200],
]

describe.skipIf(withoutChromium)(`a gallery${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('keeps its place while pictures load, and looks as in the README', async () => {
    const { page, faults } = await visit(browser, baseUrl, { reducedMotion: 'reduce' })
    await register(page)
    const photos = await Promise.all(shapes.map(([width, height], seed) => landscape(seed, width, height)))
    await drop(
      page,
      photos.map((bytes, index) => jpegFile(`hills-${index}.jpg`, bytes)),
    )
    await uploaded(page, photos.length)

    await page.addInitScript(() => {
      const seen = window as unknown as { shift: number }
      seen.shift = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          seen.shift += (entry as PerformanceEntry & { value: number }).value
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.reload()
    await allPicturesShown(page, photos.length)
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.02)
    await screenshot(page, 'gallery')
    if (process.env.UPDATE_SCREENSHOTS !== undefined) await updateReadme(await page.screenshot())
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('of three thousand photos has few of them in the page at a time', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    await drop(page, [jpegFile('one.jpg', await landscape(4, 900, 600))])
    await uploaded(page, 1)
    const total = 3000
    await page.route('**/api/images?*', async (route) => {
      const answer = await route.fetch({ url: `${baseUrl}/api/images` })
      const { items } = (await answer.json()) as { items: object[] }
      const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
      const to = Math.min(total, from + 60)
      const page = Array.from({ length: to - from }, (_, index) => ({
        ...items[0],
        id: `01900000-0000-7000-8000-${String(total - from - index).padStart(12, '0')}`,
        originalName: `photo ${from + index + 1}`,
        width: 900 + ((from + index) % 7) * 150,
      }))
      await route.fulfill({ json: { items: page, nextCursor: to < total ? String(to) : null } })
    })
    await page.reload()
    let most = 0
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 4000)
          const labels = await tiles(page).evaluateAll((list) => list.map((tile) => tile.ariaLabel))
          most = Math.max(most, labels.length)
          return labels
        },
        { timeout: 45_000, interval: 30 },
      )
      .toContain(`photo ${total}`)
    expect(most).toBeLessThan(600)

    // Back to the top: the first photos are there again.
    await page.evaluate(() => window.scrollTo(0, 0))
    await expect.poll(() => tiles(page).first().getAttribute('aria-label')).toBe('photo 1')
    await page.context().close()
  })

  it('lets an upload be cancelled and tried again, and goes on by itself after being offline', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    const photo = jpegFile('slow.jpg', await landscape(2, 2000, 1500))
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/images', async (route) => {
      await held
      await route.continue().catch(() => undefined)
    })
    await choose(page, [photo])
    await page.getByRole('button', { name: 'Cancel slow.jpg' }).click()
    await page.getByText('Cancelled').waitFor()
    release()
    await page.unroute('**/api/images')

    await page.context().setOffline(true)
    await page.getByText('You are offline.').first().waitFor()
    await page.getByRole('button', { name: 'Retry slow.jpg' }).click()
    await page.locator('[data-upload=failed]').waitFor()
    await screenshot(page, 'offline')
    await page.context().setOffline(false)
    await uploaded(page, 1)
    await page.context().close()
  })

  it('says when the service is away, and recovers', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    const refuse = { status: 503, contentType: 'text/plain', body: 'away' }
    await page.route('**/api/images?*', (route) => route.fulfill(refuse))
    await page.reload()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await page.unroute('**/api/images?*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await page.context().close()
  })

  it('shows new photos without live events, by asking', async () => {
    const { page } = await visit(browser, baseUrl)
    await page.routeWebSocket('**/api/events*', (socket) => socket.close())
    await page.route('**/api/events/stream*', (route) => route.abort())
    await register(page)
    await drop(page, [jpegFile('asked-for.jpg', await landscape(5, 1200, 800))])
    await uploaded(page, 1)
    await allPicturesShown(page, 1)
    await page.context().close()
  })
})

async function allPicturesShown(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => {
    const pictures = [...document.querySelectorAll<HTMLImageElement>('[data-tile] img')]
    return (
      pictures.length === wanted &&
      pictures.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
    )
  }, count)
}

/** As a palette, which is a third of the bytes. */
async function updateReadme(png: Buffer): Promise<void> {
  const folder = join(import.meta.dirname, '../../../docs/screenshots')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'gallery.png'),
    await sharp(png).png({ palette: true, colours: 192, effort: 10 }).toBuffer(),
  )
}
