import type { Page } from 'playwright-core'
import { follow } from './browser.ts'
import {
  backToPhotos,
  by,
  dialog,
  type Made,
  onPhone,
  photos,
  pressEscape,
  type Screen,
} from './screen-steps.ts'
import { drop, shownPixels, tiles } from './steps.ts'

const selected = async (page: Page) => {
  await photos(page)
  await tiles(page).first().focus()
  for (const key of ['x', 'ArrowRight', 'x']) await page.keyboard.press(key)
  await page.getByText(/^2 (selected|ausgewählt)$/).waitFor()
}
/** Once for what is open over the selection, once for the selection. */
const unselect = async (page: Page) => {
  await pressEscape(page)
  await page.locator('[role=dialog], [role=alertdialog], [role=menu]').waitFor({ state: 'detached' })
  await pressEscape(page)
}
const ofSelection = (name: string, ...labels: string[]): Screen => ({
  name: `selection-${name}`,
  async open(page) {
    await selected(page)
    await by(page, 'button', 'More for the selection', 'Mehr für die Auswahl').click()
    if (labels.length === 0) return page.getByRole('menu').waitFor()
    await by(page, 'menuitem', ...labels).click()
    await page.locator('[role=dialog], [role=alertdialog]').waitFor()
  },
  close: unselect,
})

/** What lies over photos: menus, dialogs, the tray of uploads. */
export const statesOfLibrary = ({ albumId }: Made): Screen[] => [
  { name: 'album', open: (page) => photos(page, `?album=${albumId}`) },
  { name: 'favourites', open: (page) => photos(page, '?view=favourites') },
  { name: 'archive', open: (page) => photos(page, '?view=archive') },
  { name: 'trash', open: (page) => photos(page, '?view=trash') },
  ofSelection('menu'),
  ofSelection('edit', 'Edit all…', 'Alle bearbeiten …'),
  ofSelection('tag', 'Add a tag…', 'Schlagwort hinzufügen …'),
  ofSelection('public', 'Make public…', 'Öffentlich machen …'),
  {
    name: 'selection-albums',
    async open(page) {
      await selected(page)
      await by(page, 'button', 'Add to album', 'Zum Album').click()
      await page.getByRole('menu').waitFor()
    },
    close: unselect,
  },
  {
    name: 'save-search',
    async open(page) {
      await photos(page, '?q=hills')
      await by(page, 'button', 'Save search', 'Suche merken').click()
      await dialog(page).waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'from-address',
    async open(page) {
      await photos(page)
      await by(page, 'button', 'More ways to upload', 'Weitere Wege zum Hochladen').click()
      await by(page, 'menuitem', 'From an address…', 'Von einer Adresse …').click()
      await dialog(page).waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'account-menu',
    async open(page) {
      await photos(page)
      await by(page, 'button', 'Account and appearance', 'Konto und Darstellung').click()
      await page.getByRole('menu').waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'more-places',
    at: onPhone,
    async open(page) {
      await photos(page)
      await by(page, 'button', 'More', 'Mehr').click()
      await page.getByRole('menu').waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'upload-refused',
    async open(page) {
      await photos(page)
      await drop(page, [{ name: 'words.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') }])
      await page
        .getByText(/words\.jpg/)
        .first()
        .waitFor()
    },
    close: (page) => by(page, 'button', 'Close', 'Schließen').click(),
  },
]

const photo = async (page: Page, id: string) => {
  await follow(page, `/photos/${id}`)
  await shownPixels(page)
}

/** A photo by itself, and what is shared. */
export const statesOfPhoto = ({ imageId, albumId }: Made): Screen[] => [
  {
    name: 'photo-share',
    async open(page) {
      await photo(page, imageId)
      await by(dialog(page), 'button', 'Share', 'Freigeben').click()
      await by(page, 'button', 'Make the link', 'Link erstellen').waitFor()
    },
    close: backToPhotos,
  },
  {
    name: 'slideshow',
    async open(page) {
      await photo(page, imageId)
      await by(page, 'button', 'Slideshow', 'Diashow').click()
      await by(page, 'button', 'Stop the slideshow', 'Diashow beenden').waitFor()
    },
    async close(page) {
      await by(page, 'button', 'Stop the slideshow', 'Diashow beenden').click()
      await backToPhotos(page)
    },
  },
  {
    name: 'compare',
    async open(page) {
      await photo(page, imageId)
      await by(page, 'button', 'Compare', 'Vergleichen').click()
      await page
        .getByRole('dialog', { name: /^(Compare versions or formats|Versionen oder Formate vergleichen)$/ })
        .waitFor()
    },
    close: backToPhotos,
  },
  {
    name: 'share-album',
    async open(page) {
      await photos(page, `?album=${albumId}`)
      await by(page, 'button', 'Share', 'Freigeben').click()
      await by(page, 'button', 'Make the link', 'Link erstellen').waitFor()
      await by(page, 'button', 'Change', 'Ändern').waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'share-made',
    async open(page) {
      await photos(page)
      await tiles(page).first().focus()
      await page.keyboard.press('x')
      await by(page, 'button', 'Share', 'Freigeben').click()
      await by(page, 'button', 'Make the link', 'Link erstellen').click()
      await page.getByLabel(/^(The link|Der Link)$/).waitFor()
    },
    close: unselect,
  },
  {
    name: 'link-change',
    async open(page) {
      await follow(page, '/links')
      await by(
        page.getByRole('listitem').filter({ hasText: 'Two weeks' }),
        'button',
        'Change',
        'Ändern',
      ).click()
      await dialog(page).waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'link-revoke',
    async open(page) {
      await follow(page, '/links')
      await by(page, 'button', 'Revoke', 'Widerrufen').click()
      await page.getByRole('alertdialog').waitFor()
    },
    close: pressEscape,
  },
]
