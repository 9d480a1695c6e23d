import type { Browser, CDPSession, Page } from 'playwright-core'
import { landscape } from '../acceptance/src/web/landscape.ts'
import { quantile } from './figures.ts'
import { openPage } from './page-open.ts'
import type { Service } from './service.ts'

/** Notes when frames came, and in which of them the preview was drawn. */
function watchFrames(): void {
  const noted = { frames: [] as number[], drawn: 0, tasks: [] as number[] }
  Object.assign(window, { edited: noted })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) noted.tasks.push(duration)
  }).observe({ type: 'longtask' })
  let draws = 0
  const { drawArrays } = WebGL2RenderingContext.prototype
  WebGL2RenderingContext.prototype.drawArrays = function (...all) {
    draws++
    return drawArrays.apply(this, all)
  }
  let last = performance.now()
  const frame = (now: number) => {
    noted.frames.push(now - last)
    last = now
    if (draws > 0) noted.drawn++
    draws = 0
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

interface Edited {
  frames: number[]
  drawn: number
  tasks: number[]
}
const edited = (page: Page) =>
  page.evaluate(() => (window as unknown as { edited: Edited }).edited) as Promise<Edited>

const seconds = 4
/** As often as a mouse tells where it is. */
const movesASecond = 60

/** Drags from the middle of an element to and fro, without a rest, by `far` pixels to each side. */
async function drag(page: Page, cdp: CDPSession, selector: string, far: number): Promise<Edited> {
  const box = await page.locator(selector).first().boundingBox()
  if (box === null) throw new Error(`${selector} is not there`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', by: number) =>
    cdp.send('Input.dispatchMouseEvent', {
      type,
      x: x + by,
      y: y + by / 4,
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1,
    })
  await mouse('mousePressed', 0)
  await page.evaluate(() => {
    const { edited: noted } = window as unknown as { edited: Edited }
    Object.assign(noted, { frames: [], drawn: 0, tasks: [] })
  })
  const begun = performance.now()
  for (let n = 0; n < seconds * movesASecond; n++) {
    // A mouse does not wait for a page that is slow.
    void mouse('mouseMoved', far * Math.sin((n / movesASecond) * Math.PI))
    const next = begun + ((n + 1) * 1000) / movesASecond
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())))
  }
  const noted = await edited(page)
  await mouse('mouseReleased', 0)
  return noted
}

function say(what: string, { frames, drawn, tasks }: Edited): void {
  console.log(
    `${what}: ${frames.length} frames, drawn ${drawn}; p50 ${quantile(frames, 0.5).toFixed(1)} ms, p95 ${quantile(frames, 0.95).toFixed(1)}, ` +
      `p99 ${quantile(frames, 0.99).toFixed(1)}; longest task ${Math.round(Math.max(0, ...tasks))} ms`,
  )
}

/** The live preview of a picture of 24 megapixels, while a hand drags. */
export async function editing(browser: Browser, service: Service, slow: number): Promise<void> {
  const id = await service.upload(await landscape(2, 6000, 4000), 'private', 'large.jpg')
  const { page, cdp } = await openPage(browser, service.url)
  await page.addInitScript(watchFrames)
  await page.goto(`/photos/${id}/edit`)
  await page.locator('[data-preview-current="true"]').waitFor()
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow })
  const tab = async (name: string) => {
    await page.getByRole('tab', { name, exact: true }).click()
    await page.locator('[data-preview-current="true"]').waitFor()
    await page.waitForTimeout(2000)
  }
  const note = (what: string) => `24 megapixels, ${slow} times slower, ${what}`
  await tab('Light')
  for (const name of ['Brightness', 'Contrast', 'Gamma'])
    say(note(name), await drag(page, cdp, `[role=slider][aria-label=${name}]`, 100))
  await page.getByRole('button', { name: 'Discard the changes' }).click()
  say(note('Blur'), await drag(page, cdp, '[role=slider][aria-label=Blur]', 100))
  await page.getByRole('button', { name: 'Discard the changes' }).click()
  await tab('Crop')
  say(note('a corner of the crop'), await drag(page, cdp, '[data-handle="bottom right corner"]', 120))
  await page.getByRole('button', { name: 'Discard the changes' }).click()
  say(note('Straighten'), await drag(page, cdp, '[role=slider][aria-label=Straighten]', 100))
  await page.context().close()
}
