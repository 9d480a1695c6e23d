// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser, skipNote, visit, withoutChromium } from './browser.ts'
import { landscape } from './landscape.ts'
import { jpegFile, tiles, viewer } from './steps.ts'

const baseUrl = inject('baseUrl')

/** What the element that has the focus is called, and whether the focus can be seen. */
const focused = (page: Page): Promise<{ name: string; tag: string; seen: boolean }> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body)
      return { name: '', tag: '', seen: true }
    const labels = element instanceof HTMLInputElement ? element.labels : null
    const name = element.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element.textContent ?? ''
    const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(element)
    const within = element.closest('label')
    const ring = (style: CSSStyleDeclaration) => style.outlineStyle !== 'none'
    const seen =
      (outlineStyle !== 'none' && outlineWidth !== '0px') ||
      boxShadow !== 'none' ||
      (within !== null && ring(getComputedStyle(within))) ||
      (element.matches('input, textarea') && borderColor !== 'rgba(0, 0, 0, 0)')
    return {
      name: name.trim(),
      tag: `${element.matches(':focus-visible')} ${outlineStyle} ${outlineWidth} ${element.outerHTML.slice(0, 300)}`,
      seen,
    }
  })

/** Longer than the way through any page here. */
const mostStops = 70

/** Goes on by the Tab key until what has the focus is called so; on the way the focus is always to be seen. */
async function tabTo(page: Page, name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let stops = 0; stops < mostStops; stops++) {
    await page.keyboard.press(key)
    const at = await focused(page)
    expect(at.seen, `the focus on ${at.tag}`).toBe(true)
    if (typeof name === 'string' ? at.name === name : name.test(at.name)) return
    passed.push(at.name)
  }
  throw new Error(`The Tab key did not come to ${name}, but to ${passed.join(', ')}`)
}

describe.skipIf(withoutChromium)(`the main path by keyboard alone${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser({ args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  })
  afterAll(() => browser?.close())

  it('leads from the first visit over upload, edit, album, link and trash to signing out', {
    timeout: 300_000,
  }, async () => {
    const { page, faults } = await visit(browser, baseUrl)
    const { keyboard } = page
    const press = async (name: string | RegExp) => {
      await tabTo(page, name)
      await keyboard.press('Enter')
    }
    const tileFocused = () =>
      page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.tile !== undefined)
    const toTile = async () => {
      for (let stops = 0; !(await tileFocused()); stops++) {
        expect(stops, 'Tab reaches the photos').toBeLessThan(mostStops)
        await keyboard.press('Tab')
      }
    }
    await page.goto('/register')
    await page.getByLabel('Password').waitFor()
    const user = `k${Date.now().toString(36)}`
    await tabTo(page, 'Email or user name', 'Shift+Tab')
    await keyboard.type(user)
    await tabTo(page, 'Password')
    await keyboard.type(`secret ${user}`)
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()

    // The dialog of files is the system's.
    const dialog = page.waitForEvent('filechooser')
    await press('Upload')
    await (await dialog).setFiles(
      await Promise.all(
        [0, 1].map(async (seed) => jpegFile(`hills-${seed}.jpg`, await landscape(seed, 600, 400))),
      ),
    )
    await page.getByRole('heading', { name: '2 photos uploaded' }).waitFor({ timeout: 60_000 })
    await press('Close')

    await toTile()
    await keyboard.press('Enter')
    await viewer(page).waitFor()
    await press('Edit')
    await page.locator('[data-preview-current="true"]').waitFor()
    await tabTo(page, 'Crop')
    await keyboard.press('ArrowRight')
    await page.getByRole('slider', { name: 'Brightness' }).waitFor()
    // The field for its number comes first.
    for (const _ of ['number', 'slider']) await tabTo(page, 'Brightness')
    for (let n = 0; n < 20; n++) await keyboard.press('ArrowRight')
    await page.getByText('Not saved yet').waitFor()
    await keyboard.press('Control+s')
    await page.getByText('Version 2', { exact: true }).first().waitFor()
    await press('Close the editor')
    await viewer(page).getByRole('button', { name: 'Edit', exact: true }).waitFor()
    await keyboard.press('Escape')
    await viewer(page).waitFor({ state: 'detached' })

    await expect.poll(tileFocused).toBe(true)
    await keyboard.press('x')
    await page.getByText('1 selected').waitFor()
    await press('Add to album')
    // The first of the menu, which hears no key before it has the focus; the last one asks for a name.
    const newAlbum = page.getByRole('menuitem', { name: 'New album' })
    await expect.poll(() => newAlbum.evaluate((item) => item === document.activeElement)).toBe(true)
    await keyboard.press('Enter')
    await page
      .getByText(/1 photo in “/)
      .first()
      .waitFor()

    // Ctrl-K leads anywhere.
    await keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Command' }).waitFor()
    await keyboard.type('Albums')
    await keyboard.press('Enter')
    await page.locator('[data-album]').waitFor()
    await press(/1 photo$/)
    await expect.poll(() => tiles(page).count()).toBe(1)
    await press('Share')
    await page.getByRole('dialog').waitFor()
    await press('Make the link')
    await page.getByRole('textbox', { name: 'The link' }).waitFor()
    await keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await toTile()
    await keyboard.press('x')
    await press('Move to trash')
    await expect.poll(() => tiles(page).count()).toBe(0)
    await press(/^Undo/)
    await expect.poll(() => tiles(page).count()).toBe(1)
    await press('Account and appearance')
    const signOut = page.getByRole('menuitem', { name: 'Sign out' })
    await signOut.waitFor()
    // The menu is there before it has the focus.
    await expect
      .poll(async () => {
        await keyboard.press('End')
        return signOut.evaluate((item) => item === document.activeElement)
      })
      .toBe(true)
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })
})
