// @module-tag slow/pages
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { axeFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { keepSession, tiles } from './steps.ts'

describe.skipIf(withoutChromium)(`photos from an address${skipNote}`, () => {
  let browser: Browser
  let service: Service
  let elsewhere: Server
  let address: string
  /** Answers that wait for the test. */
  const held: (() => void)[] = []
  beforeAll(async () => {
    const picture = await jpeg(320, 200)
    elsewhere = createServer((request, response) => {
      if (request.url?.startsWith('/slow') === true)
        held.push(() => response.setHeader('content-type', 'image/jpeg').end(picture))
      else if (request.url?.startsWith('/lake') === true)
        response.setHeader('content-type', 'image/jpeg').end(picture)
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
    service = await startService({ own: true, env: { OUTBOUND_ALLOW: '127.0.0.0/8' } })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    elsewhere?.close()
  })

  /** A new account's gallery, in which an address is asked for. */
  const openDialog = async () => {
    const account = await createApi(service.baseUrl).register()
    const visited = await visit(browser, service.baseUrl)
    await keepSession(visited.page, account)
    await visited.page.goto('/')
    await visited.page.getByRole('button', { name: 'More ways to upload' }).click()
    await visited.page.getByRole('menuitem', { name: 'From an address…' }).click()
    return visited
  }

  it('are fetched by the service, several at once, and what does not come says why', async () => {
    const { page, faults } = await openDialog()
    const dialog = page.getByRole('dialog', { name: 'Upload from an address' })
    const field = dialog.getByLabel('Address of the picture')
    await field.fill('lake.jpg')
    await page.keyboard.press('Enter')
    await dialog.getByText('An address begins with http:// or https://.').waitFor()
    expect(await axeFindings(page, { within: '[role="dialog"]' })).toEqual([])
    await field.fill(`${address}/lake.jpg ${address}/gone.jpg`)
    await screenshot(page, 'upload-from-address')
    await dialog.getByRole('button', { name: 'Fetch' }).click()

    const rows = page.locator('[data-upload]')
    await expect.poll(() => tiles(page).count()).toBe(1)
    const [lake, gone] = [rows.filter({ hasText: 'lake.jpg' }), rows.filter({ hasText: 'gone.jpg' })]
    await lake.getByText('Fetched from 127.0.0.1').waitFor()
    await gone.getByText('The address answered 404.').waitFor()
    await screenshot(page, 'uploads-from-address')
    await gone.getByRole('button', { name: 'Retry gone.jpg' }).click()
    await gone.getByText('The address answered 404.').waitFor()
    // By the palette as well
    await page.getByRole('button', { name: 'Close' }).click()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Command' }).waitFor()
    await page.keyboard.type('address')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Upload from an address' }).waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('stay in the list of uploads over a reload, and come once', async () => {
    const { page, faults } = await openDialog()
    await page.getByLabel('Address of the picture').fill(`${address}/slow.jpg`)
    await page.keyboard.press('Enter')
    const row = page.locator('[data-upload="uploading"][data-kept="true"]').filter({ hasText: 'slow.jpg' })
    await row.waitFor()
    await expect.poll(() => held.length).toBe(1)
    await page.reload()
    await row.getByText('Being fetched from 127.0.0.1').waitFor()
    for (const answer of held) answer()
    await page.locator('[data-upload="ready"]').filter({ hasText: 'slow.jpg' }).waitFor()
    await expect.poll(() => tiles(page).count()).toBe(1)
    expect(held).toHaveLength(1)
    expect(faults).toEqual([])
    await page.context().close()
  })
})
