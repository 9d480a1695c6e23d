// @module-tag slow/pages
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { launchBrowser, skipNote, visit, withoutChromium } from './browser.ts'
import { keepSession, tiles, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

/** Asks for the palette and holds it back, until what is given is called. */
async function askForPalette(page: Page): Promise<() => Promise<void>> {
  const file = /\/palette-[\w-]+[.]js$/
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(file, async (route) => {
    await released
    await route.continue()
  })
  const asked = page.waitForRequest(file)
  await page.keyboard.press('Control+k')
  await asked
  return async () => {
    const come = page.waitForResponse(file)
    release()
    await (await come).finished()
    await page.unroute(file)
  }
}

/** As a camera writes it. */
const takenOn = (day: string): Promise<Buffer> =>
  sharp({ create: { width: 90, height: 60, channels: 3, background: '#4477aa' } })
    .withExif({
      IFD0: { Model: 'Box camera' },
      IFD2: { DateTimeOriginal: `${day.replaceAll('-', ':')} 12:30:00`, FNumber: '28/10' },
    })
    .jpeg()
    .toBuffer()

describe.skipIf(withoutChromium)(`the studio${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('is found through by palette, keys and dates, and says of a photo what there is to say', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const days = ['2023-05-01', '2023-05-02', '2019-12-24']
    for (const day of days) await api.picture(await takenOn(day), `${day}.jpg`)
    await api.post('/api/albums', { name: 'Zürich', imageIds: [] })
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)

    // Months in the order of when they were taken, and a bar that goes there.
    await page.goto('/')
    await tiles(page).first().waitFor()
    await page.getByRole('button', { name: 'Sorted: Newest first' }).click()
    await page.getByRole('menuitemradio', { name: 'Date taken' }).click()
    const months = page.locator('[data-month]')
    await expect.poll(() => months.allTextContents()).toEqual(['May 2023', 'December 2019'])
    const dates = page.getByRole('navigation', { name: 'Dates' })
    await dates.getByRole('button', { name: /^2019\b.*1 photo$/ }).waitFor()
    await page.goto('/?sort=taken&from=2019-12')
    await expect.poll(() => months.allTextContents()).toEqual(['December 2019'])
    await page.getByRole('button', { name: 'Remove filter Up to December 2019' }).click()
    await expect.poll(() => tiles(page).count()).toBe(3)

    // The palette goes anywhere by a few letters; nothing of it reaches the page behind.
    // What is typed before it is there goes into it as well: on the page `z` and `x` are keys of the gallery.
    await tiles(page).first().focus()
    const release = await askForPalette(page)
    await page.keyboard.type('zux')
    await page.keyboard.press('Backspace')
    await release()
    const command = page.getByRole('combobox', { name: 'Command' })
    await expect.poll(() => command.inputValue()).toBe('zu')
    await page.keyboard.type('r')
    expect(await command.inputValue()).toBe('zur')
    expect(await page.getByRole('region', { name: 'Selection' }).count()).toBe(0)
    await page.getByRole('option', { name: /Zürich/ }).waitFor()
    await page.keyboard.press('Escape')
    await command.waitFor({ state: 'detached' })
    const tileFocused = () =>
      tiles(page).evaluateAll((all) => all.includes(document.activeElement as HTMLElement))
    await expect.poll(tileFocused).toBe(true)
    await page.keyboard.press('Control+k')
    await command.pressSequentially('zur')
    await page.getByRole('option', { name: /Zürich/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Zürich' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Commands, albums and pages').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })

    // The album's name is its own to change.
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByLabel('Name of the album').fill('Bern')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Bern' }).waitFor()

    // Where there is nothing, the way on is there.
    await page.goto('/no/such/page')
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    await page.getByRole('navigation').getByRole('link', { name: 'Albums' }).click()
    await page.getByRole('heading', { name: 'Albums' }).waitFor()

    // A selection is tagged as one.
    await page.goto('/?sort=taken')
    await tiles(page).first().focus()
    for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
    await page.getByRole('button', { name: 'More for the selection' }).click()
    await page.getByRole('menuitem', { name: 'Add a tag…' }).click()
    await page.getByLabel('Tag', { exact: true }).fill('spring')
    await page.keyboard.press('Enter')
    await page.getByText('2 photos tagged spring').first().waitFor()

    // Downloaded as one file, which stands in the account for a while.
    await tiles(page).first().focus()
    for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
    const begun = page.waitForEvent('download')
    await page.getByRole('button', { name: 'More for the selection' }).click()
    await page.getByRole('menuitem', { name: 'Download' }).click()
    const download = await begun
    expect(download.suggestedFilename()).toMatch(/^rendition-[\d-]+[.]zip$/)
    expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe('PK')
    await page.goto('/console/account')
    await page
      .getByRole('list', { name: 'Exports' })
      .getByText('A selection, 2 photos', { exact: false })
      .waitFor()
    await page.getByRole('button', { name: 'Export everything' }).click()
    await page.getByText('Everything, 3 photos', { exact: false }).waitFor()
    await expect.poll(() => page.getByRole('link', { name: 'Download' }).count()).toBe(2)

    // What is selected is of that list: on another page there is nothing to act on.
    await page.goto('/?tag=spring')
    await tiles(page).first().focus()
    await page.keyboard.press('Control+a')
    await page.getByText('2 selected').waitFor()
    await page.getByRole('link', { name: 'Albums' }).click()
    await page.getByRole('heading', { name: 'Albums' }).waitFor()
    expect(await page.getByRole('region', { name: 'Selection' }).count()).toBe(0)
    // Entered before the palette is there, and a click beside it then: nothing under it hears that.
    await page.goto('/?sort=taken')
    await tiles(page).first().focus()
    const releaseAlbums = await askForPalette(page)
    await page.keyboard.type('albums')
    await page.keyboard.press('Enter')
    await releaseAlbums()
    await page.getByRole('heading', { name: 'Albums' }).waitFor()
    await command.waitFor({ state: 'detached' })
    await page.goto('/?sort=taken')
    await tiles(page).first().focus()
    const releaseUnwanted = await askForPalette(page)
    const box = await tiles(page).first().boundingBox()
    if (box === null) throw new Error('no tile')
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await releaseUnwanted()
    await expect.poll(tileFocused).toBe(true)
    expect(await command.count()).toBe(0)
    expect(await viewer(page).count()).toBe(0)

    // Over a photo, which gives the focus away unwillingly: it is not selected, for the next letter to wipe out.
    await page.goto('/?sort=taken')
    await tiles(page).first().click()
    await viewer(page).getByRole('complementary', { name: 'Details' }).waitFor()
    const releaseOverPhoto = await askForPalette(page)
    await page.keyboard.type('al')
    await releaseOverPhoto()
    await expect.poll(() => command.inputValue()).toBe('al')
    await page.keyboard.type('b')
    expect(await command.inputValue()).toBe('alb')
    await page.keyboard.press('Escape')
    await command.waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await viewer(page).waitFor({ state: 'detached' })

    // What the file says, stars, and the picture as it is pasted.
    await tiles(page).first().click()
    const panel = viewer(page).getByRole('complementary', { name: 'Details' })
    await panel.getByText('May 2, 2023, 12:30 PM').waitFor()
    await panel.getByText('Box camera').waitFor()
    await panel.getByText('f/2.8').waitFor()
    await panel.getByRole('img', { name: /^Histogram .* 0% quite black, 0% quite white/ }).waitFor()
    expect(await panel.locator('[data-tone]').count()).toBe(3)
    await panel.getByRole('button', { name: '4 stars' }).click()
    await expect
      .poll(() => panel.getByRole('button', { name: '4 stars' }).getAttribute('aria-pressed'))
      .toBe('true')
    await panel.getByRole('button', { name: 'Copy as Markdown' }).click()
    await expect.poll(() => copied(page)).toMatch(/^!\[2023-05-02[.]jpg\]\(http/)
    await panel.getByRole('button', { name: 'Copy as HTML' }).click()
    await expect.poll(() => copied(page)).toMatch(/^<picture>/)
    await panel.getByRole('button', { name: 'Copy as React' }).click()
    await expect.poll(() => copied(page)).toContain('srcSet={"')

    // An edit changes what the picture is, not what its original is; and it can be taken back.
    const id = new URL(page.url()).pathname.split('/').at(-1)
    await api.post(`/api/images/${id}/transform`, { width: 30, saveImage: true })
    await panel.getByText('JPEG, 90 × 60', { exact: false }).waitFor()
    await panel.getByText('30 × 20', { exact: true }).last().waitFor()
    await panel.getByRole('button', { name: 'Restore version 1' }).click()
    await page.getByText('Version 1 restored').first().waitFor()
    await expect
      .poll(() => panel.getByRole('list', { name: 'Versions' }).getByRole('listitem').count())
      .toBe(3)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('loads less than 140 kB of script, compressed, before the photos are there', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    await api.picture(await takenOn('2024-01-01'), 'one.jpg')
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/')
    await tiles(page).first().waitFor()
    // What is fetched soon after, for the first click, begins 1.5 s after the list is asked for.
    const scripts = await page.evaluate(() => {
      const entries = performance.getEntriesByType('resource')
      const list = entries.find(({ name }) => new URL(name).pathname === '/api/images')
      return entries
        .filter(
          ({ name, startTime }) =>
            name.endsWith('.js') && list !== undefined && startTime < list.startTime + 1000,
        )
        .map(({ name }) => name)
    })
    expect(scripts.length).toBeGreaterThan(3)
    const sizes = await Promise.all(
      scripts.map(async (url) => {
        const answer = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
        return Number(answer.headers.get('content-length'))
      }),
    )
    expect(Math.min(...sizes)).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(140_000)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('can be installed: its manifest names icons of the sizes that they have', async () => {
    const answer = await fetch(`${baseUrl}/app.webmanifest`)
    expect(answer.headers.get('content-type')).toContain('application/manifest+json')
    const { icons } = (await answer.json()) as { icons: { src: string; sizes: string; type: string }[] }
    expect(icons.map(({ sizes }) => sizes)).toEqual(['any', '192x192', '512x512', '512x512'])
    for (const { src, sizes, type } of icons) {
      const icon = await fetch(`${baseUrl}${src}`)
      expect(icon.headers.get('content-type')).toContain(type)
      const { width, height } = await sharp(await icon.arrayBuffer()).metadata()
      if (sizes !== 'any') expect(`${width}x${height}`).toBe(sizes)
    }
    const page = await (await fetch(`${baseUrl}/`, { headers: { accept: 'text/html' } })).text()
    expect(page).toContain('href="/app.webmanifest"')
  })
})
