// @module-tag slow/pages
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { keepSession, tiles } from './steps.ts'

const baseUrl = inject('baseUrl')

/** Takes hold of something, and brings it where `to` says once it is held. */
async function drag(page: Page, from: Locator, to: () => Promise<{ x: number; y: number }>): Promise<void> {
  const box = await from.boundingBox()
  if (box === null) throw new Error('nothing to drag')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  // What hears drags is fetched when a mouse comes.
  await page.locator('[data-gallery][data-drags]').waitFor()
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 12, box.y + box.height / 2 + 4, { steps: 3 })
  const { x, y } = await to()
  await page.mouse.move(x, y, { steps: 4 })
  await page.mouse.up()
}
async function placeIn(target: Locator, share = 0.5): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox()
  if (box === null) throw new Error('nothing there')
  return { x: box.x + box.width * share, y: box.y + box.height / 2 }
}
const names = (page: Page) =>
  tiles(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('aria-label')))

describe.skipIf(withoutChromium)(`photos that are arranged${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('are dragged onto albums, and put in order there by hand and by keys, in two tabs', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    for (const n of [1, 2, 3]) await api.picture(await landscape(n, 300, 200), `${n}.jpg`)
    const { body: album } = await api.post<{ id: string }>('/api/albums', { name: 'Alps', imageIds: [] })
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/')
    await expect.poll(() => names(page)).toEqual(['3.jpg', '2.jpg', '1.jpg'])

    // One that is taken hold of, then two that are selected.
    const goals = page.getByRole('region', { name: 'Albums to drop on' })
    const onAlbum = async () => {
      const goal = goals.getByText('Alps')
      await goal.waitFor()
      await screenshot(page, 'album-goals')
      return placeIn(goal)
    }
    await drag(page, tiles(page).last(), onAlbum)
    await page.getByText('1 photo in “Alps”').first().waitFor()
    await goals.waitFor({ state: 'detached' })
    await tiles(page).first().focus()
    for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
    await drag(page, tiles(page).first(), onAlbum)
    await page.getByText('2 photos in “Alps”').first().waitFor()

    await page.goto(`/?album=${album.id}`)
    await expect.poll(async () => (await names(page)).toSorted()).toEqual(['1.jpg', '2.jpg', '3.jpg'])
    const [first, second, third] = await names(page)
    const other = await page.context().newPage()
    await other.goto(`/?album=${album.id}`)
    await expect.poll(() => names(other)).toEqual([first, second, third])
    // The first behind the last; the other tab hears of it.
    await drag(page, tiles(page).first(), () => placeIn(tiles(page).last(), 0.8))
    await expect.poll(() => names(page)).toEqual([second, third, first])
    await expect.poll(() => names(other)).toEqual([second, third, first])
    // By keys a step back, with the focus on it.
    await tiles(other).last().focus()
    await other.keyboard.press('Alt+ArrowLeft')
    await expect.poll(() => names(other)).toEqual([second, first, third])
    await expect
      .poll(() => other.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe(first)
    await expect.poll(() => names(page)).toEqual([second, first, third])

    // What the other tab took out is no goal any more, and that is said.
    await page.route('**/api/events**', (route) => route.abort())
    const ids = await tiles(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('data-tile')))
    await page.route('**/api/albums/*/images', async (route) => {
      if (route.request().method() === 'PATCH')
        await api.post(`/api/albums/${album.id}/images/remove`, { imageIds: [ids[0]] })
      await route.continue()
    })
    await tiles(page).last().focus()
    await drag(page, tiles(page).last(), () => placeIn(tiles(page).first(), 0.2))
    await page.getByText('The order was not changed.', { exact: false }).first().waitFor()
    await expect.poll(() => names(page)).toEqual([first, third])
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('are searched for by what there is, each term with a way out', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    for (const n of [1, 2]) await api.picture(await landscape(n, 300, 200), `${n}.jpg`)
    const listed = await api.get<{ items: { id: string }[] }>('/api/images')
    const [newest] = listed.body.items
    await api.patch(`/api/images/${newest?.id}`, { tags: ['long walk'] })
    await api.post('/api/albums', { name: 'Lago', imageIds: [newest?.id] })
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/')
    await expect.poll(() => names(page)).toEqual(['2.jpg', '1.jpg'])
    const field = page.getByLabel('Search photos')
    await field.click()
    await field.pressSequentially('la')
    await page
      .getByRole('listbox', { name: 'Suggestions' })
      .getByRole('option', { name: 'Lago Album' })
      .waitFor()
    await field.fill('lo')
    const option = page.getByRole('option', { name: 'long walk Tag' })
    await option.waitFor()
    await screenshot(page, 'suggestions')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => option.getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('Enter')
    await expect.poll(() => field.inputValue()).toBe('tag:"long walk" ')
    await expect.poll(() => names(page)).toEqual(['2.jpg'])
    await field.pressSequentially('album:')
    await page.getByRole('option', { name: 'Lago Album' }).click()
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('tag:"long walk" album:Lago')
    await page.getByRole('button', { name: 'Remove filter “tag:"long walk"”' }).click()
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('album:Lago')
    await expect.poll(() => field.inputValue()).toBe('album:Lago')
    expect(faults).toEqual([])
    await page.context().close()
  })
})
