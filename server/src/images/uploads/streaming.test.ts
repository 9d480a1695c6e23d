import { readdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg } from '../testing/pictures.ts'

let shop: Workshop
let port: number
const mebibyte = 2 ** 20

beforeAll(async () => {
  shop = await openWorkshop({
    worker: false,
    images: {
      maxFileBytes: 300 * mebibyte,
      maxRequestBytes: 400 * mebibyte,
      uploadIdleMs: 400,
      uploadPaceMs: 60_000,
      maxUploads: 3,
    },
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  port = (shop.app.server.address() as AddressInfo).port
})
afterAll(() => shop.close())

const boundary = 'streaming-test'
const head = (type = 'image/jpeg') =>
  `--${boundary}\r\ncontent-disposition: form-data; name="f"; filename="big.jpg"\r\ncontent-type: ${type}\r\n\r\n`
const tail = `\r\n--${boundary}--\r\n`
const drafts = () => readdir(`${shop.folder}/.drafts`)

/** A body of `megabytes`, made as it is read. */
async function* body(megabytes: number): AsyncGenerator<Buffer> {
  yield Buffer.from(head())
  for (let n = 0; n < megabytes; n += 1) yield Buffer.alloc(mebibyte, n)
  yield Buffer.from(tail)
}

const post = (user: { headers: Record<string, string> }, chunks: AsyncGenerator<Buffer>) =>
  request(`http://127.0.0.1:${port}/api/images`, {
    method: 'POST',
    headers: { ...user.headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Readable.from(chunks),
  })

/** Begins an upload by hand and leaves it open. */
function begin(user: { headers: Record<string, string> }, bytes: Buffer, length: number) {
  const socket = connect(port, '127.0.0.1')
  const answer = new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', () => {})
  })
  socket.write(
    `POST /api/images HTTP/1.1\r\nhost: x\r\nauthorization: ${user.headers.authorization}\r\n` +
      `content-type: multipart/form-data; boundary=${boundary}\r\ncontent-length: ${length}\r\n\r\n${head()}`,
  )
  socket.write(bytes)
  return { socket, answer }
}

describe('a body of 200 MB', () => {
  it('never sits in memory', async () => {
    const user = shop.user()
    let peak = 0
    const base = process.memoryUsage().rss
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 5)
    const { statusCode, body: answer } = await post(user, body(200))
    clearInterval(timer)
    expect(statusCode).toBe(415)
    await answer.json()
    // Sender and receiver are one process here; a tenth of the body is far below holding it once.
    expect((peak - base) / mebibyte).toBeLessThan(100)
    expect(await drafts()).toEqual([])
  })

  it('is answered 413 when it is over the limit, after it was sent', async () => {
    const { statusCode, body: answer } = await post(shop.user(), body(310))
    expect(statusCode).toBe(413)
    expect(await answer.json()).toMatchObject({ code: 'file_too_large' })
    expect(await drafts()).toEqual([])
  })
})

describe('a client', () => {
  it('that vanishes in the middle leaves nothing', async () => {
    const user = shop.user()
    const { socket } = begin(user, await jpeg(400, 300), 10 * mebibyte)
    await vi.waitFor(async () => expect(await drafts()).toHaveLength(1))
    socket.destroy()
    await vi.waitFor(async () => expect(await drafts()).toEqual([]))
    const list = await shop.app.inject({ url: '/api/images', headers: user.headers })
    expect(list.json().items).toEqual([])
  })

  it('that stops sending is told so after a while', async () => {
    const { socket, answer } = begin(shop.user(), Buffer.alloc(1000), 10 * mebibyte)
    await vi.waitFor(async () => expect(await drafts()).toHaveLength(1))
    await vi.waitFor(async () => expect(await drafts()).toEqual([]), { timeout: 5_000 })
    setTimeout(() => socket.destroy(), 500).unref()
    expect(await answer).toContain('request_timeout')
  })

  it('that is one too many is asked to come again', async () => {
    const open = Array.from({ length: 3 }, () => begin(shop.user(), Buffer.alloc(10), mebibyte))
    await vi.waitFor(async () => expect(await drafts()).toHaveLength(3))
    const { statusCode, headers, body: answer } = await post(shop.user(), body(1))
    expect(statusCode).toBe(503)
    expect(headers['retry-after']).toBe('2')
    await answer.dump()
    for (const { socket } of open) socket.destroy()
    await vi.waitFor(async () => expect(await drafts()).toEqual([]))
    const again = await post(shop.user(), body(1))
    expect(again.statusCode).toBe(415)
    await again.body.dump()
  })
})
