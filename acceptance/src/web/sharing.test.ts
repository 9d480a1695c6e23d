// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { jpeg } from '../pictures.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { drop, jpegFile, register, tiles, uploaded } from './steps.ts'

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
  await dialog(page).getByRole('button', { name: 'Make the link' }).click()
  const url = await dialog(page).getByLabel('The link', { exact: true }).inputValue()
  await dialog(page).getByRole('button', { name: 'Copy' }).click()
  await dialog(page).getByRole('button', { name: 'Copied' }).waitFor()
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
    const ofSelection = await makeLink(page)
    await dialog(page).getByRole('button', { name: 'Close' }).click()

    await selection.getByRole('button', { name: 'Add to album' }).click()
    await page.getByRole('menuitem', { name: 'New album' }).click()
    await page
      .getByText(/2 photos in “/)
      .first()
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
    await page
      .getByRole('listitem')
      .filter({ hasText: 'password' })
      .getByRole('button', { name: 'Revoke' })
      .click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('password').waitFor({ state: 'detached' })
    await guest.page.reload()
    await guest.page.getByRole('heading', { name: 'There is nothing behind this link' }).waitFor()
    await guest.page.emulateMedia({ colorScheme: 'dark' })
    await guest.page.setViewportSize({ width: 1280, height: 800 })
    await guest.page.goto(ofSelection)
    await allShown(guest.page, 2)
    expect(await guest.page.getByRole('button', { name: 'Add photos' }).count()).toBe(0)
    await screenshot(guest.page, 'shared-selection-dark')
    await photos(guest.page).first().click()
    await dialog(guest.page).getByText('1 / 2').waitFor()
    expect(await dialog(guest.page).getByRole('button', { name: 'Download' }).count()).toBe(0)
    await screenshot(guest.page, 'shared-viewer-dark')
    expect(faults).toEqual([])
  }, 120_000)
})
