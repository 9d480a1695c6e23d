import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { Account } from '../api.ts'

/** A file as it is chosen, dropped or pasted. */
export interface PageFile {
  name: string
  mimeType: string
  buffer: Buffer
}

export const jpegFile = (name: string, buffer: Buffer): PageFile => ({ name, mimeType: 'image/jpeg', buffer })

/** Makes an account through the page; the gallery is open afterwards. */
export async function register(page: Page): Promise<{ username: string; password: string }> {
  const username = `w${randomBytes(8).toString('hex')}`
  const password = `secret ${username}`
  await page.goto('/register')
  await page.getByLabel('Email or user name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
  return { username, password }
}

/** Puts an account's session where the page keeps it, in a tab of any address of ours: an empty one gets the lightest. */
export async function keepSession(page: Page, account: Account): Promise<void> {
  const { userId, accessToken, refreshToken } = account
  const session = JSON.stringify({ userId, accessToken, refreshToken, expiresAt: Date.now() + 800_000 })
  if (page.url() === 'about:blank') await page.goto('/health')
  await page.evaluate((text) => localStorage.setItem('rendition.session', text), session)
}

/** Drops files onto the page as the desktop would. */
export async function drop(page: Page, files: readonly PageFile[]): Promise<void> {
  const encoded = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    base64: buffer.toString('base64'),
  }))
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer()
    for (const { name, mimeType, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      data.items.add(new File([bytes], name, { type: mimeType }))
    }
    return data
  }, encoded)
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('body', type, { dataTransfer: transfer })
  }
}

/** Chooses files in the system's dialog. */
export async function choose(page: Page, files: readonly PageFile[]): Promise<void> {
  const dialog = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await (await dialog).setFiles([...files])
}

/** Waits until the tray counts this many uploads as done. */
export const uploaded = (page: Page, count: number): Promise<void> =>
  page.getByRole('heading', { name: `${count} ${count === 1 ? 'photo' : 'photos'} uploaded` }).waitFor()

export const tiles = (page: Page) => page.locator('[data-tile]')
export const viewer = (page: Page) => page.getByRole('dialog')
export const stagePicture = (page: Page) => page.locator('[data-stage-picture]')

/** Width and height of the file that the viewer shows, once it is there. */
export async function shownPixels(page: Page): Promise<[number, number]> {
  const handle = await page.waitForFunction(() => {
    const picture = document.querySelector<HTMLImageElement>('[data-stage-picture]')
    return picture?.complete && picture.naturalWidth > 0 && !picture.classList.contains('opacity-0')
      ? ([picture.naturalWidth, picture.naturalHeight] as [number, number])
      : null
  })
  return (await handle.jsonValue()) as [number, number]
}

/** Waits until the grid has so many tiles, and the picture of each. */
export async function allPicturesShown(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => {
    const pictures = [...document.querySelectorAll<HTMLImageElement>('[data-tile] img')]
    return (
      pictures.length === wanted &&
      pictures.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
    )
  }, count)
}
