// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { jpegFile, keepSession, register, shownPixels, tiles, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')

/** Texts with one of the commonest words of English, which German does not have. */
const englishIn = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.body.querySelectorAll('*')]
      .filter((element) => element.checkVisibility() && !element.matches('script, style, code'))
      .flatMap((element) => [...element.childNodes])
      .flatMap((node) => (node instanceof Text ? [node.data] : []))
      .filter((text) => /\b(the|of|and|is|are|not|your|you|with|this|for)\b/i.test(text)),
  )

const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

describe.skipIf(withoutChromium)(`the page in other languages${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('is German from the first visit on where the browser is, and English at once where that is chosen', async () => {
    const { username, password } = await account()
    const { page, faults } = await visit(browser, baseUrl, {
      locale: 'de-DE',
      viewport: { width: 390, height: 844 },
    })
    const lang = () => page.evaluate(() => document.documentElement.lang)
    await page.goto('/login')
    await page.getByRole('heading', { name: 'Willkommen zurück' }).waitFor()
    await page.getByLabel('E-Mail-Adresse oder Benutzername').fill(username)
    await page.getByLabel('Passwort').fill('falsch')
    await page.keyboard.press('Enter')
    await page.getByText('Name oder Passwort ist falsch.').waitFor()
    await page.getByLabel('Passwort').fill(password)
    await page.getByRole('button', { name: 'Anmelden' }).click()
    await page.getByRole('heading', { name: 'Die ersten Fotos hier ablegen' }).waitFor()
    expect(await tooWide(page)).toBe(0)

    const dialog = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Hochladen', exact: true }).click()
    await (await dialog).setFiles([jpegFile('hügel.jpg', await landscape(1, 300, 200))])
    await page.getByRole('heading', { name: '1 Foto hochgeladen' }).waitFor()
    await page.getByRole('button', { name: 'Schließen' }).click()
    await tiles(page).first().click()
    await shownPixels(page)
    await viewer(page).getByRole('button', { name: 'In den Papierkorb' }).waitFor()
    expect(await tooWide(page)).toBe(0)
    await screenshot(page, 'languages/german-viewer')
    await viewer(page).getByRole('button', { name: 'Bearbeiten', exact: true }).click()
    await page.getByRole('tab', { name: 'Zuschnitt' }).waitFor()
    expect(await tooWide(page)).toBe(0)
    await screenshot(page, 'languages/german-editor')
    await page.goto('/console/account')
    await page.getByRole('region', { name: 'Angemeldete Geräte' }).getByText('gerade eben').first().waitFor()
    expect(await tooWide(page)).toBe(0)
    await screenshot(page, 'languages/german-account')

    // Chosen in one tab, heard in the other; what was typed stays.
    const other = await page.context().newPage()
    await other.goto('/console/account')
    await other.getByRole('heading', { name: 'Konto', exact: true }).waitFor()
    await page.getByLabel('Benutzername').fill('noch-nicht')
    await page.getByRole('button', { name: 'Konto und Darstellung' }).click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
    await other.getByRole('heading', { name: 'Account', exact: true }).waitFor()
    expect(await page.getByLabel('User name').inputValue()).toBe('noch-nicht')
    await expect.poll(() => page.title()).toBe('Account · Rendition')
    expect(await lang()).toBe('en')
    await page.reload()
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
    expect(faults.join('~')).toBe('')
    await page.context().close()
  })

  it('turns round for languages from right to left', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const ids: string[] = []
    for (const seed of [0, 1, 2]) {
      ids.push((await api.picture(await landscape(seed, 300, 200), `${seed}.jpg`)).id)
    }
    const { page, faults } = await visit(browser, baseUrl)
    await page.addInitScript(() => localStorage.setItem('rendition.language', 'ar-XB'))
    await page.goto('/login')
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await keepSession(page, account)
    await page.goto('/')
    await tiles(page).first().waitFor()
    // The navigation stands where reading begins, and so does the first photo.
    const middle = 640
    const xOf = async (selector: string) => (await page.locator(selector).first().boundingBox())?.x ?? 0
    expect(await xOf('nav')).toBeGreaterThan(middle)
    expect(await xOf('[data-tile]')).toBeGreaterThan(await xOf('[data-tile] >> nth=1'))

    // Arrow keys go where they point.
    await tiles(page).first().focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await shownPixels(page)
    const open = () => new URL(page.url()).pathname
    await expect.poll(open).toBe(`/photos/${ids[1]}`)
    await page.keyboard.press('ArrowRight')
    await expect.poll(open).toBe(`/photos/${ids[2]}`)
    await shownPixels(page)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('says in German what went wrong, and what the service says of it', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const image = await api.picture(await landscape(4, 300, 200), 'hügel.jpg')
    const share = await api.post<{ id: string; token: string }>('/api/shares', { imageIds: [image.id] })
    expect((await api.delete(`/api/shares/${share.body.id}`)).status).toBe(204)
    const { page } = await visit(browser, baseUrl, { locale: 'de-DE' })
    const manifest = () => page.locator('link[rel=manifest]').getAttribute('href')

    await page.goto(`/s/${share.body.token}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await englishIn(page)).toEqual([])
    expect(await manifest()).toBe('/app.de.webmanifest')
    await page.goto('/reset-password#rnl_nobody')
    await page.getByText(/Der Link (wurde schon benutzt|gilt nicht mehr)/).waitFor()
    await page.goto('/no/such/page')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByText('Vielleicht ist die Adresse falsch geschrieben').waitFor()
    await expect.poll(() => page.title()).toBe('Diese Seite gibt es nicht · Rendition')
    expect(await englishIn(page)).toEqual([])

    await keepSession(page, account)
    await page.goto('/?q=type%3Apicture')
    await page.getByText('Ab Zeichen 6: type ist eines von').first().waitFor()
    await page.goto('/console/webhooks')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page
      .getByRole('button', { name: /Webhook/ })
      .first()
      .click()
    await page.getByLabel('Adresse').fill('http://127.0.0.1/hook')
    await page.keyboard.press('Enter')
    await page.getByText('darf nicht erreicht werden: nur öffentliche Adressen').waitFor()
    await page.goto('/console/account')
    await page.getByLabel('Benutzername').fill('x')
    await page.keyboard.press('Enter')
    await page.getByText('Mindestens 2 Zeichen.').waitFor()
    expect(await englishIn(page)).toEqual([])
    await page.context().close()
  })

  /** A new account without a session in the page that signs in. */
  async function account(): Promise<{ username: string; password: string }> {
    const { page } = await visit(browser, baseUrl)
    const made = await register(page)
    await page.context().close()
    return made
  }
})
