// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Api, createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { launchBrowser, skipNote, withoutChromium } from './browser.ts'
import { holdPage, openAs } from './console-steps.ts'

/** What administrators do with the whole installation; its pages need one whose administrator is known. */
describe.skipIf(withoutChromium)(`the operations of the console${skipNote}`, { timeout: 180_000 }, () => {
  let browser: Browser
  let service: Service
  let admin: Account
  let ann: Account
  let imageId: string
  const api = (of: Account): Api => createApi(service.baseUrl, of.accessToken)
  const open = (account: Account, path: string) => openAs(account, browser, service.baseUrl, path)
  beforeAll(async () => {
    service = await startService({ own: true, env: { PURGE_HEADERS: 'X-Token: s3cret' } })
    // The first account is the administrator.
    admin = await createApi(service.baseUrl).register()
    ann = await createApi(service.baseUrl).register()
    imageId = (await api(ann).picture(await jpeg(90, 60), 'sea.jpg')).id
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  const ask = async (width: number) => {
    const body = { imageId, type: 'transform', width, saveImage: false }
    return (await api(ann).post<{ id: string }>('/api/jobs', body)).body.id
  }
  const confirm = (page: Page, name: string) =>
    page.getByRole('alertdialog').getByRole('button', { name, exact: true }).click()

  it('holds a lane, moves and cancels jobs of others, and shows both tabs what is', async () => {
    const { page, faults } = await open(admin, '/console/queue')
    const lane = page.locator('[data-lane=interactive]')
    await lane.getByRole('button', { name: /^Pause/ }).click()
    await confirm(page, 'Pause')
    await lane.getByText(/^Paused since/).waitFor()
    const jobs = [await ask(31), await ask(32)]
    const [first = '', second = ''] = jobs
    const row = (id: string) => page.locator(`[data-job="${id}"]`)
    // Nothing here needs a reload to be true
    await row(second).getByText('Waiting', { exact: true }).waitFor()
    await holdPage(page, 'queue')
    await row(first)
      .getByRole('button', { name: /^What to do/ })
      .click()
    await page.getByRole('menuitem', { name: 'Move to the bulk lane' }).click()
    await row(first).getByText('Done', { exact: true }).waitFor()

    await page.getByLabel('State').selectOption('pending')
    await row(first).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'All of these…' }).click()
    await page.getByRole('menuitem', { name: 'Cancel what waits or runs' }).click()
    await confirm(page, 'Cancel jobs')
    await page.getByText('No job matches.').waitFor()
    await expect
      .poll(async () => (await api(ann).get<{ status: string }>(`/api/jobs/${second}`)).body.status)
      .toBe('cancelled')
    const tab = await page.context().newPage()
    await tab.goto(`${service.baseUrl}/console/queue`)
    await tab
      .locator('[data-lane=interactive]')
      .getByText(/^Paused since/)
      .waitFor()
    await lane.getByRole('button', { name: /^Go on/ }).click()
    await tab
      .locator('[data-lane=interactive]')
      .getByText(/^Paused since/)
      .waitFor({ state: 'detached' })
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows processes and the last hours, purges, and lists the configuration without secrets', async () => {
    const { page, faults } = await open(admin, '/console/service')
    const processes = page.getByRole('list', { name: 'Processes' })
    await processes.getByText('gateway, auth, api, delivery, worker').waitFor()
    await processes.getByText('Works', { exact: true }).waitFor()
    await page.getByRole('figure', { name: 'Database' }).waitFor()
    await page.getByRole('figure', { name: 'Waiting: Fast lane' }).waitFor()
    await holdPage(page, 'service-history')

    await page.getByRole('link', { name: 'Storage' }).click()
    await page.getByRole('list', { name: 'What is stored' }).getByText('Originals').waitFor()
    await page.getByRole('row', { name: /gateway, auth/ }).waitFor()
    await page.getByLabel('What is purged').selectOption('image')
    await page.getByLabel('Id of the image').fill('sea')
    await page.getByRole('button', { name: 'Purge', exact: true }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Id of the image').fill(imageId)
    await page.getByRole('button', { name: 'Purge', exact: true }).click()
    const purge = page.getByRole('list', { name: 'Purges' }).getByRole('listitem')
    await purge.getByText('Done', { exact: true }).waitFor()
    await purge.getByText(/1 purged/).waitFor()
    await holdPage(page, 'storage')

    await page.getByRole('link', { name: 'Settings' }).click()
    const setting = page.locator('[data-setting=PURGE_HEADERS]')
    await setting.getByText('set, and hidden').waitFor()
    await setting.getByText('Environment').waitFor()
    expect(await page.content()).not.toContain('s3cret')
    await page.getByLabel('Search').fill('nothing is called so')
    await page.getByText('No variable matches.').waitFor()
    await page.getByText(/^What is new: Unreleased/).click()
    await page.getByRole('region', { name: 'Added' }).waitFor()
    await page.getByLabel('Search').fill('PURGE')
    await holdPage(page, 'settings')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows none of it to others, by no address either, and asks for none of it', async () => {
    const { page } = await open(ann, '/console/queue')
    const refused: string[] = []
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(response.url())
    })
    await page.getByText('Only administrators may do that.').waitFor()
    expect(await page.getByRole('link', { name: 'Queue' }).count()).toBe(0)
    for (const path of ['users', 'audit', 'storage', 'settings', 'presets', 'service']) {
      await page.goto(`/console/${path}`)
      await page.getByText('Only administrators may do that.').waitFor()
      expect(await page.locator('main').locator('button, input, select, a').count(), path).toBe(0)
    }
    expect(refused).toEqual([])
    await page.context().close()
  })
})
