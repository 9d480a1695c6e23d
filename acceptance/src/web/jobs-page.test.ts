// @module-tag slow/pages
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { keepSession } from './steps.ts'

const baseUrl = inject('baseUrl')

describe.skipIf(withoutChromium)(`the jobs page${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('shows what was asked for as it happens, a batch as one row, and what can be done with it', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const other = await createApi(baseUrl).signedIn()
    const { page, faults } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/console/jobs')
    await page.getByText('No jobs yet.').waitFor()

    // Made elsewhere, and told by events
    const image = await api.picture(await jpeg(90, 60), 'one.jpg')
    const rows = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem')
    await page.getByRole('list', { name: 'Jobs' }).getByText('Done', { exact: true }).waitFor()
    expect(await rows.count()).toBe(1)
    const name = rows.first().getByRole('button', { name: 'Sizes', exact: true })
    await rows.first().getByText('one.jpg · ').waitFor()
    expect(await rows.first().getByText('lane').count()).toBe(0)
    await name.click()
    await rows.first().getByText(image.jobId).waitFor()
    expect(await name.getAttribute('aria-expanded')).toBe('true')

    const second = await api.picture(await jpeg(80, 60), 'two.jpg')
    const { body: batch } = await api.post<{ batchId: string; jobs: { id: string }[] }>('/api/jobs', {
      imageIds: [image.id, second.id],
      type: 'transform',
      parameters: { width: 20 },
    })
    await rows.getByText('2 of 2 done').waitFor()
    expect(await page.getByRole('button', { name: 'Transform of 2 photos' }).count()).toBe(1)
    expect((await api.get(`/api/jobs/batches/${batch.batchId}`)).body).toEqual({
      batchId: batch.batchId,
      total: 2,
      pending: 0,
      processing: 0,
      complete: 2,
      failed: 0,
      cancelled: 0,
    })
    expect((await other.get(`/api/jobs/batches/${batch.batchId}`)).status).toBe(404)
    const listed = async (query: string) =>
      (await api.get<{ items: { batchId: string | null }[] }>(`/api/jobs?${query}`)).body.items
    expect(await listed('grouped=true')).toHaveLength(3)
    expect(await listed('grouped=true&type=transform')).toHaveLength(1)
    expect(await listed('grouped=true&status=failed')).toHaveLength(0)
    expect(await listed('')).toHaveLength(4)
    await screenshot(page, 'jobs')

    await page.getByRole('button', { name: 'All jobs' }).click()
    await page.getByRole('menuitemradio', { name: 'Failed' }).click()
    await page.getByText('No job matches.').waitFor()
    await page.getByRole('button', { name: 'Failed', exact: true }).click()
    await page.getByRole('menuitemradio', { name: 'All states' }).click()
    await expect.poll(() => rows.count()).toBe(3)

    await rows
      .last()
      .getByRole('button', { name: /What to do/ })
      .click()
    await page.getByRole('menuitem', { name: 'Remove from the list' }).click()
    await expect.poll(() => rows.count()).toBe(2)
    await vi.waitFor(async () => expect((await api.get(`/api/jobs/${image.jobId}`)).status).toBe(404))
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('is reached from the menu, on a phone as well, and nothing is wider than it', async () => {
    const account = await createApi(baseUrl).register()
    const { page } = await visit(browser, baseUrl, { viewport: { width: 390, height: 844 } })
    await createApi(baseUrl, account.accessToken).picture(await jpeg(90, 60), 'one.jpg')
    await keepSession(page, account)
    await page.goto('/')
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitem', { name: 'Jobs' }).click()
    await page.getByRole('heading', { name: 'Jobs' }).waitFor()
    await page.getByRole('list', { name: 'Jobs' }).getByText('Done', { exact: true }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await screenshot(page, 'jobs-phone')
    await page.context().close()
  })
})
