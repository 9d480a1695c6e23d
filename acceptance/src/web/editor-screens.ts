import type { Page } from 'playwright-core'
import { follow } from './browser.ts'
import { shown } from './editor-steps.ts'
import { backToPhotos, by, type Made, type Screen } from './screen-steps.ts'

const edited = async (page: Page, id: string) => {
  await follow(page, `/photos/${id}/edit`)
  await shown(page)
}
const tools = ['crop', 'light', 'looks', 'hide', 'mark', 'border', 'focus', 'steps', 'versions']

const undo = (page: Page) => by(page, 'button', 'Undo', 'Rückgängig').click()

/** Every tool as it is come to, and an edit. What is done is undone: the browser keeps it else. */
export const statesOfEditor = ({ imageId }: Made): Screen[] => [
  ...tools.map((tool, index) => ({
    name: `editor-${tool}`,
    async open(page: Page) {
      await edited(page, imageId)
      await page.getByRole('tab').nth(index).click()
    },
    close: backToPhotos,
  })),
  {
    name: 'editor-edited',
    async open(page) {
      await edited(page, imageId)
      await page.getByRole('tab').nth(tools.indexOf('hide')).click()
      await by(page, 'button', 'Hide a region', 'Bereich verdecken').click()
      await page.getByRole('tab').nth(tools.indexOf('looks')).click()
      await page.getByRole('radio').nth(2).click()
      await page.getByRole('tab').nth(tools.indexOf('steps')).click()
      await shown(page)
    },
    async close(page) {
      await undo(page)
      await undo(page)
      await backToPhotos(page)
    },
  },
  {
    name: 'editor-discarded',
    // A notice lies over half of a window at 400 %, for its seconds.
    at: (width) => width > 320,
    async open(page) {
      await edited(page, imageId)
      await page.getByRole('tab').nth(tools.indexOf('looks')).click()
      await page.getByRole('radio').nth(2).click()
      await by(page, 'button', 'Discard the changes', 'Änderungen verwerfen').click()
      await page.locator('[data-sonner-toast]').first().waitFor()
    },
    close: backToPhotos,
  },
  {
    name: 'preset-begun',
    async open(page) {
      await edited(page, imageId)
      await page.getByRole('tab').nth(tools.indexOf('looks')).click()
      await page.getByRole('radio').nth(2).click()
      await page.getByRole('tab').nth(tools.indexOf('steps')).click()
      await by(page, 'button', 'Save as preset', 'Als Vorgabe speichern').click()
      await by(page, 'button', 'Cancel', 'Abbrechen').waitFor()
    },
    async close(page) {
      await by(page, 'button', 'Cancel', 'Abbrechen').click()
      await edited(page, imageId)
      await undo(page)
      await backToPhotos(page)
    },
  },
]
