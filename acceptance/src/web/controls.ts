import type { Page } from 'playwright-core'
import sharp from 'sharp'

/** What the Tab key stops at, of what is not behind a dialog. */
const stops =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]'

interface Control {
  name: string
  left: number
  top: number
  width: number
  height: number
}

/** Controls that lie wholly under something else once they have the focus (WCAG 2.4.11). */
export const coveredControls = (page: Page): Promise<string[]> =>
  page.evaluate((selector) => {
    const covered: string[] = []
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (element.tabIndex < 0 || element.closest('[aria-hidden="true"], [inert], [type="hidden"]')) continue
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      element.focus()
      if (document.activeElement !== element) continue
      const { left, top, width, height } = element.getBoundingClientRect()
      const seen = [0.1, 0.5, 0.9].some((across) =>
        [0.1, 0.5, 0.9].some((down) => {
          const at = document.elementFromPoint(left + width * across, top + height * down)
          // Of what is so small that it lies under its own label, the label is seen.
          return at !== null && (element.contains(at) || at.contains(element) || at.closest('label') !== null)
        }),
      )
      if (!seen) covered.push(element.outerHTML.slice(0, 160))
    }
    return covered
  }, stops)

/** Controls of which nothing is to be seen in the colours that there are: all of one colour, with all around them. */
export async function vanishedControls(page: Page): Promise<string[]> {
  const controls = await page.evaluate((selector) => {
    const found: Control[] = []
    for (const element of document.querySelectorAll<HTMLElement>(`${selector}, [role=progressbar]`)) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      const { left, top, width, height } = element.getBoundingClientRect()
      const at = document.elementFromPoint(left + width / 2, top + height / 2)
      if (width < 8 || height < 3 || at === null || !element.contains(at)) continue
      found.push({ name: element.outerHTML.slice(0, 160), left, top, width, height })
    }
    return found
  }, stops)
  const { data, info } = await sharp(await page.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const colourAt = (x: number, y: number): number => data.readUIntBE((y * info.width + x) * info.channels, 3)
  return controls
    .filter(({ left, top, width, height }) => {
      const colours = new Set<number>()
      for (let y = Math.max(0, Math.floor(top)); y < Math.min(info.height, top + height); y++)
        for (let x = Math.max(0, Math.floor(left)); x < Math.min(info.width, left + width); x++)
          colours.add(colourAt(x, y))
      return colours.size < 2
    })
    .map(({ name }) => name)
}
