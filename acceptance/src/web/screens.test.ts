// @module-tag slow/screens
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, createApi } from '../api.ts'
import { type Service, startService } from '../service.ts'
import { seriousFindings } from './axe.ts'
import { follow, launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { coveredControls, vanishedControls } from './controls.ts'
import { statesOfEditor } from './editor-screens.ts'
import { landscape } from './landscape.ts'
import { statesOfLibrary, statesOfPhoto } from './library-screens.ts'
import { lostPage, statesOfConsole, statesOfGuests } from './other-screens.ts'
import { type PageScreen, pagesForAll, pagesInFrame } from './page-screens.ts'
import { photos, pressEscape, type Screen } from './screen-steps.ts'
import { keepSession, shownPixels, tiles } from './steps.ts'

/** `zoomed`: a window of 1280 by 1024 at 400 %, in the colours of the system. */
type Look = 'light' | 'dark' | 'zoomed'
/** A desktop in the light and a phone in the dark, in German, each time; `SCREENS=all` for four widths in both, which is four times the minutes. */
const widthsOf = (look: Look): readonly number[] => {
  if (look === 'zoomed') return [320]
  return process.env.SCREENS === 'all' ? [390, 820, 1440, 2560] : [look === 'light' ? 1440 : 390]
}
/** Menus, dialogs, tools and open forms are as many again: where pictures are wished, for tests of their own use them all. */
const everyState = process.env.SCREENS !== undefined
const heights: Readonly<Record<number, number>> = { 320: 256, 390: 844, 2560: 1440 }
const heightOf = (width: number): number => heights[width] ?? 900

const isOutside = (element: Element): boolean => {
  const { top, bottom } = element.getBoundingClientRect()
  return top < 0 || bottom > window.innerHeight
}

const signedOut: readonly Screen[] = [
  { name: 'sign-in', open: (page) => follow(page, '/login') },
  {
    name: 'register-refused',
    async open(page) {
      await follow(page, '/register')
      await page.locator('input[name=username]').fill('x')
      await page.locator('input[name=password]').fill('short')
      await page.keyboard.press('Enter')
      await page.locator('[aria-invalid=true]').first().waitFor()
    },
  },
  { name: 'no-such-page', open: (page) => follow(page, '/no/such/page') },
]

const empty: readonly Screen[] = [
  { name: 'empty-photos', open: (page) => follow(page, '/') },
  { name: 'empty-albums', open: (page) => follow(page, '/albums') },
  { name: 'empty-favourites', open: (page) => follow(page, '/?view=favourites') },
  { name: 'empty-trash', open: (page) => follow(page, '/?view=trash') },
  { name: 'empty-jobs', open: (page) => follow(page, '/console/jobs') },
]

const filled: readonly Screen[] = [
  { name: 'photos', open: (page) => photos(page) },
  { name: 'photos-by-date', open: (page) => photos(page, '?sort=taken') },
  {
    name: 'nothing-found',
    async open(page) {
      await follow(page, '/?q=nothing-like-it')
      await page.getByText(/^(No photo matches|Kein passendes Foto)$/).waitFor()
    },
  },
  {
    name: 'selection',
    async open(page) {
      await photos(page)
      await tiles(page).first().focus()
      for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
      await page.getByText(/^2 (selected|ausgewählt)$/).waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'palette',
    async open(page) {
      await photos(page)
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: /^(Command|Befehl)$/ }).waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'keys',
    async open(page) {
      await photos(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: /^(Keys|Tasten)$/ }).waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'viewer',
    async open(page) {
      await photos(page)
      await tiles(page).first().click()
      await shownPixels(page)
    },
    close: pressEscape,
  },
]

describe.skipIf(withoutChromium)(`every screen, in its widths and two themes${skipNote}`, () => {
  let browser: Browser
  // Its own, since the pages of administrators need one whose administrator is known: the first account.
  let service: Service
  let admin: Account
  beforeAll(async () => {
    service = await startService({ own: true })
    admin = await createApi(service.baseUrl).register()
    // The editor draws by WebGL.
    browser = await launchBrowser({ args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  /** Looked at by hand (test-output/screenshots); what a machine can judge is judged here. */
  const judge = async (page: Page, name: string, look: Look): Promise<string[]> => {
    await screenshot(page, `screens/${name}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    const here = page.locator('aside [aria-current]:visible')
    const unseen = (await here.count()) > 0 && (await here.first().evaluate(isOutside))
    return [
      ...(wide > 0 ? [`${name}: ${wide} px wider than the window`] : []),
      ...(unseen ? [`${name}: where one is, is outside what the navigation shows`] : []),
      // Colours are the system's there.
      ...(look === 'zoomed' ? await lost(page) : await seriousFindings(page)).map(
        (line) => `${name}: ${line}`,
      ),
    ]
  }

  /** Controls that cannot be seen. */
  const lost = async (page: Page): Promise<string[]> => [
    ...(await vanishedControls(page)).map((control) => `vanished: ${control}`),
    ...(await coveredControls(page)).map((control) => `covered: ${control}`),
  ]

  it.each(['light', 'dark', 'zoomed'] as const)('%s', { timeout: 1_800_000 }, async (kind) => {
    const faults: string[] = []
    const { baseUrl } = service
    // German where it is dark: longer words where there is least room for them.
    const locale = kind === 'light' ? 'en-US' : 'de-DE'
    const open = await visit(browser, baseUrl, {
      locale,
      ...(kind === 'zoomed' ? { forcedColors: 'active' } : { colorScheme: kind }),
    })
    const { page } = open
    const look = async (screens: readonly Screen[]) => {
      // Who is signed in, and what there is, was changed from outside.
      await page.goto('/')
      for (const width of widthsOf(kind)) {
        await page.setViewportSize({ width, height: heightOf(width) })
        for (const screen of screens.filter(({ at }) => at?.(width) ?? true)) {
          await screen.open(page)
          await open.settled()
          faults.push(...(await judge(page, `${screen.name}-${width}-${kind}`, kind)))
          await screen.close?.(page)
        }
      }
    }
    await look(signedOut)
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const lookAtStates = async (screens: readonly Screen[]) => {
      if (everyState) await look(screens)
    }
    const asAdmin = createApi(baseUrl, admin.accessToken)
    expect((await asAdmin.patch(`/api/admin/users/${account.userId}`, { role: 'admin' })).status).toBe(200)
    await keepSession(page, account)
    if (everyState) {
      await look([lostPage])
      // What the browser says of a file that did not come.
      open.faults.length = 0
    }
    await look(empty)
    const ids: string[] = []
    for (const seed of [0, 1, 2, 3, 4, 5, 6]) {
      const [width, height] = seed % 3 === 1 ? [400, 600] : [600, 400]
      const image = await api.picture(await landscape(seed, width, height), `hills-${seed}.jpg`)
      ids.push(image.id)
    }
    const album = await api.post<{ id: string }>('/api/albums', { name: 'Hills', imageIds: ids.slice(0, 3) })
    await look(filled)
    // Names as people and cameras give them, which have no room anywhere.
    const longName = 'Two weeks in the hills above the lake, with everybody who came along and their dogs'
    await api.post('/api/albums', { name: longName, imageIds: ids.slice(3, 4) })
    const states = { imageId: ids[5] ?? '', albumId: album.body.id }
    await api.patch(`/api/images/${ids[1]}`, { archived: true, favourite: true })
    await api.patch(`/api/images/${ids[2]}`, { favourite: true, tags: ['hills', 'morning fog'] })
    await api.post(`/api/images/${ids[3]}/trash`)
    await api.picture(await landscape(0, 300, 200), 'hills-0-smaller.jpg')
    const share = await api.post<{ token: string }>('/api/shares', {
      imageIds: [states.imageId, ...ids.slice(0, 2)],
    })
    const locked = await api.post<{ token: string }>('/api/shares', {
      albumId: states.albumId,
      title: longName,
      password: 'open sesame',
      downloads: true,
      uploads: true,
    })
    const webhook = await api.post<{ id: string }>('/api/webhooks', { url: 'https://example.com/hook' })
    const made = { imageId: ids[0] ?? '', shareToken: share.body.token, webhookId: webhook.body.id }
    const screensOf = (pages: readonly PageScreen[]): Screen[] =>
      pages.map(({ path, name, at }) => ({
        name: `page-${name}`,
        async open(page) {
          await follow(page, at?.(made) ?? path)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
        },
      }))
    await look(screensOf(pagesInFrame))
    await lookAtStates([
      // In 320 by 256 px the tray of uploads lies over most of the page, and what has the focus behind a menu closes it.
      ...(kind === 'zoomed' ? [] : statesOfLibrary(states)),
      ...statesOfPhoto(states),
      ...statesOfEditor(states),
      ...statesOfConsole,
    ])
    await page.evaluate(() => localStorage.removeItem('rendition.session'))
    await look(screensOf(pagesForAll))
    await lookAtStates(statesOfGuests({ open: share.body.token, locked: locked.body.token }))
    expect(faults).toEqual([])
    expect(open.faults).toEqual([])
    await page.context().close()
  })
})
