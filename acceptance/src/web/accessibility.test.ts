// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { seriousFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { allPicturesShown, drop, jpegFile, register, shownPixels, tiles, uploaded, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')

/** Serious and critical findings of axe-core in both themes, as lines to read; the page is light afterwards. */
async function findings(page: Page): Promise<string[]> {
  const light = await seriousFindings(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await seriousFindings(page, { rules: 'colours' })
  await page.emulateMedia({ colorScheme: 'light' })
  return [...light, ...dark.map((line) => `dark: ${line}`)]
}

describe.skipIf(withoutChromium)(`the gallery for everybody${skipNote}`, () => {
  let browser: Browser
  let photos: Buffer[]
  beforeAll(async () => {
    browser = await launchBrowser()
    photos = await Promise.all([0, 1, 2, 3].map((seed) => landscape(seed, 600, 400)))
  })
  afterAll(() => browser?.close())

  const filled = async (options: Parameters<typeof visit>[2] = {}) => {
    // Half-faded text would be measured as too faint.
    const visited = await visit(browser, baseUrl, { ...options })
    await register(visited.page)
    await drop(
      visited.page,
      photos.map((bytes, index) => jpegFile(`hills-${index}.jpg`, bytes)),
    )
    await uploaded(visited.page, photos.length)
    return visited
  }

  it('has no serious findings of axe-core, light and dark', async () => {
    const { page } = await visit(browser, baseUrl, { colorScheme: 'light' })
    await page.goto('/register')
    await page.getByLabel('Email or user name').fill('x')
    await page.getByLabel('Password').fill('short')
    await page.keyboard.press('Enter')
    await page.locator('[aria-invalid=true]').first().waitFor()
    expect(await findings(page), 'register').toEqual([])
    // Where there is something to mend: the name is wrong too.
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'))
    await expect.poll(focused).toBe('username')
    await page.getByLabel('Email or user name').fill('somebody')
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('password')
    await register(page)
    expect(await findings(page), 'empty').toEqual([])
    await drop(page, [
      ...photos.map((bytes, index) => jpegFile(`hills-${index}.jpg`, bytes)),
      jpegFile('no-picture.jpg', Buffer.from('no picture')),
    ])
    await page.getByRole('heading', { name: '4 uploaded, 1 not' }).waitFor()
    expect(await findings(page), 'gallery').toEqual([])
    await page.getByRole('button', { name: 'Close' }).click()
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    expect(await findings(page), 'selection').toEqual([])
    await page.keyboard.press('Escape')
    await screenshot(page, 'gallery-light')
    await tiles(page).first().click()
    await shownPixels(page)
    expect(await findings(page), 'viewer').toEqual([])
    await screenshot(page, 'viewer-light')
    await viewer(page).getByRole('switch').click()
    await page.getByRole('alertdialog').waitFor()
    expect(await findings(page), 'confirmation').toEqual([])
    await page.context().close()
  })

  it('can be used with the keyboard alone', async () => {
    const { page } = await filled()
    const focusedTile = () =>
      page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.tile)
    const ids = await tiles(page).evaluateAll((list) =>
      list.map((tile) => (tile as HTMLElement).dataset.tile),
    )

    // One stop for the whole grid, reached from the top of the page past its navigation.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the content')
    await page.keyboard.press('Enter')
    for (let presses = 0; (await focusedTile()) === undefined; presses++) {
      expect(presses, 'Tab reaches the photos').toBeLessThan(16)
      await page.keyboard.press('Tab')
    }
    expect(await focusedTile()).toBe(ids[0])
    await page.keyboard.press('ArrowRight')
    expect(await focusedTile()).toBe(ids[1])

    await page.keyboard.press('Enter')
    await viewer(page).waitFor()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.url()).toContain(ids[2])
    await page.keyboard.press('1')
    expect(await shownPixels(page)).toEqual([150, 150])

    // The keys are heard whatever had the focus before: a dialog, or a field that is done with.
    const focused = (what: string) =>
      expect
        .poll(() => page.evaluate(() => document.activeElement?.role ?? document.activeElement?.textContent))
        .toBe(what)
    await viewer(page).getByRole('switch').focus()
    await page.keyboard.press('Enter')
    await focused('Cancel')
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.url()).toContain(ids[1])
    await viewer(page).getByLabel('Name').focus()
    await page.keyboard.press('Enter')
    await focused('dialog')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.url()).toContain(ids[2])
    await page.keyboard.press('Escape')
    await viewer(page).waitFor({ state: 'detached' })
    await expect.poll(focusedTile, { message: 'the focus returns to the photo last shown' }).toBe(ids[2])

    await page.keyboard.press('x')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('x')
    await page.getByText('2 selected').waitFor()
    await page
      .getByRole('region', { name: 'Selection' })
      .getByRole('button', { name: 'Move to trash' })
      .focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => tiles(page).count()).toBe(2)
    await expect.poll(focusedTile, { message: 'the focus is on a photo again' }).toBeDefined()
    await page.context().close()
  })

  it('fits a phone, light and dark', async () => {
    const { page } = await filled({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(await overflow()).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Close' }).tap()
    await screenshot(page, 'phone-gallery')
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    const bar = await page.getByRole('region', { name: 'Selection' }).boundingBox()
    const search = await page.getByLabel('Search photos').boundingBox()
    expect(bar && search && bar.y + bar.height, 'the bar ends above the search').toBeLessThanOrEqual(
      search?.y ?? 0,
    )
    expect(await overflow()).toBeLessThanOrEqual(0)
    await screenshot(page, 'phone-selection')
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Selection' }).waitFor({ state: 'detached' })
    // Also where the box to select it is, which nobody sees before something is selected.
    await tiles(page)
      .first()
      .tap({ position: { x: 20, y: 20 } })
    await shownPixels(page)
    expect(await overflow()).toBeLessThanOrEqual(0)
    await screenshot(page, 'phone-viewer')
    await page.emulateMedia({ colorScheme: 'dark' })
    await screenshot(page, 'phone-viewer-dark')
    const url = page.url()
    await swipeLeft(page)
    await expect.poll(() => page.url()).not.toBe(url)
    await page.context().close()
  })

  it('keeps the theme that was chosen, and in each shows where pictures of its own colour end', async () => {
    const { page } = await visit(browser, baseUrl, { colorScheme: 'light' })
    await register(page)
    const plain = (background: string) =>
      sharp({ create: { width: 600, height: 400, channels: 4, background } })
    const drawing = Buffer.from('<svg width="600" height="400"><circle cx="300" cy="200" r="90"/></svg>')
    await drop(page, [
      ...(await Promise.all(
        ['#fff', '#faf9f7', '#000', '#141312'].map(async (color, n) =>
          jpegFile(`plain-${n}.jpg`, await plain(color).jpeg().toBuffer()),
        ),
      )),
      {
        name: 'drawing.png',
        mimeType: 'image/png',
        buffer: await plain('#0000')
          .composite([{ input: drawing }])
          .png()
          .toBuffer(),
      },
    ])
    await uploaded(page, 5)
    await page.getByRole('button', { name: 'Close' }).click()
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await ground()
    await allPicturesShown(page, 5)
    await screenshot(page, 'plain-pictures-light')
    expect(await faintest(page)).toBeGreaterThan(8)
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    // A change of colours takes a frame even where motion is reduced.
    await expect.poll(ground).not.toBe(light)
    const dark = await ground()
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await screenshot(page, 'plain-pictures-dark')
    expect(await faintest(page)).toBeGreaterThan(8)
    await page.reload()
    await expect.poll(ground).toBe(dark)
    await page.context().close()
  })

  it('edits name, alt text, tags and visibility, and finds photos by them', async () => {
    const { page } = await filled()
    await tiles(page).first().click()
    const panel = viewer(page).getByRole('complementary', { name: 'Details' })
    await panel.getByLabel('Name').fill('Harbour.jpg')
    await panel.getByLabel('Alt text').fill('Hills at dusk')
    await panel.getByLabel('Tags').fill('evening')
    await page.keyboard.press('Enter')
    await panel.getByRole('button', { name: 'Remove tag evening' }).waitFor()
    await panel.getByRole('switch').click()
    await page.getByRole('alertdialog').getByText('without the place where it was taken').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await panel.getByRole('switch').getAttribute('aria-checked')).toBe('false')
    await panel.getByRole('switch').click()
    await page.getByRole('button', { name: 'Make public' }).click()
    await panel.getByText('Anyone with the URL can see it.').waitFor()
    await page.reload()
    await expect.poll(() => panel.getByLabel('Name').inputValue()).toBe('Harbour.jpg')
    await expect.poll(() => panel.getByLabel('Alt text').inputValue()).toBe('Hills at dusk')
    await panel.getByRole('button', { name: 'evening', exact: true }).click()
    await expect.poll(() => tiles(page).count()).toBe(1)
    await page.getByRole('button', { name: 'Remove filter evening' }).click()
    await expect.poll(() => tiles(page).count()).toBe(4)
    await page.getByLabel('Search photos').fill('harb')
    await expect.poll(() => tiles(page).count()).toBe(1)
    expect(await tiles(page).first().getAttribute('aria-label')).toBe('Hills at dusk')
    await page.getByLabel('Search photos').fill('nothing like it')
    await page.getByText('No photo matches').waitFor()
    await page.context().close()
  })
})

/** How much a tile's edge differs from the ground beside it, of 255, where that is least. */
async function faintest(page: Page): Promise<number> {
  const differences: number[] = []
  for (const tile of await tiles(page).all()) {
    const box = await tile.boundingBox()
    if (box === null) throw new Error('a tile is not shown')
    const clip = { x: Math.round(box.x) - 4, y: Math.round(box.y + box.height / 2), width: 8, height: 1 }
    const { data, info } = await sharp(await page.screenshot({ clip }))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const red = Array.from({ length: info.width }, (_, x) => data[x * info.channels] ?? 0)
    differences.push(Math.max(...red.map((value) => Math.abs(value - (red[0] ?? 0)))))
  }
  return Math.min(...differences)
}

/** Playwright has no gesture for it, the browser's protocol has. */
async function swipeLeft(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const point = (x: number) => ({ touchPoints: [{ x, y: 220 }] })
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', ...point(320) })
  for (const x of [260, 180, 100])
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', ...point(x) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
