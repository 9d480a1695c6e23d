// @module-tag slow/pages
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { drop, jpegFile, keepSession, register, shownPixels, tiles, uploaded, viewer } from './steps.ts'

/** A name as machines at home have, over plain http: no secure context, and not the address the service knows of itself. */
const host = 'rendition.test'

describe.skipIf(withoutChromium)(
  `the pages by another name than localhost, over plain http${skipNote}`,
  () => {
    let service: Service
    let browser: Browser
    let siteUrl: string
    /** The first account's token. */
    let admin: string
    beforeAll(async () => {
      ;[service, browser] = await Promise.all([
        startService({ own: true, env: { HOST: '0.0.0.0' } }),
        launchBrowser({ args: [`--host-resolver-rules=MAP ${host} 127.0.0.1`] }),
      ])
      siteUrl = `http://${host}:${new URL(service.baseUrl).port}`
    })
    afterAll(async () => {
      await browser?.close()
      await service?.stop()
    })

    it('show, copy, download and publish pictures', async () => {
      const { page, faults } = await visit(browser, siteUrl)
      await page.goto('/')
      await page.getByText('your account becomes the administrator').waitFor()
      expect(new URL(page.url()).pathname).toBe('/register')
      await screenshot(page, 'first-visit')
      await register(page)
      expect(await page.evaluate(() => [window.isSecureContext, 'clipboard' in navigator])).toEqual([
        false,
        false,
      ])
      const photo = await jpeg(900, 600)
      await drop(page, [jpegFile('boat.jpg', photo)])
      await uploaded(page, 1)
      await page.waitForFunction(() => {
        const picture = document.querySelector<HTMLImageElement>('[data-tile] img')
        return picture?.complete === true && picture.naturalWidth > 0
      })
      await tiles(page).first().click()
      await viewer(page).locator('[data-size=original]').click()
      await expect.poll(() => shownPixels(page)).toEqual([900, 600])

      await page.locator('[data-copy]').click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      // The clipboard cannot be read here, but pasted from.
      const altText = viewer(page).getByLabel('Alt text')
      await altText.focus()
      await page.keyboard.press('ControlOrMeta+v')
      const copied = await altText.inputValue()
      await altText.fill('')
      expect(new URL(copied).origin).toBe(siteUrl)
      const answer = await fetch(copied.replace(siteUrl, service.baseUrl))
      expect(Buffer.from(await answer.arrayBuffer()).equals(photo)).toBe(true)

      const downloading = page.waitForEvent('download')
      await page.locator('[data-download]').click()
      expect((await downloading).suggestedFilename()).toBe('boat.jpg')

      await viewer(page).getByRole('switch').click()
      await page.getByText('Make this photo public?').waitFor()
      await screenshot(page, 'make-public')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Make public' }).click()
      await viewer(page).getByText('Anyone with the URL can see it.').waitFor()
      await expect.poll(() => shownPixels(page)).toEqual([900, 600])
      expect(faults).toEqual([])
      const stored = await page.evaluate(() => localStorage.getItem('rendition.session'))
      admin = (JSON.parse(stored ?? '{}') as { accessToken: string }).accessToken
      await page.context().close()
    })

    it('copy a key and the code of a URL in the console', async () => {
      const { account, ...ann } = await createApi(service.baseUrl).signedIn()
      const boat = await ann.picture(await jpeg(300, 200), 'boat.jpg')
      const { page, faults } = await visit(browser, siteUrl)
      await keepSession(page, account)
      await page.goto('/console/keys')
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByLabel('Name').fill('Press kit')
      await page.getByRole('button', { name: 'Make key' }).click()
      const key = await page.getByLabel('API key', { exact: true }).inputValue()
      await page.getByRole('button', { name: 'Copy api key' }).click()
      await page.getByText('copied').first().waitFor({ state: 'attached' })
      // The clipboard cannot be read here, but pasted from.
      const search = page.getByLabel('Search', { exact: true })
      const paste = async () => {
        await search.focus()
        await page.keyboard.press('ControlOrMeta+v')
      }
      await page.goto('/console/urls')
      await paste()
      await expect.poll(() => search.inputValue()).toBe(key)
      await search.fill('')
      await page.getByRole('button', { name: 'boat.jpg' }).click()
      await page.locator('[data-built-picture]').waitFor()
      await page.getByRole('button', { name: /^Copy/ }).first().click()
      await page.getByRole('button', { name: 'Another picture' }).click()
      await paste()
      await expect.poll(() => search.inputValue()).toContain(`${siteUrl}/images/${boat.id}`)
      expect(faults).toEqual([])
      await page.context().close()
    })

    it('offer a viewer nothing that would be refused', async () => {
      const api = createApi(service.baseUrl)
      const { account, ...ann } = await api.signedIn()
      await ann.picture(await jpeg(300, 200), 'seen.jpg', { tags: 'sea' })
      const demoted = await api.as(admin).patch(`/api/admin/users/${account.userId}`, { role: 'viewer' })
      expect(demoted.status).toBe(200)
      const { username, password } = account
      const { body } = await api.post<typeof account>('/api/auth/login', { username, password })
      const { page, faults } = await visit(browser, siteUrl)
      const refused: string[] = []
      page.on('response', (response) => {
        if (response.status() === 403) refused.push(response.url())
      })
      await keepSession(page, {
        ...body,
        ...account,
        accessToken: body.accessToken,
        refreshToken: body.refreshToken,
      })
      await page.goto('/')
      await tiles(page).first().waitFor()
      await page.getByRole('button', { name: 'Upload', exact: true }).waitFor({ state: 'detached' })
      expect(await page.getByRole('checkbox').count()).toBe(0)
      await screenshot(page, 'viewer-role-gallery')
      await tiles(page).first().focus()
      await page.keyboard.press('x')
      expect(await page.getByRole('region', { name: 'Selection' }).count()).toBe(0)
      await page.keyboard.press('Enter')
      await viewer(page).getByText('sea').waitFor()
      await page.keyboard.press('Delete')
      expect(await page.getByRole('alertdialog').count()).toBe(0)
      const open = viewer(page)
      expect(
        await open.getByRole('button', { name: /^Move to trash|^Delete|^Favourite|^Remove tag/ }).count(),
      ).toBe(0)
      for (const field of ['Name', 'Alt text', 'Tags']) {
        expect(await open.getByLabel(field, { exact: true }).isEditable(), field).toBe(false)
      }
      expect(await open.getByRole('switch').isDisabled()).toBe(true)
      await screenshot(page, 'viewer-role-photo')
      expect(refused).toEqual([])
      expect(faults).toEqual([])
      await page.context().close()
    })

    it.each(['/docs', '/docs/', '/docs/errors'])('show the reference at %s', async (path) => {
      const { page, faults } = await visit(browser, siteUrl)
      await page.goto(path)
      if (path === '/docs/errors') await page.getByText('rate_limited').waitFor()
      else await expect.poll(() => page.locator('.opblock').count()).toBeGreaterThan(40)
      expect(faults).toEqual([])
      await page.context().close()
    })
  },
)
