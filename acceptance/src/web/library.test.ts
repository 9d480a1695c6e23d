// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { axeFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { drop, jpegFile, keepSession, register, tiles, uploaded, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')
const selection = (page: Page) => page.getByRole('region', { name: 'Selection' })
const view = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Library' }).getByRole('link', { name, exact: true }).click()
const shown = (page: Page, count: number) => expect.poll(() => tiles(page).count()).toBe(count)

describe.skipIf(withoutChromium)(`favourites, albums and the trash${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('are reached, filled and emptied, in two tabs and on a phone', async () => {
    const { page, faults } = await visit(browser, baseUrl)
    await register(page)
    const bytes = await jpeg(300, 200)
    await drop(
      page,
      [1, 2, 3].map((n) => jpegFile(`photo-${n}.jpg`, bytes)),
    )
    await uploaded(page, 3)
    await page.getByRole('button', { name: 'Close' }).click()

    await tiles(page).first().focus()
    await page.keyboard.press('f')
    await page.getByText('1 photo in your favourites').first().waitFor()
    await view(page, 'Favourites')
    await shown(page, 1)
    await tiles(page).first().click()
    await viewer(page).getByRole('button', { name: 'Favourite' }).waitFor()
    await page.keyboard.press('f')
    await page.keyboard.press('Escape')
    await page.getByText('No favourites yet.').waitFor()

    await view(page, 'Photos')
    await shown(page, 3)
    await tiles(page).first().focus()
    for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
    await selection(page).getByRole('button', { name: 'Add to album' }).click()
    await page.getByRole('menuitem', { name: 'New album' }).click()
    await page
      .getByText(/2 photos in “/)
      .first()
      .waitFor()
    await view(page, 'Albums')
    await page.getByText('2 photos', { exact: true }).waitFor()
    await page.locator('[data-album]').click()
    await shown(page, 2)

    const other = await page.context().newPage()
    await other.goto(page.url())
    await shown(other, 2)
    await tiles(page).first().click()
    await viewer(page).getByRole('button', { name: 'Move to trash' }).click()
    await shown(other, 1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await shown(other, 2)
    await page.keyboard.press('Escape')
    await shown(page, 2)

    // On a phone: the views stay in one line, and nothing makes the page wider than it is.
    await page.setViewportSize({ width: 360, height: 700 })
    await view(page, 'Photos')
    await shown(page, 3)
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    await selection(page).getByRole('button', { name: 'Move to trash' }).click()
    await shown(page, 2)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(360)
    await view(page, 'Trash')
    await shown(page, 1)
    expect(await page.locator('[data-tile] img').count()).toBe(0)
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    await selection(page).getByRole('button', { name: 'Restore' }).click()
    await page.getByText('The trash is empty.').waitFor()
    await view(page, 'Photos')
    await shown(page, 3)
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    await selection(page).getByRole('button', { name: 'Move to trash' }).click()
    await view(page, 'Trash')
    await page.getByRole('button', { name: 'Empty the trash' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete all' }).click()
    await page.getByText('The trash is empty.').waitFor()
    await view(page, 'Photos')
    await shown(page, 2)

    await page.setViewportSize({ width: 1280, height: 800 })
    await tiles(page).first().focus()
    await page.keyboard.press('4')
    await page.getByText('1 photo rated 4 stars').first().waitFor()
    // Archived, they leave the list; they have a place, and a way back at once.
    const archive = async () => {
      await tiles(page).first().focus()
      await page.keyboard.press('x')
      await selection(page).getByRole('button', { name: 'More for the selection' }).click()
      await page.getByRole('menuitem', { name: 'Archive' }).click()
      await shown(page, 1)
    }
    await archive()
    const said = page.locator('[data-sonner-toast]').filter({ hasText: '1 photo archived' })
    await said.getByRole('button', { name: 'Undo' }).click()
    await shown(page, 2)
    await archive()
    await view(page, 'Archive')
    await shown(page, 1)
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    await selection(page).getByRole('button', { name: 'More for the selection' }).click()
    await page.getByRole('menuitem', { name: 'Take out of the archive' }).click()
    await page.getByText('Nothing is archived.').waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('of photos that look the same one is kept, with what the others had', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const large = await api.picture(await landscape(6, 480, 320), 'large.jpg')
    const small = await api.picture(await landscape(6, 240, 160), 'small.jpg', { tags: 'hills' })
    await api.picture(await landscape(6, 300, 200), 'middle.jpg')
    const album = (await api.post<{ id: string }>('/api/albums', { name: 'Hills', imageIds: [small.id] }))
      .body
    await api.patch(`/api/images/${small.id}`, { favourite: true, rating: 4 })
    const groups = () => api.get<{ items: { count: number }[] }>('/api/images/duplicates')
    await expect.poll(async () => (await groups()).body.items.map(({ count }) => count)).toEqual([3])

    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/')
    await view(page, 'Duplicates')
    await page.getByText('the largest').waitFor()
    await expect.poll(() => page.getByRole('radio', { name: 'Keep large.jpg' }).isChecked()).toBe(true)
    await screenshot(page, 'duplicates')
    expect(await axeFindings(page, { within: 'main' })).toEqual([])
    await page.setViewportSize({ width: 360, height: 700 })
    await screenshot(page, 'duplicates-phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    await page.getByRole('button', { name: 'Keep one, move 2 photos to the trash' }).click()
    await page.getByText('No two of your photos look the same.').waitFor()
    // What had the focus is gone: it is where the next group would stand, or at the top.
    const heading = page.getByRole('heading', { name: 'Duplicates' })
    await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true)
    await expect
      .poll(async () => (await api.get(`/api/images/${large.id}`)).body)
      .toMatchObject({ tags: ['hills'], favourite: true, rating: 4 })
    const kept = await api.get<{ items: { id: string }[] }>(`/api/albums?imageId=${large.id}`)
    expect(kept.body.items.map(({ id }) => id)).toEqual([album.id])
    expect((await api.get<{ trashedAt: string }>(`/api/images/${small.id}`)).body.trashedAt).not.toBeNull()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('radio', { name: 'Keep small.jpg' }).waitFor()
    // With it what the kept one had taken over.
    await expect
      .poll(async () => (await api.get(`/api/images/${large.id}`)).body)
      .toMatchObject({ tags: [], favourite: false, rating: 0 })
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('notices that wait unseen under the pointer leave it its clicks', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    await api.picture(await landscape(7, 480, 320), 'rated.jpg')
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/')
    await shown(page, 1)
    const notices = page.locator('[data-sonner-toast]')
    for (const stars of [1, 2, 3, 4, 5]) {
      await tiles(page).first().focus()
      await page.keyboard.press(String(stars))
      await notices.filter({ hasText: `rated ${stars}` }).waitFor({ state: 'attached' })
      // They stay while the pointer is on them.
      await notices.and(page.locator('[data-front="true"]')).hover()
    }
    const unseen = page.locator('[data-sonner-toast][data-visible="false"]')
    expect(await unseen.count()).toBeGreaterThan(0)
    const clicks = await unseen.evaluateAll((all) => all.map((one) => getComputedStyle(one).pointerEvents))
    expect(new Set(clicks)).toEqual(new Set(['none']))
    expect(faults).toEqual([])
    await page.context().close()
  })
})
