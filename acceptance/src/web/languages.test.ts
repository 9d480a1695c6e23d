// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { jpegFile, keepSession, register, shownPixels, tiles, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')

/** What is seen or heard, text by text. */
const textsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const texts: string[] = [document.title]
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility() || element.matches('script, style, code, kbd, svg *')) continue
      for (const node of element.childNodes) if (node instanceof Text) texts.push(node.data)
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        texts.push(element.getAttribute(name) ?? '')
      }
    }
    return texts.filter((text) => text.trim() !== '')
  })

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

  it('turns round for languages from right to left, and shows no text that is not of the catalogue', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const ids: string[] = []
    for (const seed of [0, 1, 2]) {
      ids.push((await api.picture(await landscape(seed, 300, 200), `${seed}.jpg`)).id)
    }
    await api.post('/api/albums', { name: '1', imageIds: ids })
    const { page, faults } = await visit(browser, baseUrl)
    await page.addInitScript(() => localStorage.setItem('rendition.language', 'ar-XB'))
    const bare: string[] = []
    const look = async (name: string) => {
      await page.waitForLoadState('networkidle')
      await screenshot(page, `languages/rtl-${name}`)
      expect(await tooWide(page), name).toBe(0)
      for (const text of await textsOf(page)) {
        const rest = text.replace(/\u202e[^\u202c]*\u202c/g, '').replaceAll(account.username, '')
        if (/\p{L}{2}/u.test(rest.replace(noText, ''))) bare.push(`${name}: ${text}`)
      }
    }
    await page.goto('/login')
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await look('login')
    await keepSession(page, account)
    await page.goto('/')
    await tiles(page).first().waitFor()
    await look('photos')
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
    await look('viewer')
    await page.goto(`/photos/${ids[0]}/edit`)
    await page.getByRole('tab', { name: 'Crop' }).waitFor()
    await look('editor')
    for (const path of places) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await look(path.split('/').at(-1) ?? '')
    }
    expect(bare).toEqual([])
    expect(faults).toEqual([])
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

const places = [
  '/albums',
  '/duplicates',
  '/links',
  '/console/jobs',
  '/console/account',
  '/console/security',
  '/console/usage',
  '/console/keys',
  '/console/webhooks',
]

/** Names, numbers with what they count, and times as `Intl` writes them for English. */
const noText =
  /SHA-256|alt\+T|#[0-9a-f]{6}|^node$|\/images\/.*|Rendition|English|Deutsch|Chrome|Linux|JPEG|WebP|AVIF|HTML|URL|Markdown|React|Ctrl|px|kB|MB|ms|min|now|[\w-]+\.jpg|\b[0-9a-f-]{8,}\b|(\d+|last|this|next|yesterday) ?(second|minute|hour|day)s?( ago)?|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d+(, \d+)?|[AP]M/g
