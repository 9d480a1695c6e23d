// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Account, createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { axeFindings } from './axe.ts'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { type FrontOfService, standInFront } from './front-of-service.ts'
import { allPicturesShown, keepSession, tiles, uploaded, viewer } from './steps.ts'

const serviceUrl = inject('baseUrl')
const host = 'rendition.test'

/** Names of the caches of our page, without the shells. */
const cachesOf = (page: Page, part: string): Promise<string[]> =>
  page.evaluate(
    async (start) => (await caches.keys()).filter((name) => name.startsWith(start)),
    `rendition-${part}`,
  )

/** Waits until the worker has the page, and this account so many pictures in it. */
async function keptBy(page: Page, { userId }: Account, pictures: number): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  const count = () =>
    page.evaluate(async (name) => {
      if (!(await caches.has(name))) return 0
      const urls = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)
      return urls.includes('/seen/note') ? urls.filter((path) => path.startsWith('/images/')).length : 0
    }, `rendition-seen-${userId}`)
  await expect.poll(count).toBeGreaterThanOrEqual(pictures)
}

/** Loads the page anew, in another language. */
async function speak(page: Page, language: string): Promise<void> {
  await page.evaluate((name) => localStorage.setItem('rendition.language', name), language)
  await page.reload()
}

const wider = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

/** As another app does by way of the system: a form for the page. */
async function share(
  page: Page,
  files: readonly { name: string; type: string; bytes: Buffer }[],
): Promise<void> {
  const encoded = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') }))
  await page.evaluate((list) => {
    const form = document.createElement('form')
    Object.assign(form, { method: 'post', action: '/share', enctype: 'multipart/form-data' })
    const field = Object.assign(document.createElement('input'), {
      type: 'file',
      name: 'files',
      multiple: true,
    })
    const data = new DataTransfer()
    for (const { name, type, base64 } of list)
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }))
    field.files = data.files
    form.append(field)
    document.body.append(form)
    form.submit()
  }, encoded)
}

describe.skipIf(withoutChromium)(`the page where the service cannot be reached${skipNote}`, () => {
  let browser: Browser
  let front: FrontOfService
  beforeAll(async () => {
    front = await standInFront(serviceUrl)
    browser = await launchBrowser({ args: [`--host-resolver-rules=MAP ${host} 127.0.0.1`] })
  })
  afterAll(async () => {
    await browser?.close()
    await front?.close()
  })
  afterEach(async () => {
    front.show('first')
    await front.restore()
  })

  const api = () => createApi(serviceUrl)
  /** A page that may keep itself, as `account`. */
  const open = async (account: Account) => {
    const { page, faults } = await visit(browser, front.baseUrl, { serviceWorkers: 'allow' })
    await keepSession(page, account)
    await page.goto('/')
    return { page, faults }
  }

  it('opens with what was seen, says so, and takes everything anew when there is an answer', async () => {
    const { account, ...ann } = await api().signedIn()
    for (const name of ['one.jpg', 'two.jpg']) await ann.picture(await jpeg(300, 200), name)
    const { page } = await open(account)
    await allPicturesShown(page, 2)
    await keptBy(page, account, 2)

    await front.cut()
    await page.reload()
    await page.getByText('The service cannot be reached. This is as of').waitFor()
    await allPicturesShown(page, 2)
    expect(await page.locator('[data-tile] img').first().getAttribute('src')).toContain(
      `/seen/${account.userId}/images/`,
    )
    await screenshot(page, 'offline-kept')
    await page.setViewportSize({ width: 390, height: 800 })
    await screenshot(page, 'offline-kept-phone')
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await axeFindings(page)).toEqual([])
    // In every language, whose texts were kept with the page.
    for (const [language, note] of [
      ['de', /Der Dienst ist nicht erreichbar/],
      ['ar-XB', /\u202eThe service cannot be reached/],
    ] as const) {
      await speak(page, language)
      await page.setViewportSize({ width: 390, height: 800 })
      await page.getByRole('status').filter({ hasText: note }).waitFor()
      await allPicturesShown(page, 2)
      await screenshot(page, `offline-kept-${language}`)
      expect(await wider(page), language).toBe(0)
      expect(await axeFindings(page, { within: 'header' }), language).toEqual([])
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await speak(page, 'en')
    await page.getByText('This is as of').waitFor()
    await tiles(page).first().click()
    await viewer(page).getByLabel('Name').waitFor()
    await expect
      .poll(() =>
        page.locator('[data-stage-picture]').evaluate((image: HTMLImageElement) => image.naturalWidth),
      )
      .toBeGreaterThan(0)
    await page.reload()
    await viewer(page).getByLabel('Name').waitFor()
    await page.keyboard.press('Escape')
    await tiles(page).first().focus()
    await page.keyboard.press('f')
    await page.getByText('The photo was not changed.').first().waitFor()

    await front.restore()
    await page.getByText('This is as of').waitFor({ state: 'detached' })
    await expect
      .poll(() => page.locator('[data-tile] img').first().getAttribute('src'))
      .not.toContain('/seen/')
    // What the worker does not answer, such as a download, is asked for once.
    for (const path of ['/docs', '/api/nowhere', '/images/nowhere']) {
      const before = front.asked(path)
      await page.goto(path)
      expect(front.asked(path) - before, path).toBe(1)
    }
    await page.context().close()
  })

  it('keeps nothing for anybody else, nor after signing out', async () => {
    const { account, ...ann } = await api().signedIn()
    const { account: bobs, ...bob } = await api().signedIn()
    await ann.picture(await jpeg(300, 200), 'of-ann.jpg')
    await bob.picture(await jpeg(300, 200), 'of-bob.jpg')
    const { page } = await open(account)
    await allPicturesShown(page, 1)
    await keptBy(page, account, 1)

    // Another tab signs in as somebody else.
    const other = await page.context().newPage()
    await other.goto('/docs')
    await keepSession(other, bobs)
    await tiles(page)
      .and(page.getByRole('link', { name: 'of-bob.jpg' }))
      .waitFor()
    await keptBy(page, bobs, 1)
    expect(await cachesOf(page, 'seen-')).toEqual([`rendition-seen-${bobs.userId}`])
    await other.close()

    await front.cut()
    await page.goto('/')
    await page.getByText('This is as of').waitFor()
    await expect
      .poll(() => tiles(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('aria-label'))))
      .toEqual(['of-bob.jpg'])
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await expect.poll(() => cachesOf(page, 'seen-')).toEqual([])
    const left = await page.evaluate(async () =>
      (await indexedDB.databases()).map(({ name }) => name).concat(Object.keys(localStorage)),
    )
    expect(left.filter((name) => name !== 'rendition.gallery')).toEqual([])
    await page.goto('/')
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    expect(await page.getByText('of-').count()).toBe(0)
    await front.restore()
    await page.context().close()
  })

  it('takes another build whole or not at all, tells of it, and goes when the service has none', async () => {
    const { account } = await api().signedIn()
    const { page } = await open(account)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    const listens = page.waitForResponse((response) => response.url().includes('/offline-worker-'))
    await page.reload()
    await listens
    const shells = () => cachesOf(page, 'shell-')
    const [first = ''] = await shells()
    const update = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready
        await registration.update()
        const worker = registration.installing
        if (worker !== null)
          await new Promise<void>((resolve) => {
            worker.addEventListener('statechange', () => {
              if (['activated', 'redundant'].includes(worker.state)) resolve()
            })
          })
        return worker?.state
      })

    front.show('mixed')
    expect(await update()).toBe('redundant')
    expect(await shells()).toEqual([first])
    front.show('second')
    expect(await update()).toBe('activated')
    expect(await shells()).toEqual([first, 'rendition-shell-second'])
    await page.getByText('There is a new version of this page.').waitFor()
    // The old tab goes on, though the service has its parts no more.
    const scripts = () =>
      page.evaluate(() =>
        [...document.scripts].map(({ src }) => src).filter((src) => src.includes('/index-')),
      )
    expect((await scripts()).join()).not.toContain('.second.')
    await front.cut()
    await page.getByRole('link', { name: 'Albums' }).first().click()
    await page.getByRole('heading', { name: 'Albums' }).waitFor()
    await page.goto('/')
    await expect.poll(scripts).toEqual([expect.stringContaining('.second.js')])
    await page.locator('header').waitFor()
    await front.restore()

    front.show('revoked')
    await page.goto('/')
    await expect.poll(() => cachesOf(page, '')).toEqual([])
    await expect
      .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length))
      .toBe(0)
    await page.context().close()
  })

  it('asks about what is shared, after signing in and a reload, and uploads it', async () => {
    const { account } = await api().signedIn()
    const { page } = await open(account)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await page.evaluate(() => localStorage.removeItem('rendition.session'))
    await page.goto('/login')
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    const bytes = await jpeg(300, 200)
    await share(page, [
      { name: 'täglich.jpg', type: 'image/jpeg', bytes },
      { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no image') },
      { name: 'ים (2).txt', type: 'text/plain', bytes: Buffer.from('no image') },
    ])
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await keepSession(page, account)
    const question = page.getByRole('alertdialog', { name: 'Upload the photo that was shared?' })
    await question.waitFor()
    await page.reload()
    await question.getByText(account.username).waitFor()
    await question.getByText('notes.txt').waitFor()
    await screenshot(page, 'shared-question')
    expect(await axeFindings(page, { within: '[role=alertdialog]' })).toEqual([])
    for (const language of ['de', 'ar-XB']) {
      await speak(page, language)
      const asked = page.getByRole('alertdialog')
      // Each name goes its own way, and leaves the sentence to its.
      await expect
        .poll(() => asked.locator('bdi').allTextContents())
        .toEqual([account.username, 'notes.txt', 'ים (2).txt'])
      await screenshot(page, `shared-question-${language}`)
      expect(await wider(page), language).toBe(0)
      expect(await axeFindings(page, { within: '[role=alertdialog]' }), language).toEqual([])
    }
    await speak(page, 'en')
    await question.waitFor()
    const twin = await page.context().newPage()
    await twin.goto(front.baseUrl)
    const asksToo = twin.getByRole('alertdialog', { name: 'Upload the photo that was shared?' })
    await asksToo.waitFor()
    await question.getByRole('button', { name: 'Upload' }).click()
    await uploaded(page, 1)
    await tiles(page)
      .and(page.getByRole('link', { name: 'täglich.jpg' }))
      .waitFor()
    expect(await cachesOf(page, 'shared')).toEqual([])
    // Of two tabs that ask one uploads it.
    const sent = front.asked('/api/uploads')
    expect(sent).toBeGreaterThan(0)
    await asksToo.getByRole('button', { name: 'Upload' }).click()
    await asksToo.waitFor({ state: 'detached' })
    await twin.reload()
    await allPicturesShown(twin, 1)
    expect(front.asked('/api/uploads')).toBe(sent)
    await twin.close()

    await share(page, [{ name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no image') }])
    await page.getByText('Nothing that was shared is an image.').waitFor()
    // What was shared with one is not asked of another.
    await share(page, [{ name: 'two.jpg', type: 'image/jpeg', bytes }])
    await question.waitFor()
    await page.evaluate(() => localStorage.removeItem('rendition.session'))
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await expect.poll(() => cachesOf(page, 'shared')).toEqual([])

    // Nobody signs in for it.
    await share(page, [{ name: 'two.jpg', type: 'image/jpeg', bytes }])
    await expect.poll(() => cachesOf(page, 'shared')).toHaveLength(1)
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await page.evaluate(async () => {
      const cache = await caches.open('rendition-shared')
      const note = await (await cache.match('/shared/note'))?.json()
      await cache.put('/shared/note', Response.json({ ...note, until: Date.now() - 1 }))
    })
    await page.reload()
    await expect.poll(() => cachesOf(page, 'shared')).toEqual([])
    await page.context().close()
  })

  it('leaves nothing behind where the service has no worker any more, whatever other tabs show', async () => {
    const { account, ...ann } = await api().signedIn()
    await ann.picture(await jpeg(300, 200), 'one.jpg')
    const { page } = await open(account)
    await allPicturesShown(page, 1)
    await keptBy(page, account, 1)
    front.show('revoked')
    const other = await page.context().newPage()
    await other.goto(`${front.baseUrl}/albums`)
    await expect.poll(() => cachesOf(other, '')).toEqual([])
    // The first tab learns something, as it does all day.
    await page.getByRole('link', { name: 'Favourites' }).first().click()
    await expect.poll(() => tiles(page).count()).toBe(0)
    await other.close()
    const registered = () =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistration()) !== undefined)
    expect(await registered()).toBe(false)
    // Longer than a tab waits with what it learns.
    const until = Date.now() + 4_000
    await expect
      .poll(async () => [Date.now() > until, ...(await cachesOf(page, ''))], { timeout: 8_000 })
      .toEqual([true])
    await page.context().close()
  })

  it('is as ever over plain http by another name than localhost', async () => {
    const { account, ...ann } = await api().signedIn()
    await ann.picture(await jpeg(300, 200), 'one.jpg')
    const site = front.baseUrl.replace('127.0.0.1', host)
    const { page, faults } = await visit(browser, site, { serviceWorkers: 'allow' })
    await keepSession(page, account)
    const started = page.waitForResponse((response) => response.url().includes('/toasts-'))
    await page.goto('/')
    await started
    await tiles(page).first().waitFor()
    expect(await page.evaluate(() => ['caches' in window, 'serviceWorker' in navigator])).toEqual([
      false,
      false,
    ])
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })
})
