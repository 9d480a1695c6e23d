// @module-tag slow/pages
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Account, type Api, createApi, type ImageBody } from '../api.ts'
import { freePort } from '../free-port.ts'
import { type Service, startService } from '../service.ts'
import { mountSmallDisk, smallDiskMissing } from '../small-disk.ts'
import { noisyPicture } from '../tus.ts'
import { openProfile, screenshot, skipNote, withoutChromium } from './browser.ts'
import { choose, jpegFile, keepSession, type PageFile, uploaded } from './steps.ts'

/** As machines at home are called, over plain http: no secure context. */
const host = 'rendition.test'

/** Bytes a second that a page may send; 0 for as many as it likes. */
async function throttle(page: Page, uploadThroughput: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: uploadThroughput === 0 ? -1 : uploadThroughput,
  })
}

/** As Python's zipfile packs them. */
function zipped(files: Record<string, Buffer>): Buffer {
  const script = `import base64, io, json, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, 'w') as z:
    for name, data in json.load(sys.stdin).items(): z.writestr(name, base64.b64decode(data))
sys.stdout.buffer.write(out.getvalue())`
  const packed = Object.entries(files).map(([name, data]) => [name, data.toString('base64')])
  const input = JSON.stringify(Object.fromEntries(packed))
  return execFileSync('python3', ['-c', script], { input, maxBuffer: 2 ** 28 })
}

const row = (page: Page) => page.locator('[data-upload]')
/** Share of the file that the page says is sent. */
const shareSent = async (page: Page): Promise<number> =>
  Number(
    await row(page)
      .getByRole('progressbar')
      .getAttribute('aria-valuenow', { timeout: 2_000 })
      .catch(() => 0),
  )

describe.skipIf(withoutChromium)(`uploads in the page${skipNote}`, () => {
  let service: Service
  let folder: string
  let context: BrowserContext
  let account: Account
  let api: Api
  let photo: PageFile
  const open = async (): Promise<void> => {
    context = await openProfile(folder, { args: [`--host-resolver-rules=MAP ${host} 127.0.0.1`] })
    context.setDefaultTimeout(45_000)
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-profile-'))
    service = await startService({ own: true, env: { PORT: await freePort(), HOST: '0.0.0.0' } })
    photo = { name: 'noise.png', mimeType: 'image/png', buffer: await noisyPicture(4_000_000) }
    await open()
  })
  afterAll(async () => {
    await context?.close()
    await service?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    account = await createApi(service.baseUrl).register()
    api = createApi(service.baseUrl, account.accessToken)
  })

  /** The gallery of the account, by this address of the service. */
  async function gallery(site = service.baseUrl): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${site}/login`)
    await keepSession(page, account)
    await page.goto(`${site}/`)
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    return page
  }
  /** One that is on its way, slowly, and kept by the browser. */
  async function begun(page: Page): Promise<void> {
    await throttle(page, 700_000)
    await choose(page, [photo])
    await expect.poll(() => shareSent(page)).toBeGreaterThan(20)
    // The rest would be there within five seconds, which a busy machine takes for what comes next in the test.
    await throttle(page, 100_000)
    await page.locator('[data-upload][data-kept=true]').waitFor()
  }
  const unfinished = async () =>
    (await api.get<{ items: { offset: number }[] }>('/api/uploads')).body.items.map(({ offset }) => offset)
  async function expectPhoto(): Promise<void> {
    const { body } = await api.get<{ items: ImageBody[] }>('/api/images')
    expect(body.items).toHaveLength(1)
    const image = await api.complete(body.items[0]?.id ?? '')
    const { bytes } = await api.get(image.sizes.original?.url ?? '')
    expect(bytes.equals(photo.buffer)).toBe(true)
  }

  it.each([
    ['', () => service.baseUrl],
    [', over plain http', () => service.baseUrl.replace(/\/\/[^:]+/, `//${host}`)],
  ])('go on after a reload, where they were%s', async (_how, site) => {
    const page = await gallery(site())
    await begun(page)
    await page.getByText(/\/s · \d+ s left/).waitFor()
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/api/uploads')) asked.push(request.method())
    })
    // Having too much to do says nothing of the upload.
    const busy = { status: 503, headers: { 'retry-after': '1' } }
    const isUpload = (url: URL) => url.pathname.startsWith('/api/uploads/')
    await page.route(isUpload, (route) => route.fulfill(busy), { times: 1 })
    await page.reload()
    await throttle(page, 0)
    await uploaded(page, 1)
    expect(asked).toEqual(['HEAD', 'HEAD', 'PATCH'])
    await expectPhoto()
    await page.close()
  })

  it('go on when the service was killed, the token expired, and the browser was closed and opened', async () => {
    let page = await gallery()
    await begun(page)
    await screenshot(page, 'upload-under-way')
    await service.kill9()
    await page.getByText('waiting. The service cannot be reached').waitFor()
    // What was not synced yet is sent once more, from its beginning.
    const again = page.waitForRequest((request) => request.method() === 'PATCH')
    await service.restart()
    await again
    await expect.poll(() => shareSent(page)).toBeGreaterThan(2)
    await page.getByRole('button', { name: 'Pause noise.png' }).click()
    await page.getByText(/^Paused at /).waitFor()
    await screenshot(page, 'upload-paused')
    await keepSession(page, { ...account, accessToken: 'expired' })
    await context.close()
    await open()
    page = await context.newPage()
    await throttle(page, 0)
    await page.goto(`${service.baseUrl}/`)
    await page.getByRole('heading', { name: 'Paused: 1 photo' }).waitFor()
    await page.getByRole('button', { name: 'Resume all' }).click()
    await uploaded(page, 1)
    const stored = await page.evaluate(() => JSON.parse(localStorage.getItem('rendition.session') ?? '{}'))
    api = createApi(service.baseUrl, stored.accessToken)
    await expectPhoto()
    await page.close()
  })

  it('are one in several tabs, and are taken back when they are cancelled', async () => {
    const page = await gallery()
    await begun(page)
    const other = await context.newPage()
    await other.goto(`${service.baseUrl}/`)
    await other.getByRole('button', { name: 'Upload', exact: true }).waitFor()
    await expect.poll(unfinished).toHaveLength(1)
    expect(await row(other).count()).toBe(0)
    await page.getByRole('button', { name: 'Cancel noise.png' }).click()
    await expect.poll(unfinished).toEqual([])
    await page.reload()
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    expect(await row(page).count()).toBe(0)
    for (const tab of [page, other]) await tab.close()
  })

  it('end with the session, and nothing of them is left, here or at the service', async () => {
    const page = await gallery()
    await begun(page)
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    const { username, password } = account
    const { body } = await api.post<Account>('/api/auth/login', { username, password })
    api = createApi(service.baseUrl, body.accessToken)
    await expect.poll(unfinished).toEqual([])
    const kept = () =>
      page.evaluate(
        () =>
          new Promise<number>((resolve, reject) => {
            const request = indexedDB.open('rendition-uploads')
            request.onerror = () => reject(request.error)
            request.onsuccess = () => {
              const names = [...request.result.objectStoreNames]
              const counts = names.map((name) => request.result.transaction(name).objectStore(name).count())
              const [last] = counts.slice(-1)
              if (last === undefined) return resolve(0)
              last.onsuccess = () => {
                request.result.close()
                resolve(counts.reduce((sum, { result }) => sum + result, 0))
              }
            }
          }),
      )
    await expect.poll(kept).toBe(0)
    await page.close()
  })

  it('say in words what became of each, and ask before they are lost where the browser keeps nothing', async () => {
    const page = await context.newPage()
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('refused', 'SecurityError')
      }
    })
    await page.goto(`${service.baseUrl}/login`)
    await keepSession(page, account)
    await page.goto(`${service.baseUrl}/`)
    await page.getByRole('heading', { name: 'Drop your first photos here' }).waitFor()
    await choose(page, [jpegFile('words.jpg', Buffer.from('just words'))])
    await row(page).getByText('Save it as JPEG, PNG or WebP').waitFor()
    await screenshot(page, 'upload-refused')
    await page.getByRole('button', { name: 'Close' }).click()
    await throttle(page, 700_000)
    await choose(page, [photo])
    await expect.poll(() => shareSent(page)).toBeGreaterThan(20)
    // The rest would be there within five seconds, which a busy machine takes for what comes next in the test.
    await throttle(page, 100_000)
    const asked = page.waitForEvent('dialog')
    void page.reload().catch(() => undefined)
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await throttle(page, 0)
    await uploaded(page, 1)
    await expectPhoto()
    // The same file once more is another photo, and that it was here is said
    await page.getByRole('button', { name: 'Close' }).click()
    await choose(page, [{ ...photo, name: 'again.jpg' }])
    await row(page).getByText(`the same file is here already, as ${photo.name}`).waitFor()
    await page.close()
  })

  it('of a ZIP archive are the photos in it, in albums by their folders, and what is not taken is named', async () => {
    const page = await gallery()
    const archive = zipped({
      'Trips/Rome/one.jpg': photo.buffer,
      'Trips/notes.txt': Buffer.from('words'),
    })
    await choose(page, [{ name: 'Trips.zip', mimeType: 'application/zip', buffer: archive }])
    await page.getByText('Keep the folders in the archive?').waitFor()
    await screenshot(page, 'upload-archive-question')
    await page.getByRole('button', { name: 'As albums' }).click()
    await row(page)
      .getByText(/^1 photo unpacked · 1 file not taken\. Trips\/notes\.txt: /)
      .waitFor()
    await screenshot(page, 'upload-archive')
    await page.goto(`${service.baseUrl}/albums`)
    await page.locator('[data-album]').getByText('Trips/Rome').waitFor()
    await page.close()
  })

  it('of a folder that was chosen are its photos, in an album of its name, and nothing that is hidden in it', async () => {
    const trip = join(folder, 'Alps')
    await mkdir(trip)
    await writeFile(join(trip, 'one.png'), photo.buffer)
    await writeFile(join(trip, '.hidden.png'), photo.buffer)
    const page = await gallery()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await (await chooser).setFiles(trip)
    await page.getByText('Keep its folder?').waitFor()
    await page.getByRole('button', { name: 'As albums' }).click()
    await uploaded(page, 1)
    await expectPhoto()
    await page.goto(`${service.baseUrl}/albums`)
    await page.locator('[data-album]').getByText('Alps').waitFor()
    await page.close()
  })

  describe('of another page, by Uppy,', () => {
    let script: string
    let file: string
    let page: Page
    const asked: string[] = []
    const came = async () => (await unfinished())[0] ?? 0
    const cameBeyond = (bytes: number) => expect.poll(came).toBeGreaterThan(bytes)
    const ended = () =>
      expect.poll(() => page.evaluate(() => window.seen.ended), { timeout: 40_000 }).toBe('complete')
    beforeAll(async () => {
      const { outputFiles } = await build({
        entryPoints: [join(import.meta.dirname, 'uppy-page.ts')],
        bundle: true,
        write: false,
        format: 'iife',
      })
      script = outputFiles[0]?.text ?? ''
      // A file on a disk, which is the same one after the page was loaded anew: the library knows it by its time as well.
      file = join(folder, photo.name)
      await writeFile(file, photo.buffer)
    })

    /** Begins to send the file from a page that comes from this address of the service. */
    async function begin(site: string): Promise<void> {
      page = await context.newPage()
      const address = `${site}/a-page-of-somebody`
      await page.route(address, (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: `<!doctype html><input type="file"><script>window.settings = ${JSON.stringify({
            endpoint: `${site}/api/uploads`,
            token: account.accessToken,
            expired: [],
          })}</script><script>${script.replaceAll('</script', '<\\/script')}</script>`,
        }),
      )
      asked.length = 0
      page.on('request', (request) => {
        if (request.url().includes('/api/uploads')) asked.push(request.method())
      })
      await page.goto(address)
      await throttle(page, 700_000)
      await page.locator('input').setInputFiles(file)
    }

    it('go on when the line is cut, the page reloaded and the token over', async () => {
      await begin(service.baseUrl)
      await cameBeyond(500_000)
      await context.setOffline(true)
      const cutAt = await came()
      await context.setOffline(false)
      await cameBeyond(cutAt)
      await page.reload()
      asked.length = 0
      await throttle(page, 0)
      // The token is over, and the next attempt asks for another.
      await page.evaluate(() => {
        window.settings.expired = ['HEAD', 'PATCH']
      })
      await page.locator('input').setInputFiles(file)
      await ended()
      expect(asked.slice(0, 5)).toEqual(['HEAD', 'HEAD', 'PATCH', 'HEAD', 'PATCH'])
      expect(asked).not.toContain('POST')
      await expectPhoto()
      await page.close()
    })

    const noDisk = smallDiskMissing === undefined ? '' : ` [no full disk: ${smallDiskMissing}]`
    it(`go on when the service is killed, its gateway replaced, and its disk full${noDisk}`, async () => {
      const upstream = Object.fromEntries(
        ['AUTH', 'API', 'DELIVERY'].map((role) => [`UPSTREAM_${role}`, service.baseUrl]),
      )
      const gateway = await startService({
        own: true,
        dataDir: join(folder, 'gateway'),
        env: { ROLES: 'gateway', PORT: await freePort(), ...upstream },
      })
      // Under what grows alone, and less than the file.
      const growing = join(service.dataDir, 'storage', '.growing')
      const disk = smallDiskMissing === undefined ? await mountSmallDisk(growing, 'size=2m,mode=700') : null
      try {
        await begin(gateway.baseUrl)
        const offsets: number[] = []
        page.on('response', (response) => {
          if (response.request().method() === 'HEAD') offsets.push(response.status())
        })
        await cameBeyond(400_000)
        await service.kill9()
        await service.restart()
        const killedAt = await came()
        await cameBeyond(killedAt)
        await gateway.restart()
        await cameBeyond(1_200_000)
        if (disk !== null) {
          await page.waitForResponse((response) => response.status() === 507)
          await disk.remount('size=16m')
        }
        await throttle(page, 0)
        await ended()
        // One upload to its end: whatever happened, nothing began anew, which the library does where a HEAD is refused by another status.
        expect([...new Set(offsets)].sort()).toEqual([200, 423])
        expect(asked.filter((method) => method === 'POST')).toHaveLength(1)
        await expectPhoto()
        await page.close()
      } finally {
        await disk?.unmount()
        await gateway.stop()
      }
    })
  })
})
