// @module-tag slow/real-servers
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutBucketCorsCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../../acceptance/src/web/browser.ts'
import { createBucket, s3Client, s3Missing, s3StorageUrl, startS3 } from '../services/s3.ts'
import { freePort, type Service } from '../services/service.ts'
import { createProcess, type ServiceProcess } from './process.ts'

const missing = s3Missing ?? (chromiumPath === undefined ? 'no Chromium' : undefined)

/** What docs/scaling-out.md says of the gallery's page and of the bucket's CORS, in a browser. */
describe.skipIf(missing)(`originals straight from S3${missing ? ` (${missing})` : ''}`, () => {
  let folder: string
  let s3: Service
  let client: S3Client
  let service: ServiceProcess
  let site: Server
  let siteUrl: string
  let browser: Browser
  /** Of an original of 700 pixels, signed: to be shown, and to be saved. */
  let picture: string
  let download: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-direct-'))
    await mkdir(join(folder, 's3'))
    s3 = await startS3(join(folder, 's3'))
    client = s3Client(s3.url)
    await createBucket(s3.url, 'pictures')
    site = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>shop</title>')
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
    service = createProcess('service', {
      HOST: '127.0.0.1',
      PORT: `${await freePort()}`,
      DATA_DIR: join(folder, 'data'),
      RENDER_PROCESSES: '1',
      STORAGE_URL: s3StorageUrl(s3.url, 'pictures'),
      DELIVERY_DIRECT_URL: `${s3.url}/pictures`,
      DELIVERY_DIRECT_BYTES: '1',
      CORS_ORIGINS: siteUrl,
    })
    await service.start()
    ;({ picture, download } = await upload())
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
    site?.closeAllConnections()
    client?.destroy()
    await service?.stop()
    await s3?.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  async function upload(): Promise<{ picture: string; download: string }> {
    const registered = await fetch(`${service.url}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ann', password: 'correct horse' }),
    })
    const { accessToken } = (await registered.json()) as { accessToken: string }
    const bytes = await sharp({ create: { width: 700, height: 500, channels: 3, background: '#c63' } })
      .jpeg()
      .toBuffer()
    const form = new FormData()
    form.set('image', new Blob([new Uint8Array(bytes)]), 'boat.jpg')
    const sent = await fetch(`${service.url}/api/images`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: form,
    })
    const { id, sizes } = (await sent.json()) as { id: string; sizes: { original: { url: string } } }
    const told = await fetch(`${service.url}/api/images/${id}/explain?preset=original&download=true`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    return { picture: sizes.original.url, download: ((await told.json()) as { url: string }).url }
  }

  /** A page at `url`, and the hosts that pictures came from in it. */
  async function visit(url: string): Promise<{ page: Page; hosts: Set<string> }> {
    const page = await (await browser.newContext()).newPage()
    const hosts = new Set<string>()
    page.on('response', (answer) => {
      if (answer.ok() && answer.headers()['content-type'] === 'image/jpeg')
        hosts.add(new URL(answer.url()).host)
    })
    await page.goto(url)
    return { page, hosts }
  }

  const shown = (page: Page): Promise<number> =>
    page.evaluate(async (url) => {
      const image = new Image()
      image.src = url
      await image.decode().catch(() => {})
      return image.naturalWidth
    }, picture)

  const read = (page: Page): Promise<string> =>
    page.evaluate(async (url) => {
      const answer = await fetch(url).catch(() => null)
      return answer === null ? 'not for this page' : `${answer.status} ${(await answer.blob()).type}`
    }, picture)

  const allow = (origins: string[]) =>
    client.send(
      new PutBucketCorsCommand({
        Bucket: 'pictures',
        CORSConfiguration: {
          CORSRules: [{ AllowedOrigins: origins, AllowedMethods: ['GET'], AllowedHeaders: ['range'] }],
        },
      }),
    )

  it('are shown by the page of the service, whose policy lets them in', async () => {
    const { page, hosts } = await visit(service.url)
    expect(await shown(page)).toBe(700)
    expect([...hosts]).toEqual([new URL(s3.url).host])
    await page.context().close()
  })

  it('are saved under their name, without leaving the page', async () => {
    const { page } = await visit(service.url)
    const waiting = page.waitForEvent('download')
    await page.evaluate((url) => window.location.assign(url), download)
    const saved = await waiting
    expect(saved.suggestedFilename()).toBe('boat.jpg')
    expect(new URL(saved.url()).host).toBe(new URL(s3.url).host)
    expect((await sharp(await saved.path()).metadata()).width).toBe(700)
    expect(new URL(page.url()).origin).toBe(service.url)
    await page.context().close()
  })

  it('are shown by pages of other sites, and read by their scripts where the bucket lets every origin', async () => {
    const { page } = await visit(siteUrl)
    expect(await shown(page)).toBe(700)
    expect(await read(page)).toBe('not for this page')
    // After a redirect from one foreign host to another a browser says `null`.
    await allow([siteUrl])
    expect(await read(page)).toBe('not for this page')
    await allow(['*'])
    expect(await read(page)).toBe('200 image/jpeg')
    await page.context().close()
  })

  it('are nothing that a service on files starts with', async () => {
    const files = createProcess('files', {
      HOST: '127.0.0.1',
      PORT: `${await freePort()}`,
      DATA_DIR: join(folder, 'files'),
      DELIVERY_DIRECT_URL: `${s3.url}/pictures`,
    })
    await expect(files.start()).rejects.toThrow(/DELIVERY_DIRECT_URL needs STORAGE_URL=s3:/)
  })

  it('leave no link in the log', () => {
    expect(service.output()).not.toMatch(/X-Amz/i)
  })
})
