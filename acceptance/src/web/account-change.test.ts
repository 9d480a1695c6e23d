// @module-tag slow/pages
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Account, createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import {
  launchBrowser,
  screenshot,
  skipNote,
  visit,
  withoutChromium,
  withoutWholeChromium,
} from './browser.ts'
import { drop, jpegFile, keepSession, tiles, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')
const api = createApi(baseUrl)

interface Person extends Account {
  /** Whatever would show that something of this account is still in a page. */
  words: string[]
}

/** An account with one photo in it. */
async function person(name: string): Promise<Person> {
  const account = await api.register()
  const photo = await api.as(account.accessToken).picture(await jpeg(600, 400), `${name}-private-photo.jpg`)
  return { ...account, words: [account.username, account.userId, `${name}-private-photo`, photo.id] }
}

/** A tab in which this account looks at its gallery. */
async function openAs(browser: Browser, account: Account) {
  const visited = await visit(browser, baseUrl)
  await keepSession(visited.page, account)
  await visited.page.goto('/')
  await tiles(visited.page).first().waitFor()
  return visited
}

/** Which of the words are anywhere in the tab: shown, typed, in its address, its title, or kept by the browser. */
function found(page: Page, words: readonly string[]): Promise<string[]> {
  return page.evaluate(async (all) => {
    const typed = [...document.querySelectorAll('input, textarea')].map(
      (field) => (field as HTMLInputElement).value,
    )
    const databases = await indexedDB.databases()
    const kept: unknown[] = []
    for (const { name = '' } of databases) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store).getAll()
        await new Promise((resolve) => {
          rows.onsuccess = resolve
        })
        kept.push(...rows.result.map((row) => [row, row.file?.name]))
      }
      database.close()
    }
    const everything = JSON.stringify([
      document.documentElement.outerHTML,
      typed,
      document.title,
      window.location.href,
      window.history.state,
      { ...localStorage },
      { ...sessionStorage },
      databases,
      kept,
      await caches.keys(),
      document.cookie,
    ])
    return all.filter((word) => everything.includes(word))
  }, words)
}

/** Holds every upload at the door of the browser, and tells as whom each of them was sent. */
async function holdUploads(context: BrowserContext) {
  const senders: string[] = []
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await context.route(
    (url) => url.pathname.startsWith('/api/uploads'),
    async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      senders.push((await route.request().headerValue('authorization')) ?? 'nobody')
      await held
      await route.continue().catch(() => undefined)
    },
  )
  return { senders, release }
}

const names = async ({ accessToken }: Account): Promise<unknown[]> =>
  (await api.as(accessToken).get<{ items: { originalName: string }[] }>('/api/images')).body.items.map(
    ({ originalName }) => originalName,
  )

/** Back to an address of the same page; Playwright's own `goBack` waits for a page to load. */
const backInPage = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        window.addEventListener('popstate', () => resolve(), { once: true })
        window.history.back()
      }),
  )

interface Scene {
  ann: Person
  bob: Person
  page: Page
  other: Page
}

/** Every way in which an account ends or changes, and who is signed in then. */
const ways: [string, 'nobody' | 'bob', (scene: Scene) => Promise<unknown>][] = [
  [
    'signing out in another tab',
    'nobody',
    async ({ other }) => {
      await other.getByRole('button', { name: 'Account and appearance' }).click()
      await other.getByRole('menuitem', { name: 'Sign out' }).click()
    },
  ],
  ['another account signing in in another tab', 'bob', ({ other, bob }) => keepSession(other, bob)],
  ['another account put in its place in this tab', 'bob', ({ page, bob }) => keepSession(page, bob)],
  ['the storage cleared by hand', 'nobody', ({ page }) => page.evaluate(() => localStorage.clear())],
  [
    'its session revoked elsewhere',
    'nobody',
    ({ ann }) => api.post('/api/auth/logout', { refreshToken: ann.refreshToken }),
  ],
  [
    'a refresh that is refused',
    'nobody',
    async ({ other, ann }) => {
      await keepSession(other, { ...ann, accessToken: 'bad', refreshToken: 'bad' })
      await other.reload()
    },
  ],
  [
    'its session ending while there was no network',
    'nobody',
    async ({ ann, page }) => {
      await page.context().setOffline(true)
      await page.getByText('You are offline.').first().waitFor()
      await api.post('/api/auth/logout', { refreshToken: ann.refreshToken })
      await page.context().setOffline(false)
    },
  ],
  ['the account erased', 'nobody', ({ ann }) => api.as(ann.accessToken).delete('/api/auth/me')],
]

describe.skipIf(withoutChromium)(`what is left of an account in the page${skipNote}`, () => {
  let browser: Browser
  let bob: Person
  beforeAll(async () => {
    ;[browser, bob] = await Promise.all([launchBrowser(), person('bob')])
  })
  afterAll(() => browser?.close())

  it.each(ways)('is nothing after %s', async (_way, next, change) => {
    const ann = await person('ann')
    const { page } = await openAs(browser, ann)
    const other = await page.context().newPage()
    await other.goto('/')
    await tiles(other).first().waitFor()

    // The bar of a selection lies over the search.
    await page.getByLabel('Search photos').fill('ann-private')
    await expect.poll(() => page.url()).toContain('q=ann-private')
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    await page.getByText('1 selected').waitFor()
    const { senders, release } = await holdUploads(page.context())
    const bytes = await jpeg(40, 30)
    await drop(
      page,
      [1, 2, 3, 4, 5].map((n) => jpegFile(`ann-private-upload-${n}.jpg`, bytes)),
    )
    await expect.poll(() => senders.length).toBe(3)
    const words = [...ann.words, 'ann-private']
    expect(await found(page, words)).toEqual(expect.arrayContaining(['ann-private', ann.userId]))

    await change({ ann, bob, page, other })
    for (const tab of [page, other]) {
      if (next === 'nobody') await tab.getByRole('heading', { name: 'Welcome back' }).waitFor()
      else await tab.getByRole('link', { name: 'bob-private-photo' }).waitFor()
      expect(new URL(tab.url()).href).toBe(`${baseUrl}/${next === 'nobody' ? 'login' : ''}`)
      expect(await found(tab, words)).toEqual([])
    }
    release()
    if (next === 'nobody') {
      await keepSession(other, bob)
      await page.getByRole('link', { name: 'bob-private-photo' }).waitFor()
    }
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByText(bob.username).waitFor()
    expect(await found(page, words)).toEqual([])
    // Three were on their way as Ann; nothing of hers was sent by anybody later.
    expect(senders).toHaveLength(3)
    expect(senders.filter((sender) => sender === `Bearer ${bob.accessToken}`)).toEqual([])
    expect(await names(bob)).toEqual(['bob-private-photo.jpg'])
    await page.context().close()
  })

  it.skipIf(withoutWholeChromium)('is nothing behind Back and Forward', async () => {
    const ann = await person('ann')
    // As in a browser of one's own: pages are kept as they were.
    const own = await launchBrowser({ whole: true, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
    const { page } = await openAs(own, ann)
    await page.getByLabel('Search photos').fill('ann-private')
    await expect.poll(() => page.url()).toContain('q=ann-private')
    await tiles(page).first().click()
    await viewer(page).getByLabel('Name').waitFor()
    const words = [...ann.words, 'ann-private']
    await page.evaluate(() => {
      document.documentElement.dataset.frozen = 'yes'
    })
    const other = await page.context().newPage()
    await other.goto('/')
    await page.goto('/docs/errors')
    await keepSession(other, bob)

    await page.goBack()
    const frozen = await page.evaluate(() => document.documentElement.dataset.frozen)
    expect(frozen, 'the page comes back as it was, not loaded anew').toBe('yes')
    for (let step = 0; step < 2; step++) {
      await page.getByRole('link', { name: 'bob-private-photo' }).waitFor()
      expect(new URL(page.url()).href).toBe(`${baseUrl}/`)
      expect(await found(page, words)).toEqual([])
      if (step === 0) await backInPage(page)
    }
    await screenshot(page, 'after-another-account')
    await own.close()
  })
})
