// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { axeFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { keepSession, tiles } from './steps.ts'

const baseUrl = inject('baseUrl')
const suggestion = (page: Page, name: string) =>
  page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option', { name })

describe.skipIf(withoutChromium)(`searches that are kept${skipNote}`, { timeout: 240_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('have a name, are suggested and found among the commands, and are the same in another tab', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const sea = await api.picture(await jpeg(90, 60), 'sea.jpg')
    await api.picture(await jpeg(60, 90), 'lake.jpg')
    await api.patch(`/api/images/${sea.id}`, { tags: ['summer "24"'] })
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/?q=sea&tag=summer+%2224%22&sort=taken')
    await page.getByRole('button', { name: 'Save search' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save search' })
    await dialog.getByText('sea tag:"summer ""24""" · Date taken').waitFor()
    await dialog.getByLabel('Name').fill('At sea')
    expect(await axeFindings(page, { within: '[role=dialog]' })).toEqual([])
    await screenshot(page, 'save-search')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Saved as “At sea”' }).waitFor()
    await screenshot(page, 'saved-search')

    // A name is one search's.
    await page.goto('/?q=lake')
    await page.getByRole('button', { name: 'Save search' }).click()
    await page.getByLabel('Name').fill('At sea')
    await page.keyboard.press('Enter')
    await page.getByText('Another saved search has this name.').waitFor()
    await page.keyboard.press('Escape')

    // Before a letter is typed, and by a word of the name.
    await page.goto('/')
    await expect.poll(() => tiles(page).count()).toBe(2)
    const field = page.getByLabel('Search photos')
    await field.click()
    await suggestion(page, 'At sea').waitFor()
    expect(await axeFindings(page, { within: 'header' })).toEqual([])
    await screenshot(page, 'saved-search-suggested')
    await field.fill('se')
    await suggestion(page, 'At sea').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => tiles(page).count()).toBe(1)
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('sea tag:"summer ""24"""')
    expect(new URL(page.url()).searchParams.get('sort')).toBe('taken')
    await page.getByRole('button', { name: 'Saved as “At sea”' }).waitFor()
    // In another order it is another search.
    await page.getByRole('button', { name: /^Sorted:/ }).click()
    await page.getByRole('menuitemradio', { name: 'Name' }).click()
    await page.getByRole('button', { name: 'Save search' }).waitFor()
    await page.getByRole('button', { name: /^Sorted:/ }).click()
    await page.getByRole('menuitemradio', { name: 'Date taken' }).click()
    await page.getByRole('button', { name: 'Saved as “At sea”' }).waitFor()

    const other = await page.context().newPage()
    await other.goto(`${baseUrl}/`)
    await tiles(other).first().waitFor()
    await other.keyboard.press('Control+k')
    await other.getByRole('combobox', { name: 'Command' }).fill('at s')
    await other.getByRole('option', { name: 'At sea' }).click()
    await other.getByRole('button', { name: 'Saved as “At sea”' }).waitFor()
    expect(new URL(other.url()).searchParams.get('sort')).toBe('taken')
    await expect.poll(() => tiles(other).count()).toBe(1)
    await other.getByRole('button', { name: 'Saved as “At sea”' }).click()
    await other.getByLabel('Name').fill('Ocean')
    await other.keyboard.press('Enter')
    await other.getByRole('button', { name: 'Saved as “Ocean”' }).click()
    await other.getByRole('button', { name: 'Forget' }).click()
    await other.getByRole('button', { name: 'Save search' }).waitFor()
    expect((await api.get('/api/searches')).body).toEqual({ items: [] })
    // The first tab is told when one comes back to it; what it could still do to it comes to nothing.
    await page.bringToFront()
    await page.getByRole('button', { name: /^Saved as/ }).click()
    await page.getByRole('button', { name: 'Forget' }).click()
    await page.getByRole('button', { name: 'Save search' }).waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('say so without a network, and are saved when it is back', async () => {
    const { account } = await createApi(baseUrl).signedIn()
    const { page } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/?q=sea')
    await page.getByRole('button', { name: 'Save search' }).click()
    await page.getByLabel('Name').fill('Sea')
    await page.context().setOffline(true)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('You are offline.').waitFor()
    await page.context().setOffline(false)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Saved as “Sea”' }).waitFor()
    await page.context().close()
  })
})
