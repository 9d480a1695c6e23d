// @module-tag slow/pages
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { launchBrowser, skipNote, visit, withoutChromium } from './browser.ts'

const root = join(import.meta.dirname, '../../..')
const places: Record<string, string> = { client: 'client/dist', contract: 'contract/dist' }

/** A site of its own, as the example says: the page, and the two built packages beside it. */
function startSite(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname
    const [, first = '', ...rest] = path.split('/')
    const file = path === '/' ? 'client/examples/browser.html' : join(places[first] ?? 'client/dist', ...rest)
    const bytes = await readFile(join(root, file)).catch(() => null)
    const type = path === '/' ? 'text/html' : 'text/javascript'
    response.writeHead(bytes === null ? 404 : 200, { 'content-type': type }).end(bytes)
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

describe.skipIf(withoutChromium)(`the client in a page of another site${skipNote}`, () => {
  let site: Server
  let siteUrl: string
  let service: Service
  let browser: Browser

  beforeAll(async () => {
    site = await startSite()
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
    service = await startService({ own: true, env: { CORS_ORIGINS: siteUrl } })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    site?.close()
    site?.closeAllConnections()
  })

  it('signs in, uploads, waits and shows the picture in a width that fits', async () => {
    const account = await createApi(service.baseUrl).register()
    const { page, faults } = await visit(browser, siteUrl, { deviceScaleFactor: 2 })
    await page.goto(`${siteUrl}/?service=${encodeURIComponent(service.baseUrl)}`)
    await page.getByLabel('Account').fill(account.username)
    await page.getByLabel('Password').fill(account.password)
    const buffer = await jpeg(1600, 1200)
    await page.getByLabel('Picture').setInputFiles({ name: 'boat.jpg', mimeType: 'image/jpeg', buffer })
    await page.getByRole('button', { name: 'Upload' }).click()
    await expect.poll(() => page.getByRole('status').textContent(), { timeout: 40_000 }).toBe('ready')
    const shown = await page.getByAltText('boat.jpg').evaluate((element) => {
      const image = element as HTMLImageElement
      return { url: image.currentSrc, natural: image.naturalWidth, width: image.width }
    })
    // 320 CSS pixels on a screen of two device pixels each.
    expect(shown).toMatchObject({ natural: 320, width: 320 })
    expect(new URL(shown.url).searchParams.get('width')).toBe('640')
    expect(faults.filter((fault) => !fault.includes(service.baseUrl))).toEqual([])
    await page.context().close()
  })
})
