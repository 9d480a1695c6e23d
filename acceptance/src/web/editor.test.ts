// @module-tag slow/pages
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createApi } from '../api.ts'
import { axeFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { colourOf, difference, drawn, rendered, setNumber, shown, tab } from './editor-steps.ts'
import { landscape } from './landscape.ts'
import { keepSession } from './steps.ts'

const baseUrl = inject('baseUrl')
const signIn = () => createApi(baseUrl).signedIn()
describe.skipIf(withoutChromium)(`the editor${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser({ args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  })
  afterAll(() => browser?.close())

  it('shows what the service makes, in every tool and of what is done together', {
    timeout: 240_000,
  }, async () => {
    const { account, ...api } = await signIn()
    const image = await api.picture(await landscape(3, 480, 320), 'hills.jpg')
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto(`/photos/${image.id}/edit`)
    await shown(page)
    // Every tool can be seen without scrolling for it, and none has findings.
    const tools = page.getByRole('tablist', { name: 'Tools' })
    expect(await tools.evaluate((list) => list.scrollWidth - list.clientWidth)).toBe(0)
    for (const one of await tools.getByRole('tab').all()) {
      await one.click()
      const name = (await one.textContent()) ?? ''
      expect(await axeFindings(page, { within: '[data-editor]' }), name).toEqual([])
      await screenshot(page, `editor-tab-${name.trim().toLowerCase()}`)
    }
    await tab(page, 'Crop')
    const alike = async (steps: readonly string[]) => {
      await shown(page)
      expect(
        await difference(await drawn(page), await rendered(page, api, image, steps)),
        steps[0],
      ).toBeLessThan(2)
    }

    // What is shown is said to be of an edit only once it is drawn, with every pixel
    await page.evaluate(() => {
      const { requestAnimationFrame } = window
      const held: FrameRequestCallback[] = []
      window.requestAnimationFrame = (callback) => held.push(callback)
      addEventListener(
        'release-frames',
        () => {
          window.requestAnimationFrame = requestAnimationFrame
          for (const callback of held) requestAnimationFrame(callback)
        },
        { once: true },
      )
    })
    await tab(page, 'Light')
    await setNumber(page, 'Brightness', 1.2)
    await page.locator('[data-preview-current="false"]').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('release-frames')))
    await alike(['brightness=1.2'])
    await page.getByRole('button', { name: 'Reset brightness' }).click()

    // Some together, in another order than URLs have for them
    await tab(page, 'Border')
    await setNumber(page, 'Padding', 12)
    await setNumber(page, 'Round corners', 40)
    await page.getByRole('switch', { name: /^Background/ }).click()
    await page.getByLabel('Colour of the background', { exact: true }).fill('#204060')
    await alike(['%22pad%22', '%22radius%22%3A40', '204060ff'])
    await page.getByRole('button', { name: 'Discard the changes' }).click()

    // A region is made unreadable in the same pixels, wherever it is drawn to
    await tab(page, 'Hide')
    await page.getByRole('button', { name: 'Hide a region' }).click()
    await alike(['redact=', 'pixelate%2C12'])
    await page.getByRole('button', { name: 'Move the bottom right corner of the region' }).focus()
    await page.keyboard.press('Shift+ArrowRight')
    await setNumber(page, 'Strength', 9)
    await alike(['redact=186%2C106%2C117%2C107%2Cpixelate%2C9'])
    await page.getByRole('radio', { name: 'Blur' }).click()
    await alike(['107%2Cblur%2C9'])
    await screenshot(page, 'editor-hide')
    expect(await axeFindings(page, { within: '[data-editor]' })).toEqual([])
    await page.getByRole('button', { name: 'Hide a region' }).click()
    const hasFocus = (name: string | RegExp) =>
      page.getByRole('button', { name }).evaluate((element) => element === document.activeElement)
    await page.getByRole('button', { name: 'Show region 1 again' }).click()
    await expect.poll(() => hasFocus(/^1[.] /)).toBe(true)
    await page.getByRole('button', { name: 'Show region 1 again' }).click()
    await expect.poll(() => hasFocus('Hide a region')).toBe(true)

    // What the page cannot compute is the service's own rendition, and takes the place of the canvas when it is there
    await tab(page, 'Light')
    await setNumber(page, 'Sharpen', 2)
    await shown(page)
    const rendition = page.locator('[data-preview-rendition]')
    await rendition.waitFor()
    await expect.poll(() => rendition.evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBe(480)
    await page.getByRole('button', { name: 'Reset sharpen' }).click()
    await rendition.waitFor({ state: 'detached' })

    expect(faults).toEqual([])
  })

  it('shows the picture as it is while the service has no time for a preview, and asks again', async () => {
    const { account, ...api } = await signIn()
    const image = await api.picture(await landscape(2, 800, 600), 'busy.jpg')
    const { page } = await visit(browser, baseUrl)
    await keepSession(page, account)
    let isBusy = true
    let refused = 0
    const isPreview = ({ pathname, searchParams }: URL) =>
      pathname.startsWith('/images/') && searchParams.has('lossless')
    await page.route(isPreview, (route) => {
      if (!isBusy) return route.continue()
      refused += 1
      const problem = { type: 'about:blank', title: 'Busy', status: 503, detail: 'Busy.', instance: '1' }
      return route.fulfill({
        status: 503,
        headers: { 'retry-after': '1', 'content-type': 'application/problem+json' },
        body: JSON.stringify({ ...problem, code: 'overloaded' }),
      })
    })
    await page.goto(`/photos/${image.id}/edit`)
    const meanwhile = page.locator('[data-until-drawn]')
    await expect
      .poll(() => meanwhile.evaluate((picture: HTMLImageElement) => picture.naturalWidth))
      .toBeGreaterThan(0)
    await expect.poll(() => refused).toBeGreaterThan(1)
    expect(await page.getByRole('alert').count()).toBe(0)
    isBusy = false
    await shown(page)
    await meanwhile.waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('crops by keys, keeps what is not saved, saves, undoes over versions and restores', {
    timeout: 120_000,
  }, async () => {
    const { account, ...api } = await signIn()
    const image = await api.picture(await landscape(1, 800, 600), 'lake.jpg')
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto(`/photos/${image.id}`)
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await shown(page)
    await screenshot(page, 'editor-crop')

    await page.getByRole('radio', { name: '1:1' }).click()
    const corner = page.getByRole('button', { name: 'Move the bottom right corner of the crop' })
    await corner.focus()
    for (let n = 0; n < 5; n++) await page.keyboard.press('Shift+ArrowUp')
    await page.getByText('550 × 550', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Turn right' }).click()
    await tab(page, 'Light')
    await setNumber(page, 'Brightness', 1.2)
    await setNumber(page, 'Blur', 2)
    await tab(page, 'Steps')
    const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem')
    await expect
      .poll(() => steps.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-step'))))
      .toEqual(['crop', 'rotate', 'modulate', 'blur'])
    await page.getByRole('switch', { name: 'Blur' }).click()
    await page.getByText('Not saved yet').waitFor()
    await screenshot(page, 'editor-steps')

    // A draft outlives the page
    await page.reload()
    await page.getByText('Changes from earlier, not saved yet').waitFor()
    await tab(page, 'Steps')
    await expect
      .poll(() => page.getByRole('switch', { name: 'Blur' }).getAttribute('aria-checked'))
      .toBe('false')
    await page.getByRole('button', { name: 'Delete: Blur, step 4 of 4' }).click()

    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Version 2', { exact: true }).first().waitFor()
    const saved = (
      await api.get<{ version: number; width: number; height: number }>(`/api/images/${image.id}`)
    ).body
    expect(saved).toMatchObject({ version: 2, width: 550, height: 550 })
    await expect
      .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('drafts'))))
      .toEqual([])

    // Back over the session, then over versions
    const undo = page.getByRole('button', { name: /^Undo/ })
    await page.reload()
    await shown(page)
    await page.getByRole('button', { name: 'Undo: back to the version before' }).click()
    await page.getByText('Version 1', { exact: true }).first().waitFor()
    await expect.poll(() => undo.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Redo: forward to the next version' }).click()
    await page.getByText('Version 2', { exact: true }).first().waitFor()
    await tab(page, 'Versions')
    await page.getByRole('button', { name: 'Restore version 1' }).click()
    await page.getByText('Version 3', { exact: true }).first().waitFor()
    expect((await api.get(`/api/images/${image.id}`)).body).toMatchObject({
      version: 3,
      width: 800,
      height: 600,
    })
    await screenshot(page, 'editor-versions')

    // Nothing of it is there for whoever comes next
    await tab(page, 'Light')
    await setNumber(page, 'Contrast', 1.5)
    await page.getByText('Not saved yet').waitFor()
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.includes('drafts')))
    await page.evaluate(() => localStorage.removeItem('rendition.session'))
    await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.includes('drafts')))
    expect(faults).toEqual([])
  })
  it('marks, looks and focuses on a phone, and puts the edit on other photos', {
    timeout: 120_000,
  }, async () => {
    const { account, ...api } = await signIn()
    const image = await api.picture(await landscape(5, 640, 480), 'first.jpg')
    const other = await api.picture(await landscape(2, 320, 480), 'second.jpg')
    const { page, faults, settled } = await visit(browser, baseUrl, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    })
    await keepSession(page, account)
    await page.goto(`/photos/${image.id}/edit`)
    await shown(page)
    await screenshot(page, 'editor-phone-crop')
    // Nothing is wider than the phone
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)

    await tab(page, 'Focus')
    const point = page.getByRole('button', { name: /^Focal point/ })
    await point.focus()
    await page.keyboard.press('Shift+ArrowRight')
    await vi.waitFor(async () =>
      expect((await api.get(`/api/images/${image.id}`)).body).toMatchObject({
        focalPoint: { x: 0.6, y: 0.5 },
      }),
    )
    const crops = page.getByRole('list', { name: /^Crops/ }).getByRole('listitem')
    await expect.poll(() => crops.count()).toBe(4)
    await screenshot(page, 'editor-phone-focus')

    // Each look is shown on this very photo, and the service is asked for none of that.
    await settled()
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url())
      // The address of the edit is weighed, by HEAD, once nothing was done for a while.
      if (pathname.startsWith('/images/') && request.method() === 'GET') asked.push(search)
    })
    await tab(page, 'Looks')
    await expect.poll(() => page.locator('[data-small-picture]').count()).toBe(9)
    const sepiaInSmall = await colourOf(page, 'Sepia')
    expect(sepiaInSmall.red - sepiaInSmall.blue).toBeGreaterThan(20)
    const grey = await colourOf(page, 'Black and white')
    expect(Math.max(Math.abs(grey.red - grey.green), Math.abs(grey.red - grey.blue))).toBeLessThan(2)
    await screenshot(page, 'editor-phone-looks')
    expect(asked).toEqual([])
    await page.getByRole('radio', { name: 'Sepia' }).click()
    await shown(page)
    const sepia = await rendered(page, api, image, ['tint=8a5a2b', 'contrast=1.05'])
    expect(await difference(await drawn(page), sepia)).toBeLessThan(2)
    await tab(page, 'Mark')
    await page.getByLabel('Text', { exact: true }).fill('© Ada')
    await page.getByRole('radio', { name: 'bottom left' }).check()
    await page.locator('[data-preview-rendition]').waitFor()
    await shown(page)
    await screenshot(page, 'editor-phone-mark')
    await rendered(page, api, image, ['watermarkPosition=southwest'])
    // By hand, from where it lies
    const place = page.getByRole('button', { name: /^Place of the mark/ })
    await place.focus()
    await page.keyboard.press('Shift+ArrowRight')
    await rendered(page, api, image, ['watermarkPosition=0.225%2C0.875'])
    const box = await place.boundingBox()
    if (box === null) throw new Error('the mark has no place')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 - 40, { steps: 3 })
    await page.mouse.up()
    await expect
      .poll(async () => ((await place.getAttribute('data-mark-place')) ?? '').split(',').map(Number)[0])
      .toBeGreaterThan(0.3)
    await shown(page)
    await screenshot(page, 'editor-phone-mark-by-hand')
    expect(await axeFindings(page, { within: '[data-editor]' })).toEqual([])

    await tab(page, 'Steps')
    await page.getByRole('button', { name: 'Copy the edit' }).click()
    await page.getByText('Edit copied.').first().waitFor()
    await page.getByRole('button', { name: 'Close the editor' }).click()
    await page.goto('/')
    await page.getByRole('checkbox', { name: /second/ }).click({ force: true })
    await page.getByRole('button', { name: 'Paste edit' }).click()
    await page.getByText('Edit put on 1 photo').first().waitFor()
    const { items } = (
      await api.get<{ items: { recipe: { steps: { op: string }[] } | null }[] }>(
        `/api/images/${other.id}/versions`,
      )
    ).body
    expect(items[0]?.recipe?.steps.map(({ op }) => op)).toEqual(['contrast', 'tint', 'watermark'])
    expect(faults).toEqual([])
  })
})
