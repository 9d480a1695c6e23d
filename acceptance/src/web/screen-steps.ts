import type { Locator, Page } from 'playwright-core'
import { follow } from './browser.ts'
import { tiles } from './steps.ts'

/** A state of the page: how to get there from wherever one is, and back to where the next begins. */
export interface Screen {
  name: string
  open(page: Page): Promise<unknown>
  close?(page: Page): Promise<unknown>
  /** The widths that have it; all of them where it is not said. */
  at?(width: number): boolean
}

/** What the states are of. */
export interface Made {
  imageId: string
  albumId: string
}

export const pressEscape = (page: Page) => page.keyboard.press('Escape')
export const photos = async (page: Page, search = '') => {
  await follow(page, `/${search}`)
  await tiles(page).first().waitFor()
}

type Role = 'button' | 'menuitem' | 'heading' | 'switch'
/** By what it says in either language. */
export const by = (page: Page | Locator, role: Role, ...names: string[]): Locator =>
  page.getByRole(role, { name: new RegExp(`^(${names.join('|')})$`) }).first()
export const dialog = (page: Page): Locator => page.getByRole('dialog').last()
export const onPhone = (width: number): boolean => width < 640

export const backToPhotos = async (page: Page) => {
  await pressEscape(page)
  await follow(page, '/')
}
