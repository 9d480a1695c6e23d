// @module-tag slow/pages
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page, Route } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { allPicturesShown, choose, drop, jpegFile, register, tiles, uploaded, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')

/** Of the screenshot of the README pictures as cameras make them, else a third of each: it is about their shapes. */
const scale = process.env.UPDATE_SCREENSHOTS === undefined ? 1 / 3 : 1
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
    const { page, faults } = await visit(browser, baseUrl)
    await register(page)
    const photos = await Promise.all(
      shapes.map(([width, height], seed) =>
        landscape(seed, Math.round(width * scale), Math.round(height * scale)),
      ),
    )
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

  it('shows a photo as it lies here until its own picture has come', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    const held: Route[] = []
    let holding = true
    await page.route(/\/images\/[^/]+\?/, (route) => (holding ? void held.push(route) : route.continue()))
    await drop(page, [jpegFile('here.jpg', await landscape(3, 900, 600))])
    await uploaded(page, 1)
    const local = page.locator('[data-local-picture]:not(.opacity-0)')
    await local.waitFor()
    expect(await local.evaluate((picture) => (picture as HTMLImageElement).naturalWidth)).toBe(900)
    await screenshot(page, 'local-picture')
    holding = false
    await Promise.all(held.map((route) => route.continue()))
    await allPicturesShown(page, 1)
    await local.waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('of twelve hundred photos has few of them in the page at a time', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    await drop(page, [jpegFile('one.jpg', await landscape(4, 900, 600))])
    await uploaded(page, 1)
    const total = 1200
    await serveMany(page, total)
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

  it('of several pages is selected whole, by ranges without a window, and a link into it has neighbours', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    await drop(page, [jpegFile('one.jpg', await landscape(4, 900, 600))])
    await uploaded(page, 1)
    const total = 150
    const lastPage = await serveMany(page, total)
    lastPage.hold()
    await page.goto('/')
    await tiles(page)
      .nth(0)
      .click({ modifiers: ['Shift'] })
    await tiles(page)
      .nth(2)
      .click({ modifiers: ['Shift'] })
    await page.getByText('3 selected').waitFor()
    expect(page.context().pages()).toHaveLength(1)
    const bar = page.getByRole('region', { name: 'Selection' })
    await bar.getByRole('button', { name: 'Select all' }).click()
    // All of it is meant, and asked for as the list is: nothing has to be loaded for it.
    await bar.getByText(/^All .*selected$/).waitFor()
    const asked = page.waitForRequest('**/api/images/bulk')
    await page.route('**/api/images/bulk', (route) => route.abort())
    await bar.getByRole('button', { name: 'Favourite' }).click()
    expect((await asked).postDataJSON()).toEqual({ query: {}, change: { favourite: true } })
    await page.getByText('Nothing was changed.').first().waitFor()
    // Without one of them it is these, and the others as they come.
    await tiles(page).nth(1).click()
    await bar.getByText('loading the others').waitFor()
    await bar.getByText('119 selected').waitFor()
    expect(await bar.getByRole('button', { name: 'Move to trash' }).isDisabled()).toBe(true)
    await screenshot(page, 'selecting-all')
    lastPage.release()
    await bar.getByText(`${total - 1} selected`).waitFor()
    expect(await bar.getByRole('button', { name: 'Move to trash' }).isEnabled()).toBe(true)

    // Photo 140 is on the third page.
    await page.goto(`/photos/${idOf(total, 140)}`)
    await viewer(page).getByRole('button', { name: 'Next photo' }).waitFor()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.url()).toContain(idOf(total, 141))
    await viewer(page).getByText('photo 141').first().waitFor()
    await page.context().close()
  })

  it('lets an upload be cancelled and tried again, and goes on by itself after being offline', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    const photo = jpegFile('slow.jpg', await landscape(2, 600, 450))
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/uploads', async (route) => {
      await held
      await route.continue().catch(() => undefined)
    })
    await choose(page, [photo])
    await page.getByRole('button', { name: 'Cancel slow.jpg' }).click()
    await page.getByText('Cancelled').waitFor()
    release()
    await page.unroute('**/api/uploads')

    await page.context().setOffline(true)
    await page.getByText('You are offline.').first().waitFor()
    await page.getByRole('button', { name: 'Retry slow.jpg' }).click()
    await page.getByText('waiting for the connection').waitFor()
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

    // An upload waits for it, and goes on by itself.
    await page.route('**/api/**', (route) => route.abort())
    await choose(page, [jpegFile('later.jpg', await landscape(7, 300, 200))])
    await page.getByRole('heading', { name: 'Waiting to upload 1 photo' }).waitFor()
    await page.getByText('The service cannot be reached right now.').waitFor()
    await screenshot(page, 'service-away')
    await page.unroute('**/api/**')
    await uploaded(page, 1)

    // While an answer is awaited, only photos that belong to the search are under it.
    await page.route('**/api/images?*', () => undefined)
    await page.getByLabel('Search photos').fill('LATER')
    await page.getByRole('button', { name: 'Remove filter' }).waitFor()
    expect(await tiles(page).count()).toBe(1)
    await page.getByLabel('Search photos').fill('sooner')
    await page.getByText('“sooner”').waitFor()
    expect(await tiles(page).count()).toBe(0)
    await page.context().close()
  })

  it('shows new photos without live events, by asking', async () => {
    const { page } = await visit(browser, baseUrl)
    await page.routeWebSocket('**/api/events*', (socket) => socket.close())
    await page.route('**/api/events/stream*', (route) => route.abort())
    await register(page)
    // Of a window of 1,280 by 1,024 px at four times the size the list of uploads leaves the page, until it is asked for.
    await page.setViewportSize({ width: 320, height: 256 })
    await drop(page, [jpegFile('asked-for.jpg', await landscape(5, 600, 400))])
    const uploads = page.getByRole('region', { name: 'Uploads' })
    await uploads.getByRole('button', { name: 'Show the list' }).click()
    await uploads.getByText('asked-for.jpg').waitFor()
    await uploads.getByRole('button', { name: 'Hide the list' }).click()
    expect(await uploads.evaluate((tray) => tray.getBoundingClientRect().height)).toBeLessThan(80)
    await page.setViewportSize({ width: 1280, height: 800 })
    await uploaded(page, 1)
    await allPicturesShown(page, 1)
    await page.context().close()
  })
})

/** The id of the nth of so many photos, the newest first. */
const idOf = (total: number, nth: number): string =>
  `01900000-0000-7000-8000-${String(total + 1 - nth).padStart(12, '0')}`

/** Shows the account's one photo as so many, in pages; the last of them can be held back. */
async function serveMany(page: Page, total: number) {
  let release = (): void => undefined
  let held = Promise.resolve()
  const nth = (item: object, number: number): object => ({
    ...item,
    id: idOf(total, number),
    originalName: `photo ${number}`,
    width: 900 + ((number - 1) % 7) * 150,
  })
  const one = async (route: Route): Promise<object> => {
    const answer = await route.fetch({ url: `${baseUrl}/api/images` })
    return ((await answer.json()) as { items: [object] }).items[0]
  }
  await page.route('**/api/images?*', async (route) => {
    const item = await one(route)
    const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
    const to = Math.min(total, from + 60)
    if (to === total) await held
    const items = Array.from({ length: to - from }, (_, index) => nth(item, from + index + 1))
    await route.fulfill({ json: { items, nextCursor: to < total ? String(to) : null } })
  })
  await page.route('**/api/images/01900000-*', async (route) => {
    const id = new URL(route.request().url()).pathname.slice(-12)
    await route.fulfill({ json: nth(await one(route), total + 1 - Number(id)) })
  })
  return {
    hold: () => {
      held = new Promise((resolve) => {
        release = resolve
      })
    },
    release: () => release(),
  }
}

/** As WebP: a third of the bytes, and the colours of the page as they are. */
async function updateReadme(png: Buffer): Promise<void> {
  const folder = join(import.meta.dirname, '../../../docs/screenshots')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'gallery.webp'),
    await sharp(png).webp({ quality: 86, effort: 6, smartSubsample: true }).toBuffer(),
  )
}
