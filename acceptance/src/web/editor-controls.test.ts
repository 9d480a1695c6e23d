// @module-tag slow/pages
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createApi } from '../api.ts'
import { launchBrowser, skipNote, visit, withoutChromium } from './browser.ts'
import { difference, drawn, rendered, setNumber, shown, tab } from './editor-steps.ts'
import { landscape } from './landscape.ts'
import { keepSession } from './steps.ts'

const baseUrl = inject('baseUrl')

/** What is done with a control, from a picture to which nothing was done, and what its URL then says. */
interface Control {
  does: (page: Page) => Promise<unknown>
  says: readonly string[]
}

const number =
  (name: string, value: number): Control['does'] =>
  (page) =>
    setNumber(page, name, value)
const press =
  (role: 'button' | 'radio' | 'switch', name: string): Control['does'] =>
  (page) =>
    page.getByRole(role, { name, exact: true }).click()
const both =
  (...all: readonly Control['does'][]): Control['does'] =>
  async (page) => {
    for (const one of all) await one(page)
  }
const fill =
  (label: string, text: string): Control['does'] =>
  (page) =>
    page.getByLabel(label, { exact: true }).fill(text)

const hide = press('button', 'Hide a region')
const mark = fill('Text', 'Ada')
const shape = (name: string): [string, Control] => [name, { does: press('radio', name), says: ['crop'] }]
const look = (name: string, says: string): [string, Control] => [
  name,
  { does: press('radio', name), says: [says] },
]
const place = (name: string, says: string): [string, Control] => [
  name,
  {
    does: both(mark, (page) => page.getByRole('radio', { name, exact: true }).check()),
    says: [`watermarkPosition=${says}`],
  },
]

/** Every control that changes pixels, by the tool it is in. */
const controls: Readonly<Record<string, Readonly<Record<string, Control>>>> = {
  Crop: {
    'Turn left': { does: press('button', 'Turn left'), says: ['rotate=270'] },
    'Turn right': { does: press('button', 'Turn right'), says: ['rotate=90'] },
    Mirror: { does: press('button', 'Mirror'), says: ['mirror=true'] },
    Flip: { does: press('button', 'Flip'), says: ['flip=true'] },
    Straighten: { does: number('Straighten', 5), says: ['%22rotate%22', '%22crop%22'] },
    ...Object.fromEntries(['1:1', '4:3', '3:4', '3:2', '2:3', '16:9', '9:16'].map(shape)),
  },
  Light: {
    Brightness: { does: number('Brightness', 1.3), says: ['brightness=1.3'] },
    Contrast: { does: number('Contrast', 1.4), says: ['contrast=1.4'] },
    Saturation: { does: number('Saturation', 1.5), says: ['saturation=1.5'] },
    Hue: { does: number('Hue', 60), says: ['hue=60'] },
    Gamma: { does: number('Gamma', 1.6), says: ['gamma=1.6'] },
    Sharpen: { does: number('Sharpen', 2), says: ['sharpen=2'] },
    Blur: { does: number('Blur', 6), says: ['blur=6'] },
    Tint: { does: press('switch', 'Tint'), says: ['tint='] },
    'Colour of the tint': {
      does: both(press('switch', 'Tint'), fill('Colour of the tint', '#206040')),
      says: ['tint=206040'],
    },
    'Black and white': { does: press('switch', 'Black and white'), says: ['grayscale=true'] },
    Negative: { does: press('switch', 'Negative'), says: ['negate=true'] },
  },
  Looks: Object.fromEntries([
    look('Vivid', 'saturation=1.35'),
    look('Soft', 'gamma=1.1'),
    look('Faded', 'contrast=0.78'),
    look('Deep', 'gamma=0.9'),
    look('Black and white', 'grayscale=true'),
    look('Silver', 'gamma=1.15'),
    look('Sepia', 'tint=8a5a2b'),
    look('Cyanotype', 'tint=1f5a94'),
  ]),
  Hide: {
    'Hide a region': { does: hide, says: ['pixelate%2C'] },
    Pixels: { does: both(hide, press('radio', 'Blur'), press('radio', 'Pixels')), says: ['pixelate%2C'] },
    Blur: { does: both(hide, press('radio', 'Blur')), says: ['%2Cblur%2C'] },
    Strength: { does: both(hide, number('Strength', 9)), says: ['%2Cpixelate%2C9'] },
  },
  Mark: {
    Text: { does: mark, says: ['watermarkText=Ada'] },
    'Use a picture': {
      does: both(press('button', 'Use a picture'), (page) =>
        page.getByRole('button', { name: 'stamp.jpg' }).click(),
      ),
      says: ['watermarkImage='],
    },
    ...Object.fromEntries([
      place('top left', 'northwest'),
      place('top', 'north'),
      place('top right', 'northeast'),
      place('left', 'west'),
      place('middle', 'centre'),
      place('right', 'east'),
      place('bottom left', 'southwest'),
      place('bottom', 'south'),
      ['bottom right', { does: mark, says: ['watermarkText=Ada'] }],
    ]),
    'All over the picture': {
      does: both(mark, press('switch', 'All over the picture')),
      says: ['watermarkTile=true'],
    },
    Size: { does: both(mark, number('Size', 0.6)), says: ['watermarkSize=0.6'] },
    Opacity: { does: both(mark, number('Opacity', 0.9)), says: ['watermarkOpacity=0.9'] },
    'Colour of the text': {
      does: both(mark, fill('Colour of the text', '#d02010')),
      says: ['watermarkColor=d02010'],
    },
  },
  Border: {
    Padding: { does: number('Padding', 12), says: ['pad'] },
    'Colour of the padding': {
      does: both(number('Padding', 12), fill('Colour of the padding', '#204060')),
      says: ['204060'],
    },
    'Round corners': { does: number('Round corners', 40), says: ['radius=40'] },
    'As round as can be': { does: press('switch', 'As round as can be'), says: ['radius=max'] },
    'Background under what is transparent': {
      does: both(number('Round corners', 40), press('switch', 'Background under what is transparent')),
      says: ['radius', 'background'],
    },
    'Colour of the background': {
      does: both(
        number('Round corners', 40),
        press('switch', 'Background under what is transparent'),
        fill('Colour of the background', '#204060'),
      ),
      says: ['204060'],
    },
  },
}

/** What changes no pixel by itself: the way back, shapes that cut nothing, what opens or takes away, another way to a number. */
const others =
  /^(Reset .*|Show all of it|Free|Original|As it is|Another picture|Without|stamp[.]jpg|\d+[.] .*|Show region \d+ again|.*, picked)$/

/** Names of what can be used in the tool that is open. */
const namesIn = (page: Page): Promise<string[]> =>
  page.getByRole('tabpanel').evaluate((panel) =>
    [...panel.querySelectorAll<HTMLElement>('button, input, [role=slider]')].map((element) => {
      const labelled = element instanceof HTMLInputElement || element instanceof HTMLButtonElement
      const label = labelled ? element.labels?.[0]?.querySelector('span')?.textContent : null
      const named = element.getAttribute('aria-label') ?? element.title
      return (
        named ||
        (label ?? (labelled ? element.labels?.[0]?.textContent : null)) ||
        element.textContent ||
        ''
      ).trim()
    }),
  )

describe.skipIf(withoutChromium)(`controls of the editor${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser({ args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  })
  afterAll(() => browser?.close())

  it.for(Object.entries(controls))(
    'preview what the service makes: %s',
    { timeout: 300_000 },
    async ([tool, table]) => {
      const { account, ...api } = await createApi(baseUrl).signedIn()
      await api.picture(await landscape(2, 160, 120), 'stamp.jpg')
      const image = await api.picture(await landscape(3, 500, 320), 'hills.jpg')
      const { page, faults } = await visit(browser, baseUrl)
      await keepSession(page, account)
      await page.goto(`/photos/${image.id}/edit`)
      await shown(page)
      const seen = new Set<string>()
      for (const [control, { does, says }] of Object.entries(table)) {
        await tab(page, tool)
        await does(page)
        for (const one of await namesIn(page)) seen.add(one)
        // The crop is shown uncut while it is at hand.
        if (tool === 'Crop') await tab(page, 'Steps')
        const whole = await rendered(page, api, image, says)
        await shown(page)
        expect.soft(await difference(await drawn(page), whole), control).toBeLessThan(2)
        await page.getByRole('button', { name: 'Discard the changes' }).click()
        // Else the next control might take this one's URL for its own.
        const url = () => page.locator('[data-edit-url]').getAttribute('data-edit-url')
        for (const said of says) await expect.poll(url).not.toContain(said)
      }
      // None is left out.
      expect([...seen].filter((one) => !others.test(one)).sort()).toEqual(Object.keys(table).sort())
      expect(faults).toEqual([])
      await page.context().close()
    },
  )

  it('are in every tool but those that change no pixel', async () => {
    const { account, ...api } = await createApi(baseUrl).signedIn()
    const image = await api.picture(await landscape(3, 300, 200), 'hills.jpg')
    const { page } = await visit(browser, baseUrl)
    await keepSession(page, account)
    await page.goto(`/photos/${image.id}/edit`)
    await shown(page)
    const tools = await page.getByRole('tablist', { name: 'Tools' }).getByRole('tab').allTextContents()
    expect(tools.map((tool) => tool.trim()).sort()).toEqual(
      [...Object.keys(controls), 'Focus', 'Steps', 'Versions'].sort(),
    )
    await page.context().close()
  })
})
