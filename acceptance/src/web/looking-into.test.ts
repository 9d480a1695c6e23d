// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { drop, jpegFile, register, shownPixels, stagePicture, tiles, uploaded, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')
const [width, height, cell] = [3000, 2000, 250]

/** A picture on which every place has a colour of its own. */
const chart = () => {
  const pixels = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3
      pixels[at] = Math.floor(x / cell) * 20
      pixels[at + 1] = Math.floor(y / cell) * 30
      pixels[at + 2] = 128
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer()
}

interface Point {
  x: number
  y: number
}

/** As it is seen on the screen. */
async function colourAt(page: Page, { x, y }: Point): Promise<number[]> {
  const clip = { x: Math.round(x), y: Math.round(y), width: 1, height: 1 }
  return [
    ...(await sharp(await page.screenshot({ clip }))
      .removeAlpha()
      .raw()
      .toBuffer()),
  ]
}
const isColour = (seen: readonly number[], wanted: readonly number[]): boolean =>
  seen.every((value, n) => Math.abs(value - (wanted[n] ?? 0)) < 8)

const boxOf = async (page: Page) => {
  const box = await stagePicture(page).boundingBox()
  if (box === null) throw new Error('no picture')
  return box
}
const widthOf = async (page: Page) => Math.round((await boxOf(page)).width)
/** At one of its pixels to one of the page; the scale has two decimals. */
const atItsPixels = async (page: Page) => Math.abs((await widthOf(page)) - width) < width / 400
/** Pixels of the height of its room that a picture leaves empty. */
const blank = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const room = document.querySelector('.react-transform-wrapper')?.getBoundingClientRect()
    const picture = document.querySelector('[data-stage-picture]')?.getBoundingClientRect()
    if (room === undefined || picture === undefined) throw new Error('no picture')
    return Math.round(
      Math.max(0, picture.top - room.top - 12) + Math.max(0, room.bottom - picture.bottom - 12),
    )
  })
/** In a cell's middle at a third of the picture, so that neither edge is near. */
const place = async (page: Page): Promise<Point> => {
  const box = await boxOf(page)
  return {
    x: box.x + (box.width * 3.5 * cell) / width,
    y: box.y + (box.height * 2.5 * cell) / height,
  }
}

describe.skipIf(withoutChromium)(`a picture that is looked into${skipNote}`, () => {
  let browser: Browser
  let picture: Buffer
  beforeAll(async () => {
    ;[browser, picture] = await Promise.all([launchBrowser(), chart()])
  })
  afterAll(() => browser?.close())

  async function opened(options = {}): Promise<{ page: Page; faults: string[] }> {
    const { page, faults } = await visit(browser, baseUrl, { ...options })
    await register(page)
    await drop(page, [jpegFile('chart.jpg', picture)])
    await uploaded(page, 1)
    await drop(page, [jpegFile('plain.jpg', await sharp(picture).resize(600).jpeg().toBuffer())])
    await uploaded(page, 2)
    await page.getByRole('button', { name: 'Close' }).click()
    await tiles(page).last().click()
    await viewer(page).getByText('chart.jpg').first().waitFor()
    await shownPixels(page)
    return { page, faults }
  }

  it('stays where it is under the pointer, with a wheel, a click and a key, and becomes sharper', async () => {
    const { page, faults } = await opened()
    const whole = await widthOf(page)
    const at = await place(page)
    const colour = await colourAt(page, at)

    await page.mouse.move(at.x, at.y)
    // One notch is a little, and not half of the way to the pixels.
    await page.mouse.wheel(0, -120)
    await expect.poll(() => widthOf(page)).toBeGreaterThan(whole * 1.2)
    expect(await widthOf(page)).toBeLessThan(whole * 1.35)
    await expect.poll(async () => isColour(await colourAt(page, at), colour)).toBe(true)
    for (let n = 0; n < 20; n += 1) await page.mouse.wheel(0, 300)
    await expect.poll(() => widthOf(page)).toBe(whole)

    await page.mouse.click(at.x, at.y)
    await expect.poll(() => atItsPixels(page)).toBe(true)
    await expect.poll(async () => isColour(await colourAt(page, at), colour)).toBe(true)
    const sharper = page.locator('[data-sharper-picture]:not(.opacity-0)')
    expect(await sharper.evaluate((picture) => (picture as HTMLImageElement).naturalWidth)).toBe(width)
    await screenshot(page, 'looked-into')

    // Moved about, and that was no click.
    await page.mouse.move(at.x, at.y)
    await page.mouse.down()
    await page.mouse.move(at.x - 200, at.y - 100, { steps: 4 })
    await page.mouse.up()
    await expect
      .poll(async () => isColour(await colourAt(page, { x: at.x - 200, y: at.y - 100 }), colour))
      .toBe(true)
    expect(await atItsPixels(page)).toBe(true)

    await page.keyboard.press('z')
    await expect.poll(() => widthOf(page)).toBe(whole)
    await page.keyboard.press('z')
    await expect.poll(() => atItsPixels(page)).toBe(true)
    // The other one is whole.
    await page.keyboard.press('ArrowLeft')
    await viewer(page).getByText('plain.jpg').first().waitFor()
    await expect.poll(() => widthOf(page)).toBe(600)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('grows between two fingers on a phone, follows one then, and takes strokes again when it is whole', async () => {
    const { page } = await opened({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    const session = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: Point[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints })
    const whole = await widthOf(page)
    const at = await place(page)
    const colour = await colourAt(page, at)
    const fingers = (distance: number): Point[] => [
      { x: at.x - distance, y: at.y },
      { x: at.x + distance, y: at.y },
    ]
    await touch('touchStart', ...fingers(20))
    for (const distance of [30, 40, 50, 60]) await touch('touchMove', ...fingers(distance))
    await touch('touchEnd')
    await expect.poll(() => widthOf(page)).toBeGreaterThan(whole * 2)
    // It grows into the height of the screen, and is beside the fingers where it was.
    const room = () => page.locator('.react-transform-wrapper').evaluate((element) => element.clientHeight)
    await expect.poll(async () => Math.abs((await place(page)).x - at.x)).toBeLessThan(8)
    await expect.poll(room).toBeGreaterThan(600)
    await expect.poll(() => blank(page)).toBe(0)
    // It comes to rest within its room.
    let seen = await place(page)
    await expect
      .poll(async () => {
        const before = seen
        seen = await place(page)
        return seen.y === before.y && isColour(await colourAt(page, seen), colour)
      })
      .toBe(true)
    await screenshot(page, 'phone-looked-into')

    const url = page.url()
    await touch('touchStart', at)
    for (const x of [20, 50, 80]) await touch('touchMove', { x: at.x - x, y: at.y })
    await touch('touchEnd')
    await expect
      .poll(async () => isColour(await colourAt(page, { x: seen.x - 80, y: seen.y }), colour))
      .toBe(true)
    expect(page.url()).toBe(url)

    await page.getByRole('button', { name: 'Fit to the window' }).tap()
    await expect.poll(() => widthOf(page)).toBe(whole)
    const panel = page.getByRole('complementary', { name: 'Details' })
    await expect.poll(async () => (await panel.boundingBox())?.y).toBeLessThan(400)
    expect(await blank(page)).toBe(0)
    // Twice, as people do on a phone: into it, as far as one still knows where one is, and not out again.
    for (let n = 0; n < 2; n += 1) await page.touchscreen.tap(at.x, at.y)
    await expect.poll(() => widthOf(page)).toBe(whole * 3)
    await expect.poll(room).toBeGreaterThan(760)
    await expect.poll(() => blank(page)).toBe(0)
    await screenshot(page, 'phone-tapped-into')
    await page.keyboard.press('z')
    await expect.poll(() => widthOf(page)).toBe(whole)
    await touch('touchStart', { x: 60, y: at.y })
    for (const x of [140, 220, 300]) await touch('touchMove', { x, y: at.y })
    await touch('touchEnd')
    await expect.poll(() => page.url()).not.toBe(url)
    // A stroke back, and on by itself, with nothing beside the picture.
    await touch('touchStart', { x: 300, y: at.y })
    for (const x of [220, 140, 60]) await touch('touchMove', { x, y: at.y })
    await touch('touchEnd')
    await expect.poll(() => page.url()).toBe(url)
    await page.getByRole('button', { name: 'Show actual size' }).waitFor()
    expect(await page.getByRole('button', { name: 'Slideshow' }).count()).toBe(0)
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('button', { name: 'Slideshow' }).tap()
    await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' })
    await screenshot(page, 'phone-slideshow')
    await expect.poll(() => page.url()).toBe(url)
    await page.getByRole('complementary', { name: 'Details' }).waitFor()

    // The narrowest window that there is to be room in, all that is in the bar with it.
    await page.setViewportSize({ width: 320, height: 568 })
    await page.keyboard.press('ArrowLeft')
    const play = page.getByRole('button', { name: 'Slideshow' })
    const right = async () => {
      const box = await play.boundingBox()
      return box === null ? null : box.x + box.width
    }
    await expect.poll(right).toBeGreaterThan(280)
    expect(await right()).toBeLessThanOrEqual(320)
    await screenshot(page, 'narrow-viewer-bar')
    await play.tap()
    await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' })
    await page.context().close()
  })
})
