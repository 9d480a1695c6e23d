import { follow } from './browser.ts'
import { by, dialog, onPhone, pressEscape, type Screen } from './screen-steps.ts'

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
