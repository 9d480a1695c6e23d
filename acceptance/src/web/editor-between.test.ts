// @module-tag slow/pages
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { setNumber, shown, tab } from './editor-steps.ts'
import { landscape } from './landscape.ts'
import { keepSession } from './steps.ts'

const baseUrl = inject('baseUrl')
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true })
const state = (page: Page, text: string) => page.locator('[data-edit-state]').getByText(text).waitFor()

/** A service that wants to be left alone for a while. */
const tooOften = (route: Route, seconds: number) =>
  route.fulfill({
    status: 429,
    headers: { 'retry-after': String(seconds), 'content-type': 'application/problem+json' },
    body: JSON.stringify({
      type: 'about:blank',
      title: 'Too many requests',
      status: 429,
      detail: 'Too many requests.',
      instance: '1',
      code: 'rate_limited',
    }),
  })

describe.skipIf(withoutChromium)(`what comes between while a photo is edited${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser({ args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  })
  afterAll(() => browser?.close())

  async function edit(name: string, [width, height] = [480, 320]) {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const image = await api.picture(await landscape(2, width, height), name)
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto(`/photos/${image.id}/edit`)
    await shown(page)
    return { page, faults, image, api }
  }

  it('another tab that saves or replaces the photo is told of, with what becomes of the edit', async () => {
    const { page, faults, image, api } = await edit('two-tabs.jpg')
    const other = await page.context().newPage()
    await other.goto(page.url())
    await shown(other)
    await tab(other, 'Light')
    await setNumber(other, 'Contrast', 1.3)
    await state(other, 'Not saved yet')

    await tab(page, 'Light')
    await setNumber(page, 'Brightness', 1.4)
    await save(page).click()
    await state(page, 'Version 2')
    // Who saved it is told nothing
    expect(await page.locator('[data-overtaken]').count()).toBe(0)

    const told = other.locator('[data-overtaken]')
    await told.getByText('Another tab or device saved version 2 meanwhile.').waitFor()
    await screenshot(other, 'editor-overtaken')
    await save(other).click()
    await state(other, 'Version 3')
    await told.waitFor({ state: 'detached' })
    const versions = await api.get<{ items: { version: number; recipe: { steps: object[] } | null }[] }>(
      `/api/images/${image.id}/versions`,
    )
    expect(versions.body.items.map(({ version, recipe }) => [version, recipe?.steps])).toEqual([
      [3, [{ op: 'contrast', amount: 1.3 }]],
      [2, [{ op: 'modulate', brightness: 1.4, saturation: 1, hue: 0 }]],
      [1, undefined],
    ])

    // The other way: theirs is gone on from, and the edit can be had back
    await state(page, 'Version 3')
    await setNumber(page, 'Gamma', 1.2)
    await state(page, 'Not saved yet')
    await setNumber(other, 'Contrast', 1.1)
    await save(other).click()
    await page.getByRole('button', { name: 'Go on from version 4' }).click()
    await state(page, 'Version 4')
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Contrast' }).inputValue()).toBe('1.1')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Gamma' }).inputValue()).toBe('1.2')

    // Another original: the edit was made for the one before
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route(/\/images\/.*lossless/, async (route) => {
      await held
      await route.continue()
    })
    const files = [{ name: 'new.jpg', bytes: await jpeg(300, 300), type: 'image/jpeg' }]
    expect((await api.upload(files, {}, `/api/images/${image.id}/replace`)).status).toBe(201)
    await page.locator('[data-overtaken]').getByText('replaced the original meanwhile').waitFor()
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Gamma' }).inputValue()).toBe('1')
    // The picture before is no preview of it.
    expect(await page.locator('[data-preview-current="true"]').count()).toBe(0)
    release()
    await shown(page)
    await screenshot(page, 'editor-replaced')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Gamma' }).inputValue()).toBe('1.2')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('a service that is busy or away is told of in words, and what is seen comes by itself when it is back', async () => {
    const { page, image, api } = await edit('away.jpg')
    await tab(page, 'Light')
    let away = true
    let asked = 0
    const isExplained = ({ pathname }: URL) => pathname === `/api/images/${image.id}/explain`
    await page.route(isExplained, async (route) => {
      if (!away) return route.continue()
      asked += 1
      // The URL is asked for as well as the preview
      return asked <= 2 ? tooOften(route, 1) : route.abort('connectionrefused')
    })
    await setNumber(page, 'Sharpen', 2)
    const alert = page.getByRole('alert')
    await alert.getByText('Too many attempts. Try again in 1 s. What is shown is not up to date;').waitFor()
    await alert.getByText('The service cannot be reached right now.').waitFor()
    await screenshot(page, 'editor-away')
    away = false
    await page.locator('[data-preview-rendition]').waitFor()
    await alert.waitFor({ state: 'detached' })
    await expect
      .poll(() => page.locator('[data-edit-url]').getAttribute('data-edit-url'))
      .toContain('sharpen')

    // Saved while nobody answers, and again then: one version and not two
    const isSaved = ({ pathname }: URL) => pathname === `/api/images/${image.id}/transform`
    await page.route(isSaved, (route) => tooOften(route, 30), { times: 1 })
    await save(page).click()
    await page
      .getByText('Too many attempts. Try again in 30 s. Nothing was saved; the edit is still here.')
      .first()
      .waitFor()
    await page.route(
      isSaved,
      async (route) => {
        // It is done, and the line breaks before the answer
        await route.fetch()
        await route.abort('connectionreset')
      },
      { times: 1 },
    )
    await save(page).click()
    await page
      .getByText('The service cannot be reached right now. The edit is still here: save it again then')
      .first()
      .waitFor()
    await expect.poll(() => page.locator('[data-edit-state]').textContent()).toBe('Version 2')
    const { body } = await api.get<{ items: object[] }>(`/api/images/${image.id}/versions`)
    expect(body.items).toHaveLength(2)
    await page.context().close()
  })

  it('what is discarded or turned back is had again whole', async () => {
    const { page, faults } = await edit('back.jpg', [1300, 1200])
    await page.getByRole('spinbutton', { name: 'Straighten' }).fill('10')
    await page.getByRole('spinbutton', { name: 'Straighten' }).blur()
    await page.getByText('Nothing is cut.').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Reset straighten' }).click()
    await page.getByText('Nothing is cut.').waitFor()

    // Numbers of a large region make no tool wider than its place
    await tab(page, 'Hide')
    await page.getByRole('button', { name: 'Hide a region' }).click()
    await page.getByRole('list', { name: 'Hidden regions' }).waitFor()
    const wider = (panel: Element) => panel.scrollWidth - panel.clientWidth
    expect(await page.getByRole('tabpanel').evaluate(wider)).toBe(0)
    await page.getByRole('button', { name: 'Show region 1 again' }).click()

    await tab(page, 'Light')
    await setNumber(page, 'Hue', 40)
    await page.getByRole('button', { name: 'Discard the changes' }).click()
    const notice = page.getByRole('listitem').filter({ hasText: 'The changes are discarded.' })
    await state(page, 'Version 1')
    await notice.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Hue' }).inputValue()).toBe('40')
    await notice.waitFor({ state: 'detached', timeout: 2_000 })
    // The keys are heard where the button that was pressed cannot be pressed again, and not through what lies above.
    const hue = page.getByRole('spinbutton', { name: 'Hue' })
    const undo = page.getByRole('button', { name: /^Undo/ }).first()
    while ((await hue.inputValue()) !== '0') await undo.click()
    await state(page, 'Version 1')
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(() => hue.inputValue()).toBe('40')
    await page.getByRole('button', { name: 'Discard the changes' }).click()
    await state(page, 'Version 1')
    await page.keyboard.press('Control+z')
    await expect.poll(() => hue.inputValue()).toBe('40')
    await page.keyboard.press('Control+k')
    const command = page.getByRole('combobox', { name: 'Command' })
    await command.waitFor()
    await page.getByRole('option').first().focus()
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+s')
    await page.keyboard.press('Escape')
    await command.waitFor({ state: 'detached' })
    await state(page, 'Not saved yet')
    expect(await hue.inputValue()).toBe('40')
    // It is said no longer than it is so: not after another change, and not once the editor is left.
    await page.getByRole('button', { name: 'Discard the changes' }).click()
    await notice.waitFor()
    await setNumber(page, 'Hue', 50)
    await notice.waitFor({ state: 'detached', timeout: 2_000 })
    await page.getByRole('button', { name: 'Discard the changes' }).click()
    await notice.waitFor()
    await page.getByRole('button', { name: 'Close the editor' }).click()
    await notice.waitFor({ state: 'detached', timeout: 2_000 })
    expect(faults).toEqual([])
    await page.context().close()
  })
})
