import type { Browser } from 'playwright-core'
import { mebibytes } from './figures.ts'
import { openBare } from './page-bare.ts'
import { startEdge } from './page-edge.ts'
import { usageOf } from './processes.ts'
import type { Service } from './service.ts'

/** What the page holds once all of a list of `total` photos was scrolled through, as fast as it comes. */
export async function memoryOf(browser: Browser, service: Service, total: number): Promise<void> {
  const edge = await startEdge(service.url, service.authorization, total)
  const page = await openBare(browser, 1440, 900)
  const go = async (path: string, until: string) => {
    await page.send('Page.navigate', { url: `${edge.url}${path}` })
    await page.until(until)
  }
  const whole = await browser.newBrowserCDPSession()
  const say = async (when: string) => {
    await page.send('HeapProfiler.collectGarbage')
    const { usedSize } = await page.send('Runtime.getHeapUsage')
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo')
    const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => usageOf(id).ownMemory)
    console.log(
      `${total} pictures, ${when}: ${mebibytes(Number(usedSize))} MiB of JavaScript, ${mebibytes(Math.max(...pages))} MiB of the page's process`,
    )
  }
  await go('/login', `document.querySelector('form') !== null`)
  await page.evaluate(`localStorage.setItem('rendition.session', ${JSON.stringify(await session(service))})`)
  await go('/?sort=taken', `document.querySelector('[data-tile] img') !== null`)
  await say('the first of them loaded')
  // The page counts what it has once there is no more.
  await page.until(`(() => {
    scrollTo(0, document.documentElement.scrollHeight)
    return document.querySelector('h1').textContent.includes('${total.toLocaleString('en-US')}')
  })()`)
  await say('all of them loaded')
  await page.evaluate(`new Promise((resolve) => {
    const step = () => {
      scrollBy(0, -200)
      if (scrollY > document.documentElement.scrollHeight - 120_000) requestAnimationFrame(step)
      else setTimeout(resolve, 2000)
    }
    step()
  })`)
  await say('and flung back')
  await edge.stop()
}

/** As the page keeps it. */
async function session(service: Service): Promise<string> {
  const signedIn = await fetch(`${service.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'bench@example.org', password: 'a long bench password' }),
  })
  const { accessToken, refreshToken } = (await signedIn.json()) as Record<string, string>
  const me = await fetch(`${service.url}/api/auth/me`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  const { id } = (await me.json()) as { id: string }
  return JSON.stringify({ userId: id, accessToken, refreshToken, expiresAt: Date.now() + 800_000 })
}
