// @module-tag slow/shortages
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createProcess, type ServiceProcess } from '../cluster/process.ts'
import { freePort } from '../services/service.ts'

const run = promisify(execFile)
const linux = process.platform === 'linux'
const generated = join(import.meta.dirname, '../../../docs/openapi.json')

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Neither the file of a picture, nor a connection, nor a process can be opened any more: the limit is taken down to what is open. */
describe.skipIf(!linux)(`a process without file descriptors${linux ? '' : ' [skipped: no prlimit]'}`, () => {
  let folder: string
  let service: ServiceProcess
  let receiver: Server
  let token = ''
  let imageId = ''
  let webhookId = ''
  let received = 0
  // One connection for everything: a new one could not be taken.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-descriptors-'))
    receiver = createServer((_request, response) => {
      received += 1
      response.end()
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    service = createProcess('all', {
      HOST: '127.0.0.1',
      PORT: `${await freePort()}`,
      DATA_DIR: join(folder, 'data'),
      RENDER_PROCESSES: '1',
      OUTBOUND_ALLOW: '127.0.0.0/8',
    })
    await service.start()
    token = (await json(await ask('POST', '/api/auth/register', login))).accessToken
    imageId = (await json(await ask('POST', '/api/images', await form()))).id
    const done = async () =>
      expect((await json(await ask('GET', `/api/images/${imageId}`))).status).toBe('complete')
    await vi.waitFor(done, 30_000)
    const { port } = receiver.address() as AddressInfo
    const hook = { url: `http://127.0.0.1:${port}/`, types: ['image.updated'] }
    webhookId = (await json(await ask('POST', '/api/webhooks', hook))).id
  }, 180_000)
  afterAll(async () => {
    agent.destroy()
    await service?.stop()
    receiver?.closeAllConnections()
    receiver?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  }, 120_000)

  const login = { username: 'ann', password: 'of descriptors' }
  const json = async ({ body }: Answer) => JSON.parse(body.toString())

  async function form(): Promise<FormData> {
    const create = { width: 300, height: 200, channels: 3, background: '#963' } as const
    const bytes = await sharp({ create }).jpeg().toBuffer()
    const body = new FormData()
    body.append('image', new Blob([new Uint8Array(bytes)]), 'photo.jpg')
    return body
  }

  /** Over the one connection. The body of a stream is not waited for. */
  async function ask(method: string, path: string, sent?: object): Promise<Answer> {
    const body = sent instanceof FormData ? new Response(sent) : sent && Response.json(sent)
    const bytes = body === undefined ? undefined : Buffer.from(await body.arrayBuffer())
    const headers = {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(bytes === undefined
        ? {}
        : { 'content-type': body?.headers.get('content-type') ?? '', 'content-length': bytes.length }),
    }
    return new Promise((resolve, reject) => {
      const asking = request(service.url + path, { method, headers, agent }, async (answer) => {
        const { statusCode: status = 0 } = answer
        const endless = answer.headers['content-type']?.startsWith('text/event-stream') === true
        if (endless) answer.destroy()
        resolve({
          status,
          headers: answer.headers,
          body: endless ? Buffer.alloc(0) : await buffer(answer).catch(() => Buffer.alloc(0)),
        })
      })
      asking.once('error', reject)
      asking.end(bytes)
    })
  }

  const limit = (descriptors: number | string) =>
    run('prlimit', ['--pid', String(service.pid()), `--nofile=${descriptors}:`])
  const starve = async () => {
    const used = new Set((await readdir(`/proc/${service.pid()}/fd`)).map(Number))
    let free = 0
    while (used.has(free)) free += 1
    await limit(free)
  }
  const feed = () => limit(4_096)
  /** Without anything left to open. A connection that an answer ended is made anew first, while there is room. */
  async function askStarved(method: string, path: string, sent?: object): Promise<Answer> {
    await feed()
    await ask('GET', '/health')
    await starve()
    return ask(method, path, sent)
  }

  it('answers 503 with Retry-After where it must open something, and nothing else that it should not', async () => {
    const { paths } = JSON.parse(await readFile(generated, 'utf8')) as {
      paths: Record<string, Record<string, unknown>>
    }
    const bodies: Record<string, () => Promise<object>> = {
      'post /api/images': form,
      'post /api/images/upload': form,
      'post /api/images/{id}/replace': form,
      'post /api/images/import': async () => ({ url: 'http://127.0.0.1:9/x.png' }),
      'post /api/images/{id}/transform': async () => ({ width: 20, saveImage: false }),
      'post /api/jobs': async () => ({ imageId, type: 'renditions' }),
      'post /api/auth/login': async () => login,
      'post /api/auth/register': async () => ({ ...login, username: `u${uuidv7()}` }),
      'patch /api/images/{id}': async () => ({ tags: ['x'] }),
    }
    // A socket that is upgraded, and what would end the account that asks.
    const left = ['get /api/events', 'delete /api/auth/me', 'post /api/auth/logout']
    const asked: [string, string, string][] = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method): [string, string, string] => {
        const id = method === 'delete' ? uuidv7() : path.includes('webhooks') ? webhookId : imageId
        const real = path.replace('{id}', id).replace('{n}', '1').replace('{deliveryId}', uuidv7())
        return [`${method} ${path}`, method.toUpperCase(), real]
      }),
    )
    const more = ['/', '/docs', '/gallery', '/api/openapi.json', `/images/${imageId}?preset=original`]
    for (const path of [...more, `/images/${imageId}?width=123&format=webp`, `/images/${imageId}?blur=3`]) {
      asked.push([`get ${path}`, 'GET', path])
    }
    const wrong: string[] = []
    for (const [name, method, path] of asked) {
      if (left.includes(name)) continue
      const { status, headers, body } = await askStarved(method, path, await bodies[name]?.())
      if (status === 503 && path !== '/ready' && headers['retry-after'] === undefined) {
        wrong.push(`${name}: no Retry-After`)
      }
      if (status >= 500 && status !== 503) wrong.push(`${name}: ${status} ${body.toString().slice(0, 200)}`)
    }
    expect(wrong).toEqual([])
    // One that the service closes between the count and the request is room for one: then it is asked for another time.
    let blur = 3
    const needed: [string, string, typeof form?][] = [
      ['GET', `/images/${imageId}?preset=original`],
      ['GET', `/images/${imageId}?blur=`],
      ['POST', '/api/images', form],
      ['POST', `/api/images/${imageId}/replace`, form],
    ]
    for (const [method, path, body] of needed) {
      await vi.waitFor(async () => {
        // A picture that was made after all is there then: another is asked for.
        blur += 0.5
        const real = path.endsWith('=') ? `${path}${blur}` : path
        expect((await askStarved(method, real, await body?.())).status, real).toBe(503)
      }, 20_000)
    }
    await feed()
    expect(service.output()).not.toMatch(/"msg":"internal"/)
  }, 120_000)

  it('does not hold it against who is told by a webhook, and tells him when it can', async () => {
    await vi.waitFor(async () => {
      const { items } = await json(await ask('GET', `/api/webhooks/${webhookId}/deliveries`))
      expect(items.filter(({ status }: { status: string }) => status === 'pending')).toEqual([])
    }, 60_000)
    const before = received
    const path = `/api/webhooks/${webhookId}/deliveries`
    expect((await askStarved('PATCH', `/api/images/${imageId}`, { tags: ['y'] })).status).toBe(200)
    const newest = async () => (await json(await ask('GET', path))).items[0]
    await vi.waitFor(async () => {
      await starve()
      expect(await newest()).toMatchObject({
        status: 'pending',
        attempts: 0,
        error: expect.stringMatching(/from here/),
      })
    }, 30_000)
    expect(received).toBe(before)
    await feed()
    await vi.waitFor(
      async () => expect(await newest()).toMatchObject({ status: 'delivered', attempts: 1 }),
      30_000,
    )
    expect(await json(await ask('GET', `/api/webhooks/${webhookId}`))).toMatchObject({ failingSince: null })
  }, 150_000)

  it('is as before when there are descriptors again', async () => {
    for (const path of [`/images/${imageId}?preset=original`, `/images/${imageId}?width=77`]) {
      expect((await ask('GET', path)).status).toBe(200)
    }
    expect((await ask('POST', '/api/images', await form())).status).toBe(201)
    expect((await ask('GET', '/ready')).status).toBe(200)
  }, 60_000)
})
