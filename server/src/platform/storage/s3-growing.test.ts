import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Failure, isFailure } from '@rendition/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Growth } from './growing.ts'
import { openStorage, type Storage } from './index.ts'

interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: Buffer
}

const mebibyte = 1024 ** 2

/** What a real server of the tests cannot be brought to say: a stand-in says it. */
describe('objects that grow in a bucket that fails', () => {
  let folder: string
  let server: Server
  let storage: Storage
  let deleted: string[]
  let say: (asked: Asked, response: ServerResponse) => void
  /** How often there is room on the disk of the drafts, when it is asked. */
  let roomFor: number

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-s3-growing-'))
    deleted = []
    roomFor = Number.POSITIVE_INFINITY
    server = createServer(async (request, response) => {
      const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://stand-in')
      const asked = { method: request.method ?? '', path, query, body: await buffer(request) }
      if (query.has('delete')) {
        for (const [, key = ''] of asked.body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) deleted.push(key)
        return void response.end('<DeleteResult/>')
      }
      if (asked.method === 'POST' && query.has('uploads'))
        return void response.end('<R><UploadId>u</UploadId></R>')
      say(asked, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const endpoint = encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const check = async (): Promise<void> => {
      roomFor -= 1
      if (roomFor < 0) throw new Failure('storage_full')
    }
    const diskRoom = { check, state: async () => null }
    storage = await openStorage({ url: `s3://AK:secret@pictures?endpoint=${endpoint}`, folder, diskRoom })
  })
  afterEach(async () => {
    await storage.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })

  const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error)
  const owner = (counts: (done: boolean) => boolean = () => true) => {
    const kept: Growth[] = []
    const keep = async (growth: Growth, done: boolean) => {
      if (counts(done)) kept.push(growth)
      return counts(done)
    }
    return { keep, kept }
  }
  const withTail: Growth = { size: 100_000, tail: { name: 'before', size: 100_000 } }
  const large: Growth = { size: 9 * mebibyte, multipart: 'u', parts: [{ etag: '"e"', size: 9 * mebibyte }] }

  it('leave no draft behind when the tail breaks off while it is fetched', async () => {
    say = (_asked, response) => {
      response.writeHead(200, { 'content-length': 100_000 })
      response.write(Buffer.alloc(50_000), () => response.socket?.resetAndDestroy())
    }
    const { keep, kept } = owner()
    const appended = storage.growing.append('one', withTail, Readable.from([Buffer.from('more')]), { keep })
    expect(isFailure(await failure(appended), 'unavailable')).toBe(true)
    expect(kept).toEqual([])
    expect(await readdir(join(folder, '.drafts'))).toEqual([])
  })

  it('are not fetched to be judged when that fills the disk, and leave it as it was', async () => {
    say = ({ method }, response) => {
      response.setHeader('content-length', large.size)
      response.end(method === 'GET' ? Buffer.alloc(large.size) : '')
    }
    roomFor = 1
    expect(isFailure(await failure(storage.growing.draft('one', large)), 'storage_full')).toBe(true)
    expect(await readdir(join(folder, '.drafts'))).toEqual([])
    roomFor = 2
    await (await storage.growing.draft('one', large)).discard()
  })

  it('keep no part that the server gives no ETag of, sent or copied', async () => {
    say = ({ method }, response) => {
      if (method === 'HEAD') response.setHeader('content-length', large.size)
      response.end(method === 'PUT' ? '<CopyPartResult></CopyPartResult>' : '')
    }
    const { keep, kept } = owner()
    const body = Readable.from([randomBytes(8 * mebibyte)])
    const appended = storage.growing.append('one', { size: 0 }, body, { keep })
    expect(isFailure(await failure(appended), 'unavailable')).toBe(true)
    const joined = storage.growing.join('two', { size: 0 }, [{ id: 'one', growth: large }], keep)
    expect(isFailure(await failure(joined), 'unavailable')).toBe(true)
    expect(kept).toEqual([])
  })

  it('let go of a tail only when what took it in is kept', async () => {
    const bytes = randomBytes(withTail.size)
    say = ({ method }, response) => {
      response.setHeader('etag', '"e"')
      response.end(method === 'GET' ? bytes : '')
    }
    const { keep, kept } = owner((done) => done)
    let deletedBefore: string[] = []
    async function* body() {
      yield randomBytes(9 * mebibyte)
      deletedBefore = [...deleted]
      yield randomBytes(9 * mebibyte)
    }
    await storage.growing.append('one', withTail, Readable.from(body()), { keep })
    expect(kept.map(({ size }) => size)).toEqual([withTail.size + 18 * mebibyte])
    expect([deletedBefore, deleted]).toEqual([[], ['uploads/one/tail-before']])
  })

  it('are removed whole, however many pages they are listed on', async () => {
    say = ({ query }, response) => {
      const page = Number(query.get('continuation-token') ?? 1)
      const next = page < 3 ? `<NextContinuationToken>${page + 1}</NextContinuationToken>` : ''
      const found = `<Contents><Key>uploads/one/tail-${page}</Key></Contents>`
      if (query.has('uploads')) response.end('<R><IsTruncated>false</IsTruncated></R>')
      else response.end(`<R><IsTruncated>${page < 3}</IsTruncated>${found}${next}</R>`)
    }
    await storage.growing.remove('one')
    expect(deleted).toEqual([1, 2, 3].map((page) => `uploads/one/tail-${page}`))
  })
})
