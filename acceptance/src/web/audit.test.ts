// @module-tag slow/pages
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Api, createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { launchBrowser, skipNote, withoutChromium } from './browser.ts'
import { holdPage, openAs } from './console-steps.ts'

/** What was done with pictures, read by who administers and by whose they are. */
describe.skipIf(withoutChromium)(`acts on their pages${skipNote}`, { timeout: 180_000 }, () => {
  let browser: Browser
  let service: Service
  let admin: Account
  let user: Account
  let imageId: string
  const api = (of: Account): Api => createApi(service.baseUrl, of.accessToken)
  const open = (account: Account, path: string) => openAs(account, browser, service.baseUrl, path)
  beforeAll(async () => {
    service = await startService({ own: true })
    admin = await createApi(service.baseUrl).register()
    user = await createApi(service.baseUrl).register()
    imageId = (await api(user).picture(await jpeg(300, 200), 'harbour.jpg')).id
    const change = { originalName: 'quay.jpg', tags: ['sea', 'boats'] }
    expect((await api(user).patch(`/api/images/${imageId}`, change)).status).toBe(200)
    expect((await api(admin).patch(`/api/images/${imageId}`, { visibility: 'public' })).status).toBe(200)
    expect((await api(user).post(`/api/images/${imageId}/trash`)).status).toBe(200)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  it('shows the administrator what changed, by kind, by what it was done to and by day', async () => {
    const { page, faults } = await open(admin, '/console/audit')
    const rows = page.getByRole('list', { name: 'Entries' }).getByRole('listitem')
    await page.getByLabel('Kind').selectOption({ label: 'Photos' })
    await expect.poll(() => rows.count()).toBe(4)
    const changed = rows.filter({ hasText: 'boats' })
    await changed.getByText('What is told of a picture was changed').waitFor()
    const said = await changed.locator('dl').textContent()
    expect(said).toContain('Namebefore: harbour.jpg→after: quay.jpg')
    expect(said).toContain('Tagsbefore: none→after: sea, boats')
    await page.getByLabel('What was done').selectOption({ label: 'A picture was moved to the trash' })
    await expect.poll(() => rows.count()).toBe(1)
    await rows.getByText('In the trash').waitFor()
    await rows.getByRole('button', { name: imageId }).click()
    await page.getByLabel('Kind').selectOption({ label: 'Everything' })
    await expect.poll(() => rows.count()).toBe(4)
    await page.getByLabel('To day').fill('2020-01-31')
    await page.getByText('No entry matches.').waitFor()
    await page.getByLabel('To day').fill('')
    await expect.poll(() => rows.count()).toBe(4)
    await holdPage(page, 'audit-of-a-picture')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows an account its own acts, and that an administrator did something, in German too', async () => {
    const { page, faults } = await open(user, '/console/activity')
    const rows = page.getByRole('list', { name: 'Entries' }).getByRole('listitem')
    await page.getByLabel('Kind').selectOption({ label: 'Photos' })
    await expect.poll(() => rows.count()).toBe(4)
    const others = rows.filter({ hasText: 'An administrator' })
    await others.getByText('Visibility').waitFor()
    expect(await others.textContent()).not.toMatch(/127\.0\.0\.1|::1/)
    await holdPage(page, 'activity')

    // On a phone the entries are what is seen; the fields come by a button, and what is set stands beside it.
    await page.setViewportSize({ width: 360, height: 740 })
    const kind = page.getByLabel('Kind')
    await kind.waitFor({ state: 'hidden' })
    const first = await rows.first().boundingBox()
    expect(first?.y).toBeLessThan(500)
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByLabel('Outcome').selectOption({ label: 'Done' })
    await page.getByLabel('From day').fill('2020-01-31')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await kind.waitFor({ state: 'hidden' })
    const set = page.getByRole('list', { name: 'Filters' }).getByRole('button')
    await expect.poll(() => set.allTextContents()).toEqual(['Photos', 'Done', 'From 1/31/2020'])
    await holdPage(page, 'activity-phone')
    for (const text of ['From 1/31/2020', 'Done', 'Photos'])
      await page.getByRole('button', { name: `Remove filter ${text}` }).click()
    await expect.poll(() => rows.count()).toBeGreaterThan(4)
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.evaluate(() => localStorage.setItem('rendition.language', 'de'))
    await page.reload()
    await page.getByRole('heading', { name: 'Aktivität' }).waitFor()
    await page.getByText('Angaben eines Bildes wurden geändert').first().waitFor()
    const german = page
      .getByRole('list', { name: 'Einträge' })
      .getByRole('listitem')
      .filter({ hasText: 'Die Verwaltung' })
    await german.getByText('Sichtbarkeit').waitFor()
    // What the API has a word for is said in the page's
    await german.getByText('Öffentlich').waitFor()
    const made = page.getByRole('listitem').filter({ hasText: 'Ein Bild kam hinzu' })
    await made.getByText('mit einem Formular').waitFor()
    await made.getByText('JPEG').waitFor()
    await holdPage(page, 'activity-german')
    expect(faults).toEqual([])
    await page.context().close()
  })
})
