// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi, type ImageBody } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { axeFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { colourOf } from './editor-steps.ts'
import { landscape } from './landscape.ts'
import { keepSession, tiles } from './steps.ts'

const baseUrl = inject('baseUrl')
const selection = (page: Page) => page.getByRole('region', { name: 'Selection' })
const menuItem = async (page: Page, name: string): Promise<void> => {
  await selection(page).getByRole('button', { name: 'More for the selection' }).click()
  await page.getByRole('menuitem', { name }).click()
}

describe.skipIf(withoutChromium)(`what is done to many photos${skipNote}`, { timeout: 240_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser({ args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  })
  afterAll(() => browser?.close())

  async function library(count: number) {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const first = await landscape(1, 300, 200)
    const images: ImageBody[] = []
    // An account may have 32 uploads at a time
    for (let from = 0; from < count; from += 16)
      images.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(16, count - from) }, async (_, at) => {
            const n = from + at
            return api.picture(n === 0 ? first : await jpeg(40 + n, 30), `photo-${n}.jpg`)
          }),
        )),
      )
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    // What is not loaded stays so
    await page.route(
      ({ pathname, searchParams }) => pathname === '/api/images' && searchParams.has('cursor'),
      () => undefined,
    )
    await page.goto('/')
    await tiles(page).first().waitFor()
    return { page, faults, api, images }
  }

  it('keys go on after a click on a box', async () => {
    const { page, faults } = await library(3)
    const box = page.getByRole('checkbox').first()
    await box.click({ force: true })
    await selection(page).waitFor()
    // Where less motion is asked for there is none: what lies under the bar is not to be come to in the same moment
    const moving = () => document.getAnimations().filter((one) => one instanceof CSSTransition).length
    expect(await page.evaluate(moving)).toBe(0)
    await page.keyboard.press('Escape')
    await selection(page).waitFor({ state: 'detached' })
    await box.click({ force: true })
    await page.keyboard.press('Control+a')
    await expect.poll(() => page.locator('[data-select]:checked').count()).toBe(3)
    await page.keyboard.press('Escape')
    await selection(page).waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    const search = page.getByLabel('Search photos')
    await expect.poll(() => search.evaluate((field) => field === document.activeElement)).toBe(true)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('goes into any album by its name, of which there are more than a menu holds', async () => {
    const { page, faults, api } = await library(2)
    for (let n = 0; n < 15; n += 1)
      await api.post('/api/albums', { name: `Album ${String(n).padStart(2, '0')}` })
    await page.reload()
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    const byName = async () => {
      await selection(page).getByRole('button', { name: 'Add to album' }).click()
      await page.getByRole('menuitem', { name: 'By name…' }).click()
      return page.getByRole('dialog', { name: 'Add to album' })
    }
    const dialog = await byName()
    await dialog.getByLabel('Name of the album').fill('um 00')
    await expect.poll(() => dialog.getByRole('listitem').count()).toBe(2)
    await screenshot(page, 'add-to-album')
    expect(await axeFindings(page, { within: '[role="dialog"]' })).toEqual([])
    await dialog.getByRole('button', { name: /^Album 00/ }).click()
    await page.getByText('1 photo in “Album 00”').first().waitFor()

    await tiles(page).last().focus()
    await page.keyboard.press('x')
    await (await byName()).getByLabel('Name of the album').fill('A new one')
    await page.keyboard.press('Enter')
    await page.getByText('1 photo in “A new one”').first().waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })

  // 64 edits: 10 s, and 150 on a machine with a load of 37
  it('reaches all that a list means, also what is not loaded: a look, sizes, URLs', {
    timeout: 300_000,
  }, async () => {
    const count = 64
    const { page, faults, api, images } = await library(count)
    await page.keyboard.press('Control+a')
    await selection(page).getByText('All 64').waitFor()
    await menuItem(page, 'Copy URLs')
    await page.getByText('64 URLs copied').first().waitFor()
    const copied = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
    expect(new Set(copied).size).toBe(count)

    await menuItem(page, 'Edit all…')
    const dialog = page.getByRole('dialog', { name: 'Edit all 64 photos' })
    await dialog.getByRole('radio', { name: 'Sepia' }).check({ force: true })
    // Each look is shown on the first of them, where the browser draws it.
    await expect.poll(() => dialog.locator('[data-small-picture]').count()).toBe(8)
    const sepia = await colourOf(dialog, 'Sepia')
    expect(sepia.red - sepia.blue).toBeGreaterThan(20)
    await screenshot(page, 'edit-all')
    expect(await axeFindings(page, { within: '[role="dialog"]' })).toEqual([])
    await dialog.getByRole('button', { name: 'Edit all' }).click()
    // Whatever is looked at meanwhile, the end is told
    await selection(page).getByRole('button', { name: 'Clear the selection' }).click()
    await page.getByText('Edit put on 64 photos').first().waitFor({ timeout: 200_000 })
    const oldest = images[0]?.id ?? ''
    expect((await api.get(`/api/images/${oldest}`)).body).toMatchObject({ version: 2 })

    // On the page of jobs it is one row, and what it was of is found in it
    await page.goto('/console/jobs')
    const batch = page.locator('[data-batch]').first()
    await batch.getByText('64 of 64 done').waitFor()
    await batch.getByRole('button', { name: 'Transform of 64 photos' }).click()
    const jobs = batch.getByRole('list', { name: 'Jobs of the batch' }).locator('[data-job]')
    await expect.poll(() => jobs.count()).toBe(50)
    await batch.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(() => jobs.count()).toBe(64)
    await jobs.first().getByRole('button', { name: 'Transform', exact: true }).click()
    await jobs
      .first()
      .getByText(/Version 2 ·/)
      .waitFor()
    await screenshot(page, 'jobs-batch')
    await batch.getByRole('button', { name: /What to do with this batch/ }).click()
    await page.getByRole('menuitem', { name: 'Remove all of them from the list' }).click()
    await page.getByText('The jobs are removed').first().waitFor()
    await expect.poll(() => page.locator('[data-batch]').count()).toBe(0)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('edits each once, also where the answer was lost, and does not wait for jobs that were removed', async () => {
    const { page, api, images } = await library(3)
    await page.keyboard.press('Control+a')
    await selection(page).waitFor()
    const sepia = async (): Promise<void> => {
      await menuItem(page, 'Edit all…')
      const dialog = page.getByRole('dialog', { name: /^Edit / })
      await dialog.getByRole('radio', { name: 'Sepia' }).check({ force: true })
      await dialog.getByRole('button', { name: 'Edit all' }).click()
    }
    await page.route(
      '**/api/jobs',
      async (route) => {
        await route.fetch()
        await route.abort()
      },
      { times: 1 },
    )
    await sepia()
    await page
      .getByText(/Ask for the same edit again then/)
      .first()
      .waitFor()
    await sepia()
    await page.getByText('Edit put on 3 photos').first().waitFor({ timeout: 60_000 })
    for (const { id } of images)
      expect((await api.get(`/api/images/${id}`)).body).toMatchObject({ version: 2 })

    // As slow as one likes, until another tab removes its jobs
    let batch = ''
    await page.route('**/api/jobs/batches/*', async (route) => {
      batch = new URL(route.request().url()).pathname
      const answer = await route.fetch()
      const json = await answer.json()
      await route.fulfill({ response: answer, json: answer.ok() ? { ...json, pending: 1 } : json })
    })
    await sepia()
    await expect.poll(() => batch).not.toBe('')
    await selection(page)
      .getByText(/^\d of \d$/)
      .waitFor()
    await expect.poll(async () => (await api.delete(batch)).status).toBe(204)
    await selection(page)
      .getByText(/^\d of \d$/)
      .waitFor({ state: 'detached' })
    await page.context().close()
  })
})
