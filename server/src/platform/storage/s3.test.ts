// @module-tag slow/real-servers
import { randomBytes } from 'node:crypto'
import dns from 'node:dns'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { HeadObjectCommand, ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3'
import { isFailure } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createBucket,
  s3Client,
  s3Credentials,
  s3Domain,
  s3KmsKey,
  s3Missing,
  s3StorageUrl,
  startS3,
} from '../../../test/services/s3.ts'
import type { Service } from '../../../test/services/service.ts'
import { growingContract } from './growing.contract.ts'
import { openStorage, type Storage, storageKey } from './index.ts'
import { parseS3Url } from './s3-url.ts'
import { storageContract } from './storage.contract.ts'

const terms = {
  from: new Date(),
  seconds: 600,
  contentType: 'image/png',
  contentDisposition: 'inline',
  cacheControl: 'private, no-cache',
}

describe.skipIf(s3Missing)(
  `s3:// on a real server${s3Missing === undefined ? '' : ` [skipped: ${s3Missing}]`}`,
  () => {
    let folder: string
    let server: Service
    let client: S3Client
    const { accessKeyId, secretAccessKey } = s3Credentials
    const open = (path = 'images', directUrl?: string) =>
      openStorage({ url: s3StorageUrl(server.url, path), folder: join(folder, 'local'), directUrl })

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-s3-'))
      server = await startS3(folder)
      client = s3Client(server.url)
      await createBucket(server.url, 'images')
    })
    afterAll(async () => {
      client?.destroy()
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    const largeSize = 20 * 1024 * 1024
    storageContract('s3', async () => ({
      storage: await open(),
      largeSize,
      changedLinks: null,
      stop: async () => {},
    }))
    storageContract('s3 with a prefix and links', async () => ({
      storage: await open('images/some/place', `${server.url}/images`),
      largeSize,
      changedLinks: (link) => [
        link.replace('image%2Fjpeg', 'text%2Fhtml'),
        link.replace('X-Amz-Expires=3600', 'X-Amz-Expires=3601'),
      ],
      stop: async () => {},
    }))

    growingContract('s3', async () => ({
      storage: await open('images/growing'),
      another: () => open('images/growing'),
      stop: async () => {},
    }))

    it('leaves neither parts nor drafts behind an upload that is stopped half way', async () => {
      const storage = await open()
      const draft = await storage.draft()
      await writeFile(draft.path, randomBytes(3 * largeSize))
      const aborting = new AbortController()
      const sending = draft.commit(storageKey('images', 'stopped', 'original'), { signal: aborting.signal })
      const sent = sending.then(
        () => 'sent',
        () => 'stopped',
      )
      await vi.waitFor(
        async () => {
          const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'images' }))
          expect(Uploads).toHaveLength(1)
        },
        { timeout: 20_000, interval: 5 },
      )
      aborting.abort()
      expect(await sent).toBe('stopped')
      await draft.discard()
      await vi.waitFor(async () => {
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'images' }))
        expect(Uploads).toHaveLength(0)
      }, 20_000)
      expect(await storage.head(storageKey('images', 'stopped', 'original'))).toBeNull()
      expect(await readdir(join(folder, 'local', '.drafts'))).toEqual([])
      await storage.close()
    })

    it('has the server encrypt what it is told to, small objects and parts alike', async () => {
      const storage = await openStorage({
        url: `${s3StorageUrl(server.url, 'images')}&sse=aws:kms&kmsKeyId=${s3KmsKey}`,
        folder: join(folder, 'local'),
        directUrl: `${server.url}/images`,
      })
      const small = storageKey('images', 'encrypted', 'small')
      const large = storageKey('images', 'encrypted', 'original')
      await storage.put(small, Buffer.from('small'))
      const bytes = randomBytes(largeSize)
      const draft = await storage.draft()
      await writeFile(draft.path, bytes)
      await draft.commit(large)
      for (const key of [small, large]) {
        const head = await client.send(new HeadObjectCommand({ Bucket: 'images', Key: key }))
        expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(['aws:kms', s3KmsKey])
      }
      expect((await buffer(await storage.get(large))).equals(bytes)).toBe(true)
      const link = await storage.link?.(large, terms)
      const linked = await fetch(link ?? '')
      expect(linked.status).toBe(200)
      expect(Buffer.from(await linked.arrayBuffer()).equals(bytes)).toBe(true)
      await storage.close()
    })

    it('signs links for the host that clients reach, also where the bucket is its first label', async () => {
      const { port } = new URL(server.url)
      const storage = await open('images', `http://images.${s3Domain}:${port}`)
      const key = storageKey('images', 'hosted', 'original')
      await storage.put(key, Buffer.from('hosted'))
      const link = new URL((await storage.link?.(key, terms)) ?? '')
      expect(link.host).toBe(`images.${s3Domain}:${port}`)
      const ask = (host: string, path: string) =>
        new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
          const headers = { host: `${host}:${port}` }
          const asking = request({ port, host: '127.0.0.1', path: path + link.search, headers })
          asking.once('error', reject).once('response', (answer) => {
            text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject)
          })
          asking.end()
        })
      expect(await ask(link.hostname, link.pathname)).toEqual({ status: 200, body: 'hosted' })
      expect(await ask(s3Domain, `/images${link.pathname}`)).toMatchObject({ status: 403 })
      await storage.close()
    })

    it('finds a bucket that is the first label of the host', async () => {
      const { port } = new URL(server.url)
      const hosts = new Set<string>()
      // What a wildcard record of a name server would say.
      const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((
        host: string,
        _options: unknown,
        done: (error: null, found: { address: string; family: number }[]) => void,
      ) => {
        hosts.add(host)
        done(null, [{ address: '127.0.0.1', family: 4 }])
      }) as never)
      const endpoint = encodeURIComponent(`http://${s3Domain}:${port}`)
      const storage = await openStorage({
        url: `s3://${accessKeyId}:${secretAccessKey}@images?endpoint=${endpoint}&pathStyle=false`,
        folder: join(folder, 'local'),
      })
      try {
        const key = storageKey('images', 'labelled', 'original')
        await storage.put(key, Buffer.from('labelled'))
        expect(await text(await storage.get(key))).toBe('labelled')
        expect([...hosts]).toEqual([`images.${s3Domain}`])
      } finally {
        lookup.mockRestore()
        await storage.close()
      }
    })

    it('says so when the bucket is missing or the key is wrong', async () => {
      const unavailable = async (storage: Storage) => {
        const asked = [storage.check(), storage.put(storageKey('a', 'b'), Buffer.from('x'))]
        for (const error of await Promise.all(asked.map((work) => work.catch((caught: unknown) => caught)))) {
          expect(isFailure(error, 'unavailable')).toBe(true)
          expect(JSON.stringify((error as Error).cause ?? {})).not.toContain('Signature=')
        }
        await storage.close()
      }
      await unavailable(await open('nosuchbucket'))
      const wrong = s3StorageUrl(server.url, 'images').replace(secretAccessKey, 'wrong')
      await unavailable(await openStorage({ url: wrong, folder: join(folder, 'local') }))
    })

    it('says unavailable while the server is away or frozen, and goes on when it is back', async () => {
      const storage = await open()
      const key = storageKey('images', 'kept', 'original')
      await storage.put(key, Buffer.from('kept'))
      const failsSoon = async () => {
        const before = Date.now()
        const error = await storage.put(key, Buffer.from('x')).catch((caught: unknown) => caught)
        expect(isFailure(error, 'unavailable') && error.retryAfter).toBeGreaterThan(0)
        return Date.now() - before
      }
      process.kill(server.pid(), 'SIGSTOP')
      try {
        expect(isFailure(await storage.check().catch((error: unknown) => error), 'unavailable')).toBe(true)
        expect(await failsSoon()).toBeLessThan(25_000)
      } finally {
        process.kill(server.pid(), 'SIGCONT')
      }
      await server.kill()
      expect(await failsSoon()).toBeLessThan(5_000)
      await server.start()
      await vi.waitFor(() => storage.check(), 20_000)
      expect(await storage.head(key)).not.toBeNull()
      await storage.close()
    })
  },
)

describe('a connection to S3 that breaks before anybody reads', () => {
  it('is told to whoever reads then, and ends nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rendition-s3-'))
    let broken = false
    const server = createServer((_request, response) => {
      response.once('close', () => {
        broken = true
      })
      response.writeHead(200, { 'content-length': 100_000 })
      response.write(Buffer.alloc(1_000), () => response.socket?.resetAndDestroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const endpoint = encodeURIComponent(`http://127.0.0.1:${port}`)
    const storage = await openStorage({ url: `s3://key:secret@images?endpoint=${endpoint}`, folder })
    const stream = await storage.get(storageKey('images', 'cut', 'original'))
    await vi.waitFor(() => expect(broken).toBe(true), 20_000)
    expect(isFailure(await buffer(stream).catch((error: unknown) => error), 'unavailable')).toBe(true)
    await storage.close()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })
})

describe('an s3:// URL', () => {
  it('is read whole', () => {
    expect(
      parseS3Url(
        's3://AK:s%2Fe@my.bucket/a/b?endpoint=http://127.0.0.1:9000&region=eu-1&sse=aws:kms&kmsKeyId=k',
      ),
    ).toEqual({
      bucket: 'my.bucket',
      prefix: 'a/b/',
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-1',
      pathStyle: true,
      encryption: { algorithm: 'aws:kms', keyId: 'k' },
      credentials: { accessKeyId: 'AK', secretAccessKey: 's/e' },
    })
  })

  it('needs no more than a bucket on AWS', () => {
    expect(parseS3Url('s3://pictures')).toMatchObject({ bucket: 'pictures', prefix: '', pathStyle: false })
  })

  it.each([
    ['s3://b', /bucket name/],
    ['s3://bucket?sse=rot13', /sse/],
    ['s3://bucket?pathStyle=perhaps', /pathStyle/],
    ['s3://bucket/UPPER', /prefix/],
    ['s3://bucket/../up?x=1', /x/],
    ['s3://bucket?endpiont=http://x', /endpiont/],
    ['s3://bucket?endpoint=ftp://x', /endpoint/],
    ['s3://bucket?kmsKeyId=k', /sse/],
    ['s3://onlykey@bucket', /secret/],
  ])('is refused: %s', (text, message) => {
    expect(() => parseS3Url(text)).toThrow(message)
  })

  it('keeps its secret out of messages', () => {
    expect(() => parseS3Url('s3://key:topsecret@bucket?bad=1')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('topsecret') }),
    )
  })
})
