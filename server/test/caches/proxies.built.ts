// @module-tag slow/real-servers
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import { WebSocket } from 'undici'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createProcess, type ServiceProcess } from '../cluster/process.ts'
import type { CachingProxy } from '../services/caches.ts'
import { proxyKinds } from '../services/proxies.ts'
import { freePort } from '../services/service.ts'

/** Whoever asks has another address than the proxy. */
const client = '127.0.0.2'
const password = 'correct horse battery'

interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: Uint8Array | string
}

/** The service behind the proxies that the documentation has files for, each with its file; nobody told it PUBLIC_URL. */
describe('behind a proxy as documented', () => {
  let folder: string
  let service: ServiceProcess
  let servicePort: number
  let large: Buffer
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-proxies-'))
    servicePort = await freePort()
    service = createProcess('service', {
      HOST: '127.0.0.1',
      PORT: `${servicePort}`,
      DATA_DIR: join(folder, 'data'),
      RENDER_PROCESSES: '1',
      TRUST_PROXY: '127.0.0.1',
    })
    await service.start()
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
    large = await sharp({ create: { width: 1500, height: 1200, channels: 3, background: '#888', noise } })
      .png({ compressionLevel: 0 })
      .toBuffer()
    expect(large.length).toBeGreaterThan(5_000_000)
  })
  afterAll(async () => {
    await service?.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  describe.each(proxyKinds)('$name', ({ name, absent, start }) => {
    const title = (what: string) => `${what}${absent === undefined ? '' : ` [skipped: ${absent}]`}`
    let proxy: CachingProxy
    let host: string
    let token: string
    beforeAll(async () => {
      if (absent !== undefined) return
      proxy = await start(join(folder, name), servicePort)
      host = `nas.test:${proxy.port}`
      // HAProxy looks first whether there is somebody behind it.
      await vi.waitFor(async () => expect((await ask('/health')).status).toBe(200), { timeout: 20_000 })
      const body = JSON.stringify({ username: name.toLowerCase(), password })
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.7' }
      const account = await ask('/api/auth/register', { method: 'POST', body, headers })
      token = (JSON.parse(account.text) as { accessToken: string }).accessToken
    })
    afterAll(() => proxy?.stop())

    async function open(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
      return new Promise<IncomingMessage>((resolve, reject) => {
        const credential = token === undefined ? {} : { authorization: `Bearer ${token}` }
        const asking = httpRequest(
          {
            host: '127.0.0.1',
            port: proxy.port,
            localAddress: client,
            path,
            method,
            headers: { host, ...credential, ...headers },
          },
          resolve,
        )
        asking.once('error', reject)
        asking.end(body)
      })
    }
    async function ask(path: string, asked?: Asked) {
      const answer = await open(path, asked)
      const bytes = await buffer(answer)
      return { status: answer.statusCode ?? 0, bytes, text: bytes.toString() }
    }

    it.skipIf(absent)(
      title('takes an upload of 5 MB, and names its pictures by the host that was asked'),
      async () => {
        const events = await open('/api/events/stream')
        let told = ''
        events.on('data', (chunk) => {
          told += chunk
        })
        const form = new FormData()
        form.set('image', new Blob([new Uint8Array(large)]), 'large.png')
        const whole = new Response(form)
        const answer = await ask('/api/images', {
          method: 'POST',
          headers: { 'content-type': whole.headers.get('content-type') ?? '' },
          body: new Uint8Array(await whole.arrayBuffer()),
        })
        expect(answer.status, answer.text).toBe(201)
        const { id } = JSON.parse(answer.text) as { id: string }
        let image: { status: string; sizes: Record<string, { url: string }> } | undefined
        await expect
          .poll(
            async () => {
              image = JSON.parse((await ask(`/api/images/${id}`)).text)
              return image?.status
            },
            { timeout: 40_000 },
          )
          .toBe('complete')
        const { url } = image?.sizes.small ?? { url: '' }
        expect(url).toMatch(new RegExp(`^http://${host}/images/${id}\\?`))
        const { pathname, search } = new URL(url)
        // The signature is the credential.
        const picture = await ask(pathname + search, { headers: { authorization: '' } })
        expect((await sharp(picture.bytes).metadata()).width).toBe(480)
        // What is kept, and sent to others later, holds nothing of what one caller asked for.
        await vi.waitFor(() => expect(told).toContain('image.complete'), { timeout: 20_000 })
        expect(told).not.toContain('nas.test')
        events.destroy()
      },
    )

    it.skipIf(absent)(title('says whose address it is that asks'), async () => {
      const { text } = await ask('/api/auth/sessions')
      expect(JSON.parse(text)).toMatchObject({ items: [{ address: client }] })
    })

    it.skipIf(absent)(title('lets WebSockets through, and events as they happen'), async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/api/events`, [`bearer.${token}`])
      await new Promise<void>((resolve, reject) => {
        socket.addEventListener('message', ({ data }) => {
          if ((JSON.parse(String(data)) as { type: string }).type === 'ready') resolve()
        })
        socket.addEventListener('error', () => reject(new Error('the socket was refused')))
      })
      socket.close()
      const stream = await open('/api/events/stream')
      expect(stream.headers['content-type']).toMatch(/^text\/event-stream/)
      const [first] = await new Promise<[Buffer]>((resolve) =>
        stream.once('data', (chunk) => resolve([chunk])),
      )
      expect(first.length).toBeGreaterThan(0)
      stream.destroy()
    })
  })
})
