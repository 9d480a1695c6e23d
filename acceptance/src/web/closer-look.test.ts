// @module-tag slow/pages
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { axeFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { keepSession, shownPixels, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')

describe.skipIf(withoutChromium)(`a closer look at a photo${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('says where it was taken, where it is used, and how its versions and formats differ', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const placed = await sharp(await landscape(4, 900, 600))
      .withExif({
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '46/1 31/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '8/1 0/1 0/1',
        },
      })
      .jpeg({ quality: 95 })
      .toBuffer()
    const image = await api.picture(placed, 'pass.jpg')
    await api.get(`/images/${image.id}?width=333`)
    // What was asked for is written down behind the answer.
    await expect
      .poll(async () => {
        const { body } = await api.get<{ items: { asked?: string | null }[] }>(
          `/api/images/${image.id}/renditions`,
        )
        return body.items.map(({ asked }) => asked)
      })
      .toContain('width=333')
    const blurred = await api.post<{ jobId: string }>(`/api/images/${image.id}/transform`, {
      blur: 5,
      saveImage: true,
    })
    expect((await api.ended(blurred.body.jobId)).status).toBe('complete')
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto(`/photos/${image.id}`)
    await shownPixels(page)
    const panel = viewer(page).getByRole('complementary', { name: 'Details' })
    await panel.getByRole('img', { name: 'Map of where it was taken' }).waitFor()
    await panel.getByRole('list', { name: 'Asked for lately' }).getByText('width=333').waitFor()
    await screenshot(page, 'closer-look')

    await panel.getByRole('button', { name: 'Compare' }).click()
    const compared = page.getByRole('dialog', { name: 'Compare versions or formats' })
    const difference = compared.locator('[data-difference]')
    const likeness = async () => Number(/SSIM\) ([\d.]+)/.exec((await difference.textContent()) ?? '')?.[1])
    // What is blurred has fewer bytes, and is another picture.
    await expect.poll(() => difference.textContent()).toMatch(/^The right one is \d+ % smaller[.] Likeness/)
    expect(await likeness()).toBeLessThan(0.9)
    await compared.getByLabel('How much of the left one is seen').fill('20')
    await expect
      .poll(() =>
        compared.locator('[data-compared="left"]').evaluate((left) => getComputedStyle(left).clipPath),
      )
      .toBe('inset(0px 80% 0px 0px)')
    await screenshot(page, 'compare')
    expect(await axeFindings(page)).toEqual([])
    // The same version as PNG and as JPEG is nearly the same, in more bytes.
    await compared.getByLabel('Right: version').selectOption('1')
    await compared.getByLabel('Left: version').selectOption('1')
    await compared.getByLabel('Right: format').selectOption('png')
    await expect.poll(() => difference.textContent()).toMatch(/^The right one is \d+ % larger[.] Likeness/)
    await expect.poll(likeness).toBeGreaterThan(0.9)
    await page.keyboard.press('Escape')
    await compared.waitFor({ state: 'detached' })
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('of more than forty megapixels loads the parts that are seen and never the whole', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const [width, height] = [8200, 5000]
    const halves = await sharp({ create: { width, height, channels: 3, background: '#204080' } })
      .composite([
        {
          input: { create: { width: width / 2, height, channels: 3, background: '#c04020' } },
          left: 0,
          top: 0,
        },
      ])
      .jpeg({ quality: 60 })
      .toBuffer()
    const image = await api.picture(halves, 'wide.jpg')
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    const asked: URL[] = []
    page.on('request', (request) => asked.push(new URL(request.url())))
    await page.goto(`/photos/${image.id}`)
    await shownPixels(page)
    await page.keyboard.press('z')
    const tile = page.locator('[data-deep-tile]:not(.opacity-0)').first()
    await tile.waitFor()
    expect(await tile.evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBe(2048)
    const pictures = asked.filter(({ pathname }) => pathname.startsWith('/images/'))
    // A window is a fifth of the picture a side: some of its fifteen parts, and not the original.
    const parts = new Set(pictures.flatMap(({ searchParams }) => searchParams.get('crop') ?? []))
    expect(parts.size).toBeGreaterThan(0)
    expect(parts.size).toBeLessThanOrEqual(4)
    expect(pictures.filter(({ searchParams }) => searchParams.get('preset') === 'original')).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  })
})
