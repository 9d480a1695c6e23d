import { readdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Image, Job } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { quarters } from '../testing/pictures.ts'

let shop: Workshop
let source: Server
let address: string
let picture: Buffer
let asked: { range: string | undefined; ifRange: string | undefined }[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
beforeAll(async () => {
  shop = await openWorkshop({
    outboundAllow: ['127.0.0.0/8'],
    images: { maxFileBytes: 3_000_000 },
    jobs: { maxAttempts: 1 },
  })
  picture = await quarters(700, 600).png({ compressionLevel: 0 }).toBuffer()
  source = createServer((request, response) => {
    asked.push({ range: request.headers.range, ifRange: request.headers['if-range']?.toString() })
    answer(request, response)
  })
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(source.address() as AddressInfo).port}/boat.png`
})
afterAll(async () => {
  source?.close()
  source?.closeAllConnections()
  await shop?.close()
})

async function imported(): Promise<{ job: Job; image: Image | null }> {
  asked = []
  const { headers } = shop.user()
  const begun = await shop.app.inject({
    method: 'POST',
    url: '/api/images/import',
    headers,
    payload: { url: address },
  })
  expect(begun.statusCode).toBe(202)
  const get = async <T>(url: string) => (await shop.app.inject({ method: 'GET', url, headers })).json() as T
  const job = await vi.waitFor(
    async () => {
      const now = await get<Job>(`/api/jobs/${begun.json().id}`)
      expect(['complete', 'failed']).toContain(now.status)
      return now
    },
    { timeout: 20_000, interval: 50 },
  )
  return { job, image: job.imageId === null ? null : await get<Image>(`/api/images/${job.imageId}`) }
}

/** Sends from the range on, and breaks off after so many bytes. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  {
    bytes = picture.length,
    etag = '"a"',
    status,
    most = picture.length,
  }: {
    bytes?: number
    etag?: string
    status?: number
    /** Of a range at once. */
    most?: number
  } = {},
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const isRest = from > 0 && status !== 200
  const start = isRest ? from : 0
  const end = isRest ? Math.min(picture.length, from + most) : picture.length
  response.writeHead(isRest ? 206 : 200, {
    'content-type': 'image/png',
    'content-length': end - start,
    etag,
    ...(isRest && { 'content-range': `bytes ${from}-${end - 1}/${picture.length}` }),
  })
  const piece = picture.subarray(start, Math.min(end, start + bytes))
  response.write(piece, () => (start + bytes >= end ? response.end() : response.destroy()))
}

describe('a picture from an address', () => {
  it('goes on by ranges where the line breaks, and is the same bytes', async () => {
    answer = (request, response) => send(request, response, { bytes: 400_000 })
    const { job, image } = await imported()
    expect([job.status, image?.size]).toEqual(['complete', picture.length])
    expect(asked.length).toBeGreaterThan(2)
    expect(asked[0]).toEqual({ range: undefined, ifRange: undefined })
    for (const { range, ifRange } of asked.slice(1)) {
      expect([range, ifRange]).toEqual([expect.stringMatching(/^bytes=\d+-$/), '"a"'])
    }
  })

  it('goes on behind ranges that end before it does', async () => {
    answer = (request, response) => send(request, response, { bytes: 600_000, most: 500_000 })
    const { job, image } = await imported()
    expect([job.status, image?.size]).toEqual(['complete', picture.length])
    expect(asked.length).toBeGreaterThan(2)
  })

  it.each<[string, string, (request: IncomingMessage, response: ServerResponse) => void]>([
    [
      'it became another meanwhile',
      'import_refused',
      (request, response) =>
        request.headers.range === undefined
          ? send(request, response, { bytes: 400_000 })
          : send(request, response, { status: 200, etag: '"b"' }),
    ],
    [
      'the source has no ranges',
      'fetch_failed',
      (request, response) =>
        send(request, response, request.headers.range === undefined ? { bytes: 400_000 } : { status: 200 }),
    ],
    [
      'nothing says that it is the same',
      'fetch_failed',
      (request, response) => send(request, response, { bytes: 400_000, etag: 'W/"a"' }),
    ],
    [
      'it says at once that it is too large',
      'file_too_large',
      (_request, response) => void response.writeHead(200, { 'content-length': 3_000_001 }).write('x'),
    ],
  ])('is none, and nothing of it is left, where %s', async (_why, code, how) => {
    answer = how
    const { job } = await imported()
    expect([job.status, job.errorCode]).toEqual(['failed', code])
    expect(asked.length).toBeLessThanOrEqual(2)
    expect(await readdir(join(shop.folder, 'storage', '.drafts')).catch(() => [])).toEqual([])
  })

  it('shows how far it is', async () => {
    let release = (): void => undefined
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': picture.length, etag: '"a"' })
      response.write(picture.subarray(0, picture.length / 2))
      release = () => response.end(picture.subarray(picture.length / 2))
    }
    const { headers } = shop.user()
    const begun = await shop.app.inject({
      method: 'POST',
      url: '/api/images/import',
      headers,
      payload: { url: address },
    })
    await vi.waitFor(
      async () => {
        const job = await shop.app.inject({ method: 'GET', url: `/api/jobs/${begun.json().id}`, headers })
        expect(job.json().progress).toBeGreaterThan(0.3)
        expect(job.json().progress).toBeLessThan(0.5)
      },
      { timeout: 15_000, interval: 50 },
    )
    release()
  })
})
