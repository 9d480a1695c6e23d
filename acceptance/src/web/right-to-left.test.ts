// @module-tag slow/screens
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, createApi } from '../api.ts'
import { type Service, startService } from '../service.ts'
import { follow, launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { type PageScreen, pagesForAll, pagesInFrame } from './page-screens.ts'
import { keepSession, shownPixels, tiles } from './steps.ts'

/** What people call their things, which stands in sentences of any direction. */
const names = ['zzpicture', 'zzalbum']

describe.skipIf(withoutChromium)(`every page from right to left${skipNote}`, () => {
  let browser: Browser
  let service: Service
  let admin: Account
  beforeAll(async () => {
    service = await startService({ own: true })
    admin = await createApi(service.baseUrl).register()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  it('shows its texts whole and of the catalogue, arrows turned round, names apart', {
    timeout: 600_000,
  }, async () => {
    const { baseUrl } = service
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const asAdmin = createApi(baseUrl, admin.accessToken)
    expect((await asAdmin.patch(`/api/admin/users/${account.userId}`, { role: 'admin' })).status).toBe(200)
    const ids: string[] = []
    for (const seed of [0, 1, 2]) {
      ids.push((await api.picture(await landscape(seed, 300, 200), `zzpicture-${seed}.jpg`)).id)
    }
    await api.post('/api/albums', { name: 'zzalbum', imageIds: ids })
    const share = await api.post<{ token: string }>('/api/shares', { imageIds: ids, title: 'zzalbum' })
    const webhook = await api.post<{ id: string }>('/api/webhooks', { url: 'https://example.com/hook' })
    const made = { imageId: ids[0] ?? '', shareToken: share.body.token, webhookId: webhook.body.id }

    const { page, faults, settled } = await visit(browser, baseUrl)
    await page.addInitScript(() => localStorage.setItem('rendition.language', 'ar-XB'))
    const found: string[] = []
    const look = async (name: string) => {
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        await settled()
        await screenshot(page, `languages/rtl-${name}-${width}`)
        const wrong = await page.evaluate(faultsOfDirection, names)
        for (const text of await page.evaluate(textsInDocument)) {
          const rest = text.replace(/\u202e[^\u202c]*\u202c/g, '').replaceAll(account.username, '')
          const bare = namesOfApi.has(name) ? /(?:\p{L}+ ){4}\p{L}/u : /\p{L}{2}/u
          if (bare.test(rest.replace(noText, ''))) wrong.push(`not of the catalogue: ${text}`)
        }
        found.push(...[...new Set(wrong)].map((fault) => `${name} at ${width} px: ${fault}`))
      }
    }
    const walk = async (pages: readonly PageScreen[]) => {
      for (const { path, name, at } of pages) {
        await follow(page, at?.(made) ?? path)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await look(name)
      }
    }
    await page.goto('/login')
    await look('login')
    await walk(pagesForAll)
    await keepSession(page, account)
    await page.goto('/')
    await tiles(page).first().waitFor()
    await look('photos')
    await follow(page, `/photos/${ids[0]}`)
    await shownPixels(page)
    await look('viewer')
    await follow(page, `/photos/${ids[0]}/edit`)
    await page.getByRole('tab', { name: 'Crop' }).waitFor()
    await look('editor')
    await walk(pagesInFrame)
    expect(found).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  })
})

/** Text that is cut off or beyond the window, arrows that point as in English, and names that take the direction of their sentence. */
function faultsOfDirection(names: readonly string[]): string[] {
  const faults: string[] = []
  const root = document.documentElement
  if (root.scrollWidth > window.innerWidth) faults.push(`${root.scrollWidth - window.innerWidth} px too wide`)
  const scrolls = (element: Element): boolean => {
    for (let at: Element | null = element; at !== null && at !== document.body; at = at.parentElement) {
      const { overflowX, position, clipPath } = getComputedStyle(at)
      if (/auto|scroll/.test(overflowX) || (position === 'absolute' && clipPath !== 'none')) return true
    }
    return false
  }
  for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    if (element instanceof SVGElement) {
      const arrow = /lucide-(arrow-(left|right)|chevron-(left|right))\b/.exec(element.classList.value)
      if (arrow !== null && !getComputedStyle(element).scale.startsWith('-1'))
        faults.push(`not turned round: ${arrow[0]}`)
      continue
    }
    const own = [...element.childNodes].filter((node) => node instanceof Text && node.data.trim() !== '')
    const text = own.map((node) => node.textContent).join(' ')
    if (own.length === 0 || element.matches('.sr-only, script, style, code, kbd')) continue
    if (
      names.some((name) => text.includes(name)) &&
      element.closest('bdi, [dir], code, pre, option, textarea') === root
    )
      faults.push(`a name without bdi: ${text}`)
    const { overflowX, textOverflow } = getComputedStyle(element)
    if (
      /hidden|clip/.test(overflowX) &&
      textOverflow !== 'ellipsis' &&
      element.clientWidth > 1 &&
      element.scrollWidth > element.clientWidth + 1
    )
      faults.push(`cut off: ${text}`)
    const { left, right, width } = element.getBoundingClientRect()
    if (width > 1 && (left < -1 || right > window.innerWidth + 1) && !scrolls(element))
      faults.push(`beyond the window: ${text}`)
  }
  return faults
}

/** What is seen or heard, text by text; what is said to be in English is known to be. */
function textsInDocument(): string[] {
  const texts: string[] = [document.title]
  for (const element of document.body.querySelectorAll('*')) {
    if (!element.checkVisibility() || element.matches('script, style, code, kbd, pre, svg *')) continue
    if (element.closest('[lang=en]') !== null) continue
    for (const node of element.childNodes) if (node instanceof Text) texts.push(node.data)
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      texts.push(element.getAttribute(name) ?? '')
  }
  return texts.filter((text) => text.trim() !== '')
}

/** Here names of parameters, settings and parts stand for themselves, in every language: a sentence is still a fault. */
const namesOfApi: ReadonlySet<string> = new Set([
  'viewer',
  'urls',
  'users',
  'presets',
  'service',
  'storage',
  'settings',
  'audit',
  'activity',
])

/** Names, numbers with what they count, and times as `Intl` writes them for English. */
const noText =
  /zz(picture|album)[-\w.]*|SHA-256|alt\+T|#[0-9a-f]{6}|^node$|\/images\/.*|https?:\S+|Rendition|English|Deutsch|Chrome|Linux|JPEG|WebP|AVIF|HTML|URL|Markdown|React|Ctrl|px|kB|MB|GB|ms|min|now|[\w-]+\.jpg|\b[0-9a-f-]{8,}\b|(\d+|last|this|next|yesterday) ?(second|minute|hour|day)s?( ago)?|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d+(, \d+)?|[AP]M/g
