import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStorage, storageKey } from './index.ts'

interface Seen {
  what: string
  headers: IncomingHttpHeaders
  bytes: number
}

/** What the real server of the tests does not show, or does without: a stand-in writes down what it is sent. */
describe('what an s3:// URL says, on the wire', () => {
  let folder: string
  let server: Server
  let seen: Seen[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-s3-wire-'))
    server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request
      const { length } = await buffer(request)
      const { pathname, searchParams } = new URL(url, 'http://stand-in')
      const part = searchParams.get('partNumber')
      const step = searchParams.has('uploads') ? ' begin' : part !== null ? ` part ${part}` : ''
      seen.push({ what: `${method} ${pathname}${step}`, headers, bytes: length })
      response.setHeader('etag', '"e"')
      const answer = searchParams.has('uploads')
        ? '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>'
        : method === 'POST'
          ? '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>'
          : ''
      response.end(answer)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })
  beforeEach(() => {
    seen = []
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  const open = (query: string) => {
    const { port } = server.address() as AddressInfo
    const endpoint = encodeURIComponent(`http://127.0.0.1:${port}`)
    return openStorage({ url: `s3://AK:secret@pictures/below?endpoint=${endpoint}&${query}`, folder })
  }
  const key = storageKey('images', 'one', 'original')
  const mebibyte = 1024 ** 2

  it.each([
    ['sse=AES256', 'AES256', undefined],
    ['sse=aws:kms', 'aws:kms', undefined],
    ['sse=aws:kms&kmsKeyId=k1', 'aws:kms', 'k1'],
    ['region=eu-1', undefined, undefined],
  ])('%s stands in the headers of an object and of the beginning of parts', async (query, algorithm, id) => {
    const storage = await open(query)
    await storage.put(key, Buffer.from('small'))
    const draft = await storage.draft()
    await writeFile(draft.path, Buffer.alloc(17 * mebibyte))
    await draft.commit(key)
    await storage.close()

    const at = '/pictures/below/images/one/original'
    const parts = seen.filter(({ what }) => what.includes('part')).map(({ what, bytes }) => [what, bytes])
    expect(parts.sort()).toEqual([
      [`PUT ${at} part 1`, 8 * mebibyte],
      [`PUT ${at} part 2`, 8 * mebibyte],
      [`PUT ${at} part 3`, mebibyte],
    ])
    const beginnings = seen.filter(({ what }) => [`PUT ${at}`, `POST ${at} begin`].includes(what))
    expect(beginnings).toHaveLength(2)
    for (const { headers } of beginnings) {
      expect(headers['x-amz-server-side-encryption']).toBe(algorithm)
      expect(headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(id)
    }
  })

  it('without a key, the credentials of the machine sign requests and links, passing ones with their token', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'PASSING')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_SESSION_TOKEN', 'token/of+a+role')
    const { port } = server.address() as AddressInfo
    const storage = await openStorage({
      url: `s3://pictures?endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`,
      directUrl: 'https://pictures.example.org',
      folder,
    })
    await storage.put(key, Buffer.from('x'))
    expect(seen[0]?.headers.authorization).toContain('Credential=PASSING/')
    expect(seen[0]?.headers['x-amz-security-token']).toBe('token/of+a+role')
    const link = await storage.link?.(key, {
      from: new Date(),
      seconds: 60,
      contentType: 'image/png',
      contentDisposition: 'inline',
      cacheControl: 'no-store',
    })
    const { origin, pathname, searchParams } = new URL(link ?? '')
    expect(origin + pathname).toBe('https://pictures.example.org/images/one/original')
    expect(searchParams.get('X-Amz-Credential')).toMatch(/^PASSING\//)
    expect(searchParams.get('X-Amz-Security-Token')).toBe('token/of+a+role')
    await storage.close()
  })

  it('region is what every request is signed for', async () => {
    const storage = await open('region=eu-1')
    await storage.put(key, Buffer.from('x'))
    await storage.head(key)
    await storage.close()
    for (const { headers } of seen) {
      expect(headers.authorization).toMatch(/Credential=AK\/\d{8}\/eu-1\/s3\/aws4_request/)
    }
    expect(seen).toHaveLength(2)
  })
})
