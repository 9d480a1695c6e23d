// @module-tag slow/pages
import { readFile } from 'node:fs/promises'
import type { PresetStateView, Share } from '@rendition/contract'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { startService } from '../service.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { openAs } from './console-steps.ts'
import { drop, jpegFile, keepSession, register, tiles, uploaded, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')
const dialog = (page: Page) => page.getByRole('dialog')
const photos = (page: Page) => page.locator('main ul > li img')
const allShown = (page: Page, count: number) =>
  page.waitForFunction((wanted) => {
    const found = [...document.querySelectorAll<HTMLImageElement>('main ul > li img')]
    return (
      found.length === wanted && found.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
    )
  }, count)

/** Makes a link in the open dialog, and gives it. */
async function makeLink(page: Page): Promise<string> {
  const open = dialog(page).last()
  await open.getByRole('button', { name: 'Make the link' }).click()
  const url = await open.getByLabel('The link', { exact: true }).inputValue()
  await open.getByRole('button', { name: 'Copy', exact: true }).click()
  await open.getByRole('button', { name: 'Copied' }).waitFor()
  return url
}

describe.skipIf(withoutChromium)(`sharing${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('an album is shared by a link, seen and filled by a guest, and the link is revoked', async () => {
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
    for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
    const selection = page.getByRole('region', { name: 'Selection' })

    // A selection: no uploads to choose, and no list of links that could be others.
    await selection.getByRole('button', { name: 'Share' }).click()
    await dialog(page).getByRole('heading', { name: 'Share 2 photos' }).waitFor()
    expect(await dialog(page).getByLabel('Guests may add photos').count()).toBe(0)
    // In one size alone, which is what guests are given.
    await dialog(page).getByLabel('In some sizes only').check()
    const offered = dialog(page).getByRole('group', { name: 'Sizes for guests' }).getByRole('checkbox')
    expect(await offered.count()).toBeGreaterThan(2)
    for (const one of await offered.all()) await one.uncheck()
    await dialog(page).getByText('Choose one size at least.').waitFor()
    expect(await dialog(page).getByRole('button', { name: 'Make the link' }).isDisabled()).toBe(true)
    await dialog(page)
      .getByLabel(/^small/)
      .check()
    await screenshot(page, 'share-sizes')
    const ofSelection = await makeLink(page)
    await dialog(page).getByRole('button', { name: 'Close' }).click()

    await selection.getByRole('button', { name: 'Add to album' }).click()
    await page.getByRole('menuitem', { name: 'New album' }).click()
    await page
      .getByText(/2 photos in “/)
      .first()
      .waitFor()
    // The photo is opened by that link as well, which opens more than the photo.
    await page.goto('/')
    await tiles(page).first().click()
    await dialog(page).getByRole('button', { name: 'Share' }).click()
    await page
      .getByRole('region', { name: 'Links that there are' })
      .getByText('2 photos', { exact: true })
      .waitFor()
    await page.goto('/albums')
    await page.locator('[data-album]').click()
    await page.getByRole('button', { name: 'Share' }).click()
    await dialog(page).getByLabel('Password, if you want one').fill('open sesame')
    await dialog(page).getByLabel('Guests may download').check()
    await dialog(page).getByLabel('Guests may add photos').check()
    await screenshot(page, 'share-dialog')
    const link = await makeLink(page)
    await dialog(page).getByRole('region', { name: 'Links that there are' }).getByText('guests add').waitFor()

    // Somebody without an account, on a phone.
    const guest = await visit(browser, baseUrl)
    await guest.page.setViewportSize({ width: 390, height: 780 })
    await guest.page.goto(link)
    await guest.page.getByRole('heading', { name: 'These photos are protected' }).waitFor()
    await guest.page.getByLabel('Password').fill('close sesame')
    await guest.page.keyboard.press('Enter')
    await guest.page.getByText('The password is wrong.').waitFor()
    await guest.page.getByLabel('Password').fill('open sesame')
    await guest.page.keyboard.press('Enter')
    await allShown(guest.page, 2)
    await screenshot(guest.page, 'shared-album-phone')
    const wide = await guest.page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(390)
    await guest.page.reload()
    await allShown(guest.page, 2)

    await photos(guest.page).first().click()
    await dialog(guest.page).getByText('1 / 2').waitFor()
    await guest.page.keyboard.press('ArrowRight')
    await dialog(guest.page).getByText('2 / 2').waitFor()
    await dialog(guest.page).getByRole('button', { name: 'Download' }).click()
    const saved = guest.page.waitForEvent('download')
    await guest.page.getByRole('menuitem', { name: /small/i }).click()
    expect((await saved).suggestedFilename()).toMatch(/^photo-\d\.jpg$/)
    await guest.page.keyboard.press('Escape')
    await dialog(guest.page).waitFor({ state: 'detached' })
    // Where the line breaks in the middle, that is what is said.
    await guest.page.route('**/images/**', (route) => route.abort())
    await guest.page.getByRole('button', { name: 'Download all' }).click()
    await guest.page.getByText('The service cannot be reached right now. Nothing was downloaded.').waitFor()
    await guest.page.unroute('**/images/**')
    const archive = guest.page.waitForEvent('download')
    await guest.page.getByRole('button', { name: 'Download all' }).click()
    const path = await (await archive).path()
    expect((await readFile(path)).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04')
    expect((await archive).suggestedFilename()).toMatch(/[.]zip$/)

    const chosen = guest.page.waitForEvent('filechooser')
    await guest.page.getByRole('button', { name: 'Add photos' }).click()
    await (await chosen).setFiles([
      jpegFile('from-a-guest.jpg', await jpeg(200, 260)),
      { name: 'words.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
    ])
    await guest.page.getByText('1 file not taken').waitFor()
    await allShown(guest.page, 3)
    await dialog(page).getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => tiles(page).count()).toBe(3)

    // All links of the account have a page; there one is revoked.
    await page.goto('/links')
    await page.getByText('2 photos', { exact: true }).waitFor()
    await screenshot(page, 'links')
    const ofAlbum = page.getByRole('listitem').filter({ hasText: 'password' })
    // Its address stays when it is changed, and what it gives is another at once.
    await ofAlbum.getByRole('button', { name: 'Change' }).click()
    await dialog(page).getByLabel('Title for guests').fill('Two weeks in Rome')
    await dialog(page).getByText('Never').click()
    await dialog(page).getByLabel('Another password').fill('sesame seeds')
    await dialog(page).getByLabel('Guests may download').uncheck()
    await dialog(page).getByLabel('Guests may add photos').uncheck()
    await dialog(page).getByLabel('In some sizes only').check()
    await dialog(page)
      .getByLabel(/^large/)
      .uncheck()
    await screenshot(page, 'change-link')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    const changed = page.getByRole('listitem').filter({ hasText: 'Two weeks in Rome' })
    await changed.getByText('Until it is revoked').waitFor()
    // What never ends is not offered that; what saves is seen beside more fields than there is room for.
    await changed.getByRole('button', { name: 'Change' }).click()
    await page.setViewportSize({ width: 390, height: 560 })
    expect(await dialog(page).getByRole('radio').count()).toBe(4)
    const bottomOf = async (part: Locator) => part.evaluate((one) => one.getBoundingClientRect().bottom)
    expect(await bottomOf(dialog(page).getByRole('button', { name: 'Save' }))).toBeLessThan(
      await bottomOf(dialog(page)),
    )
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await changed.getByText('downloads').count()).toBe(0)
    expect(await changed.getByText('guests add').count()).toBe(0)
    await guest.page.reload()
    await guest.page.getByLabel('Password').fill('open sesame')
    await guest.page.keyboard.press('Enter')
    await guest.page.getByText('The password is wrong.').waitFor()
    await guest.page.getByLabel('Password').fill('sesame seeds')
    await guest.page.keyboard.press('Enter')
    await allShown(guest.page, 3)
    await guest.page.getByRole('heading', { name: 'Two weeks in Rome' }).waitFor()
    for (const name of ['Download all', 'Add photos'])
      expect(await guest.page.getByRole('button', { name }).count()).toBe(0)
    // The password goes, too.
    await changed.getByRole('button', { name: 'Change' }).click()
    await dialog(page).getByLabel('Guests need a password').uncheck()
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await changed.getByText('password').waitFor({ state: 'detached' })
    await changed.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('password').waitFor({ state: 'detached' })
    await guest.page.reload()
    await guest.page.getByRole('heading', { name: 'There is nothing behind this link' }).waitFor()
    await guest.page.emulateMedia({ colorScheme: 'dark' })
    await guest.page.setViewportSize({ width: 1280, height: 800 })
    await guest.page.goto(ofSelection)
    await allShown(guest.page, 2)
    const token = new URL(ofSelection).pathname.split('/').at(-1)
    const given = await createApi(baseUrl).get<{ items: { sizes: object }[] }>(`/api/shared/${token}/images`)
    expect(given.body.items.map(({ sizes }) => Object.keys(sizes))).toEqual([['small'], ['small']])
    expect(await guest.page.getByRole('button', { name: 'Add photos' }).count()).toBe(0)
    await screenshot(guest.page, 'shared-selection-dark')
    await photos(guest.page).first().click()
    await dialog(guest.page).getByText('1 / 2').waitFor()
    expect(await dialog(guest.page).getByRole('button', { name: 'Download' }).count()).toBe(0)
    await screenshot(guest.page, 'shared-viewer-dark')
    expect(faults).toEqual([])
  }, 120_000)

  it('a photo is shared where it is looked at, its original too, and a whole list as the photos that it holds', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const bytes = await jpeg(16, 12)
    const files = Array.from({ length: 62 }, (_, n) => ({ name: `tiny-${n}.jpg`, bytes }))
    for (let at = 0; at < files.length; at += 20) {
      const { status } = await api.upload(files.slice(at, at + 20))
      expect(status).toBe(201)
    }
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    // Its second page never comes: what is shared is asked for by itself.
    await page.route(/\/api\/images\?.*cursor=/, () => undefined)
    await page.goto('/')
    await tiles(page).first().click()
    await viewer(page).getByRole('button', { name: 'Slideshow' }).click()
    await viewer(page).getByRole('button', { name: 'Share' }).click()
    const form = page.getByRole('dialog', { name: 'Share 1 photo' })
    await form.getByLabel('Guests may download').check()
    await form.getByLabel('The original files too').check()
    const link = await makeLink(page)
    // Keys of the viewer are not for who writes over it.
    await page.keyboard.press('e')
    await form.getByRole('button', { name: 'Close' }).click()
    await form.waitFor({ state: 'detached' })
    // What is shared stayed.
    await viewer(page).getByRole('button', { name: 'Slideshow', exact: true }).waitFor()
    const { body } = await api.get<{ items: { downloads: Record<string, string> }[] }>(
      `/api/shared/${new URL(link).pathname.split('/').at(-1)}/images`,
    )
    expect(Object.keys(body.items[0]?.downloads ?? {})).toEqual(expect.arrayContaining(['original', 'small']))
    await page.keyboard.press('Escape')

    await tiles(page).first().focus()
    await page.keyboard.press('Control+a')
    const selection = page.getByRole('region', { name: 'Selection' })
    await selection.getByText('All 62 selected').waitFor()
    await selection.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('dialog', { name: 'Share all 62 photos' }).waitFor()
    const onPhone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    const guest = await visit(browser, baseUrl, onPhone)
    await guest.page.goto(await makeLink(page))
    await photos(guest.page).first().tap()
    await dialog(guest.page).getByText('1 / 62').waitFor()
    const session = await guest.page.context().newCDPSession(guest.page)
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      ...touchPoints: { x: number; y: number }[]
    ) => session.send('Input.dispatchTouchEvent', { type, touchPoints })
    const stroke = async () => {
      await touch('touchStart', { x: 300, y: 400 })
      for (const x of [220, 140, 60]) await touch('touchMove', { x, y: 400 })
      await touch('touchEnd')
    }
    const magnified = (to: number) => session.send('Emulation.setPageScaleFactor', { pageScaleFactor: to })
    // A stroke over what two fingers have made larger moves it.
    await magnified(3)
    await stroke()
    await magnified(1)
    await dialog(guest.page).getByText('1 / 62').waitFor()
    await stroke()
    await dialog(guest.page).getByText('2 / 62').waitFor()
    // Two fingers make the picture larger, and a stroke moves it then.
    const fingers = (x: number) => [
      { x: 195 - x, y: 420 },
      { x: 195 + x, y: 420 },
    ]
    await touch('touchStart', ...fingers(2))
    for (const x of [3, 4, 6, 8]) await touch('touchMove', ...fingers(x))
    await touch('touchEnd')
    await dialog(guest.page).getByRole('button', { name: 'Fit to the window' }).waitFor()
    await stroke()
    await dialog(guest.page).getByText('2 / 62').waitFor()
    await guest.page.context().close()
    const shares = await api.get<{ items: { type: string; imageCount: number }[] }>('/api/shares')
    expect(shares.body.items[0]).toMatchObject({ type: 'selection', imageCount: 62 })
    expect(faults).toEqual([])
    await page.context().close()
  }, 120_000)

  // Presets are the whole installation's: a service of its own.
  it('a link whose sizes go is not widened, and says to its owner and its guests what is left', async () => {
    const service = await startService({ own: true })
    const { account, ...api } = await createApi(service.baseUrl).signedIn()
    const put = async (...names: string[]) => {
      const { body, headers } = await api.get<PresetStateView>('/api/presets')
      const kept = body.presets.filter(({ name }) => names.includes(name))
      const presets = kept.map(({ name, recipe }) => ({ name, recipe }))
      const { status } = await api.send('/api/presets', {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': headers.get('etag') ?? '' },
        body: JSON.stringify({ presets }),
      })
      expect(status).toBe(202)
      const now = async () => (await api.get<PresetStateView>('/api/presets')).body.presets.length
      await expect.poll(now).toBe(names.length)
    }
    const imageIds: string[] = []
    for (const n of [1, 2, 3]) imageIds.push((await api.picture(await jpeg(900, 600), `boat-${n}.jpg`)).id)
    const made = await api.post<{ id: string; url: string }>('/api/shares', {
      imageIds,
      sizes: ['small', 'medium'],
      downloads: true,
    })
    const change = async (sizes: string[], rest = {}) =>
      expect((await api.patch(`/api/shares/${made.body.id}`, { sizes, ...rest })).status).toBe(200)
    const sizesNow = async () => (await api.get<Share>(`/api/shares/${made.body.id}`)).body.sizes

    const { page: guest } = await visit(browser, service.baseUrl)
    await guest.goto(made.body.url)
    await allShown(guest, 3)
    const places = () =>
      guest.evaluate(() =>
        [...document.querySelectorAll('h1, main > ul, header button')].map(
          (one) => one.getBoundingClientRect().top,
        ),
      )
    const before = await places()
    // The picture is looked into in a size with more pixels than the window needs for all of it.
    await guest.setViewportSize({ width: 480, height: 400 })
    await photos(guest).first().click()
    const stage = dialog(guest).getByRole('button', { name: 'Show actual size' })
    await stage.dblclick()
    const sharper = guest.locator('[data-sharper-picture]:not(.opacity-0)')
    await sharper.waitFor()
    expect(await sharper.getAttribute('src')).toContain('preset=medium')
    await screenshot(guest, 'shared-viewer-zoomed')
    await guest.keyboard.press('ArrowRight')
    await dialog(guest).getByText('2 / 3').waitFor()
    await stage.waitFor()
    await guest.keyboard.press('ArrowLeft')
    await dialog(guest).getByText('1 / 3').waitFor()
    await stage.hover()
    await guest.mouse.wheel(0, -240)
    await dialog(guest).getByRole('button', { name: 'Fit to the window' }).click()
    await stage.waitFor()
    await guest.keyboard.press('Escape')
    await dialog(guest).waitFor({ state: 'detached' })
    await guest.setViewportSize({ width: 1280, height: 800 })
    // What a guest has open goes on after a change of the link, by itself.
    await change(['medium'])
    const archive = guest.waitForEvent('download')
    await guest.getByRole('button', { name: 'Download all' }).click()
    const zip = await readFile(await (await archive).path())
    expect([1, 2, 3].map((n) => zip.includes(`boat-${n}.jpg`))).toEqual([true, true, true])
    await change(['small', 'medium'])
    await photos(guest).first().click()
    await dialog(guest).getByRole('button', { name: 'Download' }).click()
    const saved = guest.waitForEvent('download')
    await guest.getByRole('menuitem', { name: /medium/ }).click()
    expect((await saved).suggestedFilename()).toBe('boat-1.jpg')
    await change(['small'])
    await dialog(guest).getByRole('button', { name: 'Download' }).click()
    await guest.getByRole('menuitem', { name: /medium/ }).click()
    await guest.getByText('The photo cannot be downloaded in this size any more.').waitFor()
    await screenshot(guest, 'share-download-refused')
    await dialog(guest).getByRole('button', { name: 'Download' }).click()
    expect(await guest.getByRole('menuitem').allInnerTexts()).toEqual([expect.stringMatching(/^small/i)])
    await guest.keyboard.press('Escape')
    await guest.getByRole('menu').waitFor({ state: 'detached' })
    await guest.keyboard.press('Escape')
    await dialog(guest).waitFor({ state: 'detached' })
    await guest.route('**/images/**', (route) => route.abort())
    await guest.getByRole('button', { name: 'Download all' }).click()
    await guest.getByText('Nothing was downloaded.').waitFor()
    await guest.unroute('**/images/**')
    expect(await places()).toEqual(before)
    await screenshot(guest, 'share-download-said')

    // None of its sizes is left.
    const { page } = await openAs(account, browser, service.baseUrl, '/links')
    const row = page.getByRole('listitem').filter({ hasText: '3 photos' })
    await row.getByText('small', { exact: true }).waitFor()
    await row.getByRole('button', { name: 'Change' }).click()
    const sizes = dialog(page).getByRole('group', { name: 'Sizes for guests' }).getByRole('checkbox')
    await sizes.first().waitFor()
    for (const one of await sizes.all()) await one.check()
    expect(await sizes.count()).toBe(4)
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()
    await put('thumbnail', 'medium', 'large')
    await row.getByText('Shows nothing any more').waitFor()
    await screenshot(page, 'links-show-nothing')
    await row.getByRole('button', { name: 'Change' }).click()
    await dialog(page).getByText('Choose one size at least.').waitFor()
    await dialog(page).getByLabel('The original files too').check()
    const save = dialog(page).getByRole('button', { name: 'Save' })
    expect(await save.isDisabled()).toBe(true)
    await screenshot(page, 'change-link-without-sizes')
    await guest.reload()
    await guest.getByText('This link does not show its photos any more.').waitFor()
    expect(await guest.getByRole('button', { name: 'Download all' }).count()).toBe(0)
    await screenshot(guest, 'share-shows-nothing')

    // One goes behind the dialog's back: the page has asked before, and asks anew.
    await dialog(page)
      .getByLabel(/^large/)
      .check()
    const state = (await api.get<PresetStateView>('/api/presets')).body
    await page.route('**/api/presets', (route) => route.fulfill({ json: state }))
    await put('thumbnail', 'medium')
    await save.click()
    await dialog(page).getByText('A size that was chosen is not there any more.').waitFor()
    await page.unroute('**/api/presets')
    await expect.poll(() => sizes.count()).toBe(2)
    expect(await sizesNow()).toEqual(['small'])
    await dialog(page)
      .getByLabel(/^medium/)
      .check()
    await save.click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await sizesNow()).toEqual(['medium', 'original'])
    await row.getByText('medium, original').waitFor()
    await guest.context().close()
    await page.context().close()
    await service.stop()
  }, 180_000)
})
