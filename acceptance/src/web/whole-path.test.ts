import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser, screenshot, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import {
  choose,
  drop,
  jpegFile,
  register,
  shownPixels,
  stagePicture,
  tiles,
  uploaded,
  viewer,
} from './steps.ts'

const baseUrl = inject('baseUrl')

describe.skipIf(withoutChromium)(`the gallery in a browser${skipNote}`, () => {
  let browser: Browser
  let photo: Buffer
  beforeAll(async () => {
    browser = await launchBrowser()
    photo = await landscape(0, 4032, 3024)
  })
  afterAll(() => browser?.close())

  it('takes a photo of 12 megapixels from the drop to its deletion', async () => {
    // With everything that moves, as most people have it.
    const { page, faults } = await visit(browser, baseUrl, { reducedMotion: 'no-preference' })
    await register(page)
    let loads = 0
    page.on('load', () => loads++)
    await screenshot(page, 'empty')

    await drop(page, [jpegFile('Evening hills.jpg', photo)])
    await page.getByRole('heading', { name: /^(Uploading|Making sizes)/ }).waitFor()
    await uploaded(page, 1)
    await screenshot(page, 'uploaded')

    await tiles(page).first().click()
    await expect.poll(() => page.url()).toMatch(/\/photos\/[0-9a-f-]{36}$/)
    const shownSizes: Record<string, [number, number]> = {}
    for (const name of ['thumbnail', 'small', 'medium', 'large', 'original']) {
      await viewer(page).locator(`[data-size=${name}]`).click()
      const row = await viewer(page).locator(`[data-size=${name}]`).textContent()
      await expect.poll(() => stagePicture(page).getAttribute('src')).toContain(name)
      const [width, height] = await shownPixels(page)
      expect(row).toContain(`${width} × ${height}`)
      expect(row).toMatch(/\d (kB|MB)/)
      shownSizes[name] = [width, height]
    }
    expect(shownSizes).toEqual({
      thumbnail: [150, 150],
      small: [480, 360],
      medium: [1024, 768],
      large: [1920, 1440],
      original: [4032, 3024],
    })
    await screenshot(page, 'viewer')
    expect(loads, 'the page was not loaded again').toBe(0)

    await page.locator('[data-copy]').click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const url = await page.evaluate(() => navigator.clipboard.readText())
    const copied = await fetch(url)
    expect(copied.status).toBe(200)
    expect(Buffer.from(await copied.arrayBuffer()).equals(photo)).toBe(true)

    const downloading = page.waitForEvent('download')
    await page.locator('[data-download]').click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('Evening hills.jpg')
    expect((await readFile(await download.path())).equals(photo)).toBe(true)

    await viewer(page).getByRole('button', { name: 'Move to trash' }).click()
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    expect((await fetch(url)).status).toBe(404)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('keeps many files going at once, says why one was not taken, and goes on', async () => {
    const { page, faults } = await visit(browser, baseUrl)
    await register(page)
    const photos = await Promise.all([1, 2, 3, 4, 5].map((seed) => landscape(seed, 600, 400)))
    const files = photos.map((bytes, index) => jpegFile(`hills-${index}.jpg`, bytes))
    await choose(page, [...files, jpegFile('notes.jpg', Buffer.from('this is no picture'))])
    await page.getByRole('heading', { name: '5 uploaded, 1 not' }).waitFor()
    const rejected = page.locator('[data-upload=rejected]')
    await expect.poll(() => rejected.textContent()).toMatch(/notes\.jpg.*image/is)
    await screenshot(page, 'rejected')
    await expect.poll(() => tiles(page).count()).toBe(5)

    await page.reload()
    await expect.poll(() => tiles(page).count()).toBe(5)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows in one tab what happens in another', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    const other = await page.context().newPage()
    const ready = other.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
    await other.goto('/')
    await other.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await ready
    await drop(page, [jpegFile('from-here.jpg', await landscape(6, 300, 200))])
    await uploaded(page, 1)
    await other.locator('[data-tile] img').first().waitFor()
    await page.context().close()
  })

  it('goes back to where a deep link pointed after signing in, and signs out', async () => {
    const { page } = await visit(browser, baseUrl)
    const { username, password } = await register(page)
    await drop(page, [jpegFile('link-me.jpg', await landscape(3, 300, 400))])
    await uploaded(page, 1)
    await tiles(page).first().click()
    await viewer(page).waitFor()
    const link = page.url()
    await page.keyboard.press('Escape')
    await viewer(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    expect(await page.evaluate(() => localStorage.getItem('rendition.session'))).toBeNull()

    await page.goto(link)
    await page.getByLabel('Email or user name').fill(username)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page
      .getByRole('alert')
      .getByText(/wrong|invalid|not/i)
      .waitFor()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await viewer(page).getByText('link-me.jpg').first().waitFor()
    expect(page.url()).toBe(link)
    await page.context().close()
  })

  it('renews an expired session without anybody noticing, in two tabs at once', async () => {
    const { page } = await visit(browser, baseUrl)
    await register(page)
    const other = await page.context().newPage()
    await other.goto('/')
    await other.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    const before = await page.evaluate(() => localStorage.getItem('rendition.session'))
    await page.evaluate(() => {
      const session = JSON.parse(localStorage.getItem('rendition.session') ?? '{}')
      localStorage.setItem('rendition.session', JSON.stringify({ ...session, expiresAt: 0 }))
    })
    await Promise.all([page.reload(), other.reload()])
    for (const tab of [page, other]) {
      await tab.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    }
    const after = await page.evaluate(() => localStorage.getItem('rendition.session'))
    expect(after).not.toBeNull()
    expect(after).not.toBe(before)

    // One that is refused ends the session, and the page says so.
    await page.evaluate(() => {
      const session = JSON.parse(localStorage.getItem('rendition.session') ?? '{}')
      localStorage.setItem(
        'rendition.session',
        JSON.stringify({ ...session, refreshToken: 'bad', expiresAt: 0 }),
      )
    })
    await page.reload()
    await page.getByText('Your session has ended').waitFor()
    await screenshot(page, 'session-ended')
    await page.context().close()
  })
})
