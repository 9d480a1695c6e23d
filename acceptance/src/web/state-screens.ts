import type { Locator, Page } from 'playwright-core'
import { follow } from './browser.ts'
import { shown } from './editor-steps.ts'
import { drop, shownPixels, tiles } from './steps.ts'

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
const by = (page: Page | Locator, role: Role, ...names: string[]): Locator =>
  page.getByRole(role, { name: new RegExp(`^(${names.join('|')})$`) }).first()
const dialog = (page: Page): Locator => page.getByRole('dialog').last()
const onPhone = (width: number): boolean => width < 640

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
const backToPhotos = async (page: Page) => {
  await pressEscape(page)
  await follow(page, '/')
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

const opened = (name: string, path: string, ...labels: string[]): Screen => ({
  name,
  async open(page) {
    await follow(page, path)
    await by(page, 'button', ...labels).click()
  },
  // So that what was opened is not open where one comes back.
  close: (page) => follow(page, '/albums'),
})

/** Forms of the console, open. */
export const statesOfConsole: readonly Screen[] = [
  { ...opened('activity-filter', '/console/activity', 'Filter'), at: onPhone },
  { ...opened('audit-filter', '/console/audit', 'Filter'), at: onPhone },
  opened('new-key', '/console/keys', 'New key', 'Neuer Schlüssel'),
  opened('new-webhook', '/console/webhooks', 'New webhook', 'Neuer Webhook'),
  opened('user-managed', '/console/users', 'Manage .*', '.* verwalten'),
  opened('erase-account', '/console/account', 'Erase the account…', 'Konto löschen …'),
  opened('presets-edited', '/console/presets', 'Edit', 'Bearbeiten'),
]

/** What a guest sees besides the photos of a link. */
export const statesOfGuests = (links: { open: string; locked: string }): Screen[] => [
  {
    name: 'shared-photo',
    async open(page) {
      await follow(page, `/s/${links.open}`)
      await page.locator('main ul > li img').first().click()
      await dialog(page).waitFor()
    },
    close: pressEscape,
  },
  {
    name: 'shared-locked',
    async open(page) {
      await follow(page, `/s/${links.locked}`)
      await page.locator('input[type=password]').waitFor()
    },
  },
  {
    name: 'shared-ended',
    async open(page) {
      await follow(page, '/s/nothing-behind-this-link')
      await page.getByRole('heading', { level: 1 }).first().waitFor()
    },
  },
]

/** A part of the page that does not come, in its place; to be taken before that part has come once. */
export const lostPage: Screen = {
  name: 'lost-page',
  async open(page) {
    await page.route(/duplicates-page/, (route) => route.abort())
    await follow(page, '/duplicates')
    await page.getByRole('alert').waitFor()
  },
  async close(page) {
    await follow(page, '/')
    await page.unroute(/duplicates-page/)
  },
}
