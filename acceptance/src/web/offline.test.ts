// @module-tag slow/pages
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi, type ImageBody } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { choose, jpegFile, keepSession, tiles, uploaded, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')

const details = (page: Page) => viewer(page).getByRole('complementary', { name: 'Details' })
const confirm = (page: Page, action: string) =>
  page.getByRole('alertdialog').getByRole('button', { name: action }).click()

/** Notes every message that the page shows, since they go by themselves. */
const noteMessages = (page: Page) =>
  page.addInitScript(() => {
    const notes: string[] = []
    Object.assign(window, { notes })
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof Element)) continue
        // The first comes with the list around it.
        for (const toast of [node, ...node.querySelectorAll('*')]) {
          if (toast.matches('[data-sonner-toast]')) notes.push((toast.textContent ?? '').trim())
        }
      }
    }).observe(document, { childList: true, subtree: true })
  })
const said = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...(window as unknown as { notes: string[] }).notes])

/** Every change that the page offers, and what it says when it is refused. */
const changes: [string, (page: Page) => Promise<unknown>, string][] = [
  [
    'a deletion',
    async (page) => {
      await viewer(page).getByRole('button', { name: 'Move to trash' }).click()
    },
    'You are offline. The photo was not moved to the trash.',
  ],
  ...(['Name', 'Alt text'] as const).map((label): [string, (page: Page) => Promise<unknown>, string] => [
    `the ${label.toLowerCase()}`,
    async (page) => {
      const field = details(page).getByLabel(label)
      const before = await field.inputValue()
      await field.fill('changed offline')
      await page.keyboard.press('Enter')
      await details(page).getByText('Not saved.').waitFor()
      await field.focus()
      await page.keyboard.press('Escape')
      expect(await field.inputValue()).toBe(before)
      await details(page).getByText('Not saved.').waitFor({ state: 'detached' })
    },
    'You are offline. Nothing was changed.',
  ]),
  [
    'a tag added',
    async (page) => {
      const field = details(page).getByLabel('Tags', { exact: true })
      await field.fill('offline')
      await page.keyboard.press('Enter')
      await expect.poll(() => field.inputValue()).toBe('offline')
      await field.fill('')
    },
    'You are offline. Nothing was changed.',
  ],
  [
    'a tag taken off',
    (page) => details(page).getByRole('button', { name: 'Remove tag kept' }).click(),
    'You are offline. Nothing was changed.',
  ],
  [
    'making it public',
    async (page) => {
      await details(page).getByRole('switch').click()
      await confirm(page, 'Make public')
      expect(await details(page).getByRole('switch').getAttribute('aria-checked')).toBe('false')
    },
    'You are offline. Nothing was changed.',
  ],
  [
    'the deletion of several',
    async (page) => {
      await page.keyboard.press('Escape')
      await viewer(page).waitFor({ state: 'detached' })
      await tiles(page).first().focus()
      for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
      await page
        .getByRole('region', { name: 'Selection' })
        .getByRole('button', { name: 'Move to trash' })
        .click()
    },
    'You are offline. 2 photos were not moved to the trash.',
  ],
]

describe.skipIf(withoutChromium)(`the gallery without a network${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('refuses every change at once in words, lets uploads wait, and does nothing of it later', async () => {
    const { account, ...ann } = await createApi(baseUrl).signedIn()
    const bytes = await jpeg(300, 200)
    await ann.picture(await jpeg(2100, 1400), 'one.jpg', { tags: 'kept' })
    for (const name of ['two.jpg', 'three.jpg']) await ann.picture(bytes, name, { tags: 'kept' })
    const state = async () => {
      const { body } = await ann.get<{ items: ImageBody[] }>('/api/images')
      return body.items.map(({ id, originalName, tags, visibility, altText }) => ({
        ...{ id, originalName, tags, visibility, altText },
      }))
    }
    const before = await state()
    const { page } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await noteMessages(page)
    await page.goto('/')
    await tiles(page).first().click()
    await details(page).getByLabel('Name').waitFor()
    await withEveryPart(page)

    await page.context().setOffline(true)
    await page.getByText('You are offline. Nothing can be changed').waitFor({ state: 'attached' })
    for (const [what, change, words] of changes) {
      const before = (await said(page)).length
      await change(page)
      await expect
        .poll(async () => (await said(page)).slice(before), { message: what, timeout: 5_000 })
        .toEqual([words])
    }
    await page.keyboard.press('Escape')
    // The small picture that the gallery has shown is better than none.
    await tiles(page).last().click()
    const fault = viewer(page).getByRole('status').filter({ hasText: 'You are offline.' })
    await fault.getByRole('button', { name: 'Try again' }).waitFor()
    const small = viewer(page).getByRole('img', { name: 'one.jpg' })
    expect(
      await small.evaluate((picture: HTMLImageElement) => picture.complete && picture.naturalWidth),
    ).toBeGreaterThan(100)
    await screenshot(page, 'offline-small-picture')
    await page.keyboard.press('Escape')
    await viewer(page).waitFor({ state: 'detached' })
    // A search that cannot be asked shows that, and no photos that it did not find.
    await page.getByLabel('Search photos').fill('nothing-like-it')
    await page.getByRole('alert').getByText('You are offline.').waitFor()
    expect(await tiles(page).count()).toBe(0)
    await page.getByRole('button', { name: 'Remove filter' }).click()
    await expect.poll(() => tiles(page).count()).toBe(3)
    await choose(page, [jpegFile('waits.jpg', bytes), jpegFile('taken-back.jpg', bytes)])
    await page.getByRole('heading', { name: 'Waiting to upload 2 photos' }).waitFor()
    await expect.poll(() => page.getByText('waiting for the connection').count()).toBe(2)
    await screenshot(page, 'offline-waiting')
    await page.getByRole('button', { name: 'Cancel taken-back.jpg' }).click()

    const later: string[] = []
    page.on('request', (request) => {
      if (request.method() !== 'GET') later.push(`${request.method()} ${new URL(request.url()).pathname}`)
    })
    await page.context().setOffline(false)
    await uploaded(page, 1)
    expect(later).toEqual(['POST /api/uploads'])
    const [added, ...rest] = await state()
    expect(added?.originalName).toBe('waits.jpg')
    expect(rest).toEqual(before)
    await page.context().close()
  })

  it('stays as it is where a late part does not come, says so in one line, and fetches it when it is wanted again', async () => {
    const { account, ...ann } = await createApi(baseUrl).signedIn()
    await ann.picture(await jpeg(30, 20), 'one.jpg')
    const { page } = await visit(browser, baseUrl)
    await keepSession(page, account)
    const late = (url: URL) =>
      ['menu-parts', 'toasts', 'sheet-frame', 'viewer'].some((part) => url.pathname.includes(part))
    await page.route(late, (route) => route.abort())
    await page.goto('/')
    await tiles(page).first().waitFor()
    const line = page.getByRole('alert')
    const closeLine = async () => {
      await line.getByRole('button', { name: 'Close' }).click()
      await line.waitFor({ state: 'detached' })
    }

    const menu = page.getByRole('button', { name: 'Account and appearance' })
    await menu.click()
    await line.getByText('This menu could not be loaded.').waitFor()
    await expect.poll(() => menu.getAttribute('aria-expanded')).toBe('false')
    await closeLine()
    await page.keyboard.press('?')
    await line.getByText('This part of the page could not be loaded.').waitFor()
    await line.getByRole('button', { name: 'Load the page again' }).waitFor()
    await closeLine()
    await tiles(page).first().click()
    await line.getByText('This part of the page could not be loaded.').waitFor()
    await closeLine()
    await expect.poll(() => new URL(page.url()).pathname).toBe('/')
    // What is to be said is said all the same, with what can be done about it.
    await tiles(page).first().focus()
    await page.keyboard.press('x')
    const selection = page.getByRole('region', { name: 'Selection' })
    await selection.getByRole('button', { name: 'Move to trash' }).click()
    await line.getByText('1 photo moved to the trash').waitFor()
    await expect.poll(() => tiles(page).count()).toBe(0)
    await line.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => tiles(page).count()).toBe(1)
    await line.getByText('1 photo restored').waitFor()

    await page.unroute(late)
    await menu.click()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    await page.keyboard.press('Escape')
    await tiles(page).first().click()
    await details(page).getByLabel('Name').waitFor()

    // A page that does not come leaves the way to others, and is fetched again the next time.
    await page.keyboard.press('Escape')
    await page.route(/albums-page/, (route) => route.abort())
    await page.getByRole('link', { name: 'Albums' }).click()
    await line.getByText('this part of the page has not been loaded yet').waitFor()
    await screenshot(page, 'part-not-loaded')
    await page.getByRole('link', { name: 'Photos' }).click()
    await tiles(page).first().waitFor()
    expect(await line.getByText('this part of the page').count()).toBe(0)
    await page.unroute(/albums-page/)
    await page.getByRole('link', { name: 'Albums' }).click()
    await page.getByRole('heading', { name: 'Albums' }).waitFor()

    // A page that the service has under another name by now: no line is down.
    await page.route(/duplicates-page/, (route) => route.fulfill({ status: 404 }))
    const another = '<script type="module" src="/assets/another.js"></script>'
    await page.route(
      ({ pathname }) => pathname === '/',
      (route) => route.fulfill({ contentType: 'text/html', body: another }),
    )
    await page.getByRole('link', { name: 'Duplicates' }).click()
    await line.getByText('There is a new version of this page.').waitFor()
    await page.context().close()
  })

  it('leaves the gallery and the way to everything else where a part of it is at fault', async () => {
    const { account, ...ann } = await createApi(baseUrl).signedIn()
    for (const name of ['one.jpg', 'two.jpg']) await ann.picture(await jpeg(30, name.length), name)
    const { page } = await visit(browser, baseUrl)
    await keepSession(page, account)
    const throws = (name: string) => (route: Route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: `export { X as ${name} }; function X() { throw new Error('of the test') }`,
      })
    await page.route(/[/]viewer-[^/]*[.]js/, throws('Viewer'))
    await page.route(/duplicates-page-[^/]*[.]js/, throws('default'))
    await page.goto('/')
    const line = page.getByRole('alert').filter({ hasText: 'This page has run into a fault.' })
    for (const n of [0, 1]) {
      await tiles(page).nth(n).click()
      await line.getByRole('button', { name: 'Close' }).click()
      await line.waitFor({ state: 'detached' })
    }
    await tiles(page).first().click()
    await line.waitFor()
    await page.getByRole('link', { name: 'Duplicates' }).click()
    await line.getByRole('button', { name: 'Load it again' }).waitFor()
    await page.getByRole('link', { name: 'Albums' }).click()
    await page.getByRole('heading', { name: 'Albums' }).waitFor()
    expect(await line.count()).toBe(0)
    await page.context().close()
  })

  it('signs out at once and says what that does not do, and refuses to sign in', async () => {
    const { account } = await createApi(baseUrl).signedIn()
    const { page } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto('/')
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await withEveryPart(page)
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await page.getByText('You are signed out here, but the service could not be told').waitFor()
    expect(await page.getByText('signed out in another tab').count()).toBe(0)
    expect(await page.evaluate(() => localStorage.getItem('rendition.session'))).toBeNull()
    await screenshot(page, 'offline-signed-out')
    await page.getByLabel('Email or user name').fill(account.username)
    await page.getByLabel('Password').fill(account.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('You are offline.').waitFor()
    await page.context().setOffline(false)
    expect(await page.evaluate(() => navigator.onLine)).toBe(true)
    expect(await page.evaluate(() => localStorage.getItem('rendition.session'))).toBeNull()
    await page.context().close()
  })
})

/** What is fetched soon after the page; from then on it does without a network. */
const lateParts = [
  'menu-parts',
  'toasts',
  'ask-frame',
  'sheet-frame',
  'selection-actions',
  'upload-list',
  'auth-page',
] as const

async function withEveryPart(page: Page): Promise<void> {
  const fetched = () => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  for (const part of lateParts)
    await expect
      .poll(async () => (await fetched()).some((name) => name.includes(`/${part}-`)), { message: part })
      .toBe(true)
}
