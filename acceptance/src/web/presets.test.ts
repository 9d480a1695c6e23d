// @module-tag slow/pages
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, createApi, type ImageBody } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { launchBrowser, skipNote, withoutChromium } from './browser.ts'
import { holdPage, openAs } from './console-steps.ts'

/** Presets are the whole installation's: a service of its own, and two administrators. */
describe.skipIf(withoutChromium)(`presets in the console${skipNote}`, { timeout: 180_000 }, () => {
  let browser: Browser
  let service: Service
  let ann: Account
  let bob: Account
  let imageId: string
  const api = (account: Account) => createApi(service.baseUrl, account.accessToken)
  const open = (account: Account, path = '/console/presets') =>
    openAs(account, browser, service.baseUrl, path)
  const small = async (): Promise<ImageBody['sizes'][string] | undefined> =>
    (await api(ann).get<ImageBody>(`/api/images/${imageId}`)).body.sizes.small

  beforeAll(async () => {
    service = await startService({ own: true })
    ann = await createApi(service.baseUrl).register()
    bob = await createApi(service.baseUrl).register()
    const promoted = await api(ann).patch(`/api/admin/users/${bob.userId}`, { role: 'admin' })
    expect(promoted.status).toBe(200)
    imageId = (await api(ann).picture(await jpeg(900, 600), 'boat.jpg')).id
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  it('shows what a change makes and costs, applies it, and goes back', async () => {
    const { page, faults } = await open(ann)
    const list = page.getByRole('list', { name: 'Presets' })
    await list.getByText('480 × 480, fit inside, enlarge false').waitFor()
    await holdPage(page, 'presets')
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByText('Nothing is changed yet.').waitFor()
    await page.getByRole('button', { name: 'Edit small' }).click()
    await page.getByLabel('Width', { exact: true }).fill('300')
    await page.getByLabel('Height', { exact: true }).fill('300')
    // The very picture, of one's own photo
    await page.getByRole('list', { name: 'Samples' }).getByText('300 × 200').waitFor()
    const cost = page.getByRole('region', { name: 'What it costs' })
    await cost.getByText('Judged from 1 photos').waitFor()
    await cost.getByText('small').waitFor()
    await holdPage(page, 'presets-edit')
    await page.getByRole('button', { name: 'Add a preset' }).click()
    await page.getByText('A preset has no usable name yet.').waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Apply to all photos' }).isDisabled()).toBe(true)
    await page.getByLabel('Name', { exact: true }).fill('hero')
    await page.getByLabel('Note').fill('sharper phones')
    await page.getByRole('button', { name: 'Apply to all photos' }).click()
    const sets = page.getByRole('list', { name: 'Sets' })
    await sets.locator('[data-set="2"]').getByText('In force').waitFor()
    await sets.getByText('sharper phones').waitFor()
    await list.getByText('300 × 300, fit inside, enlarge false').waitFor()
    expect(await small()).toMatchObject({ width: 300, url: expect.stringContaining('&set=2') })
    await holdPage(page, 'presets-sets')
    await page.getByRole('button', { name: 'Bring back set 1' }).click()
    await sets.locator('[data-set="3"]').getByText('In force').waitFor()
    await sets.getByText('as set 1').waitFor()
    expect(await small()).toMatchObject({ width: 480 })
    expect(faults).toEqual([])
    const audit = await api(ann).get<{ items: { action: string; actor: { id: string } | null }[] }>(
      '/api/admin/audit?kind=presets',
    )
    expect(audit.body.items.map(({ action, actor }) => [action, actor?.id ?? null])).toEqual([
      ['presets.switch', null],
      ['presets.restore', ann.userId],
      ['presets.switch', null],
      ['presets.change', ann.userId],
    ])
    await page.context().close()
  })

  it('keeps two administrators from undoing each other, and says so offline', async () => {
    const [first, second] = [await open(ann), await open(bob)]
    for (const { page } of [first, second]) {
      await page.getByRole('button', { name: 'Edit', exact: true }).click()
      await page.getByRole('button', { name: 'Edit thumbnail' }).click()
    }
    await second.page.getByLabel('Width', { exact: true }).fill('120')
    await first.page.getByLabel('Width', { exact: true }).fill('140')
    await first.page.getByRole('button', { name: 'Apply to all photos' }).click()
    await first.page.getByRole('list', { name: 'Presets' }).getByText('140 × 150').waitFor()
    // Nothing of what he typed is lost, and nothing of hers
    await second.page.getByText('The presets changed since this was begun').waitFor()
    const apply = second.page.getByRole('button', { name: 'Apply to all photos' })
    await expect.poll(() => apply.isDisabled()).toBe(true)
    await expect.poll(() => second.page.getByLabel('Width', { exact: true }).inputValue()).toBe('120')
    await second.page.getByRole('button', { name: 'Begin from the new ones' }).click()
    await second.page.getByRole('list', { name: 'Presets' }).getByText('140 × 150').waitFor()
    await second.page.getByRole('button', { name: 'Cancel' }).click()
    await second.page.context().setOffline(true)
    await second.page.getByText('You are offline. This is what it was before.').first().waitFor()
    await second.page.getByRole('button', { name: 'Bring back set 1' }).click()
    await second.page.getByText('You are offline.', { exact: true }).first().waitFor()
    for (const { page } of [first, second]) await page.context().close()
  })

  it('begins with an edit, and refuses one that has steps of one photo alone', async () => {
    const { page, faults } = await open(ann, `/photos/${imageId}/edit`)
    const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
    const save = page.getByRole('button', { name: 'Save as preset' })
    await page.getByRole('button', { name: 'Turn right' }).click()
    await page.getByRole('radio', { name: '1:1' }).click()
    await tab('Steps')
    await page.getByText('No preset, since it has steps that are of this photo alone: Crop.').waitFor()
    await expect.poll(() => save.isDisabled()).toBe(true)
    await page.getByRole('button', { name: /^Delete: Crop/ }).click()
    await save.click()
    await page.getByRole('button', { name: 'Edit New preset' }).waitFor()
    // Its name is what is asked for, and nothing is wrong before it was typed.
    const name = page.getByLabel('Name', { exact: true })
    await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await name.getAttribute('aria-invalid')).toBe('false')
    // A preset that is only begun outlives the page.
    await page.reload()
    await page.getByRole('button', { name: 'Apply to all photos' }).waitFor()
    await page.getByLabel('Name', { exact: true }).fill('turned')
    await holdPage(page, 'presets-from-an-edit')
    await page.getByRole('button', { name: 'Apply to all photos' }).click()
    const list = page.getByRole('list', { name: 'Presets' })
    await list.getByText('turned').waitFor()
    await list.getByText('rotate 90').waitFor()
    const sizes = async () => (await api(ann).get<ImageBody>(`/api/images/${imageId}`)).body.sizes
    await expect.poll(async () => Object.keys(await sizes())).toContain('turned')
    await page.reload()
    await list.getByText('turned').waitFor()
    expect(await page.getByRole('button', { name: 'Apply to all photos' }).count()).toBe(0)
    expect((await sizes()).turned).toMatchObject({ width: 600, height: 900 })

    // Steps in an order that no parameters can say are told by their names, and what cannot stand beside them is not offered.
    await page.goto(`/photos/${imageId}/edit`)
    await tab('Looks')
    await page.getByRole('radio', { name: 'Sepia' }).click()
    await tab('Steps')
    await page.getByRole('button', { name: /^Delete: Turn/ }).click()
    await page.getByRole('button', { name: /^Later: Contrast/ }).click()
    await save.click()
    await page.getByText('Tint #8a5a2b, Contrast 1.05', { exact: true }).waitFor()
    await page.getByText('Done in an order of its own, which stays: Tint #8a5a2b, Contrast 1.05.').waitFor()
    expect(await page.getByLabel('Width', { exact: true }).count()).toBe(0)
    await page.getByLabel('Format', { exact: true }).selectOption('webp')
    const refused: number[] = []
    page.on('response', (answer) => answer.status() >= 400 && refused.push(answer.status()))
    await name.pressSequentially('brown')
    await page.getByRole('region', { name: 'What it costs' }).getByText('brown').waitFor()
    await holdPage(page, 'presets-of-steps')
    await page.getByRole('button', { name: 'Apply to all photos' }).click()
    await list.getByText('Tint #8a5a2b, Contrast 1.05, format webp').waitFor()
    await expect.poll(async () => Object.keys(await sizes())).toContain('brown')
    expect(refused).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('is shown to administrators alone, and read only where PRESETS is set', async () => {
    const user = await createApi(service.baseUrl).register()
    const { page } = await open(user, '/console/account')
    await page.getByRole('heading', { name: 'Account', exact: true }).first().waitFor()
    expect(await page.getByRole('link', { name: 'Presets' }).count()).toBe(0)
    const own = await api(user).picture(await jpeg(60, 40), 'own.jpg')
    await page.goto(`/photos/${own.id}/edit`)
    await page.getByRole('button', { name: 'Turn right' }).click()
    await page.getByRole('tab', { name: 'Steps', exact: true }).click()
    await page.getByRole('button', { name: 'Copy the edit' }).waitFor()
    expect(await page.getByRole('button', { name: 'Save as preset' }).count()).toBe(0)
    await page.context().close()
    await service.restart({ PRESETS: '{"tiny":{"steps":[{"op":"resize","width":64}]}}' })
    const again = await open(ann)
    await again.page.getByText('The variable PRESETS of this installation sets them.').waitFor()
    await again.page.getByText('64 × …').waitFor()
    expect(await again.page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0)
    await again.page.goto(`/photos/${imageId}/edit`)
    await again.page.getByRole('button', { name: 'Turn right' }).click()
    await again.page.getByRole('tab', { name: 'Steps', exact: true }).click()
    await again.page.getByText('so none can be added here').waitFor()
    await again.page.context().close()
  })
})
