import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm, stat, symlink, unlink } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CachingProxy } from '../../../test/services/caches.ts'
import { sendfileProxies } from '../../../test/services/sendfile-proxies.ts'
import { originalKey } from '../../platform/storage/index.ts'
import { type Door, type House, openHouse, owner } from '../testing/house.ts'
import { photo } from '../testing/pictures.ts'
import { frontHeader } from './front-server.ts'

const secret = 'known-to-the-front-alone'
const isRoot = process.getuid?.() === 0

describe('pictures that a front server sends', () => {
  let folder: string
  let files: string
  let house: House
  let original: Buffer
  let open: string
  let hidden: string
  const doors = new Map<string, Door>()
  const door = (sendfile: string): Door => doors.get(sendfile) as Door

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-front-'))
    files = join(folder, 'files of it')
    if (isRoot) {
      // As the documentation says it: the front server's group owns the folder, and what is made in it.
      await chown(folder, 0, Number(execFileSync('id', ['-g', 'www-data'], { encoding: 'utf8' })))
      await chmod(folder, 0o2750)
    }
    house = await openHouse({ storage: { url: `file://${encodeURI(files)}`, sendfile: true } })
    const how = { sendfileSecret: secret, sendfileBytes: 1_000, memoryBytes: 0 }
    for (const sendfile of ['x-accel-redirect', 'x-sendfile'] as const) {
      doors.set(sendfile, await house.open({ ...how, sendfile }))
    }
    original = await photo(900, 600)
    open = (await house.upload(original, 'public')).id
    hidden = (await house.upload(original, 'private', owner, 'Käse "24".jpg')).id
  })
  afterAll(async () => {
    await house?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const ask = (port: number, path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
      const asking = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
        buffer(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes }),
          reject,
        )
      })
      asking.once('error', reject)
      asking.end()
    })
  const portOf = (url: string): number => Number(new URL(url).port)
  const asFront = { [frontHeader]: secret }
  const fileOf = async (imageId: string): Promise<string> => {
    const placed = await house.storage.locate?.(originalKey(imageId, 1))
    return join(placed?.folder ?? '', placed?.path ?? '')
  }
  /** Rendered and stored, and in no memory. */
  const stored = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
    const first = door('x-sendfile')
    expect((await ask(portOf(first.url), path, headers)).status).toBe(200)
    await first.delivery.idle()
  }

  it('are named by a header to nobody but it', async () => {
    for (const [sendfile, { url }] of doors) {
      const port = portOf(url)
      const told = await ask(port, `/images/${open}`, asFront)
      expect([told.status, told.bytes.length, told.headers['content-length']]).toEqual([200, 0, '0'])
      expect(decodeURI(String(told.headers[sendfile]))).toBe(
        sendfile === 'x-sendfile'
          ? await fileOf(open)
          : `/rendition-files/${(await fileOf(open)).slice(files.length + 1)}`,
      )
      for (const wrong of [undefined, '', 'another', `${secret}x`, secret.slice(1), `${secret}, ${secret}`]) {
        const answer = await ask(port, `/images/${open}`, wrong === undefined ? {} : { [frontHeader]: wrong })
        expect(answer.headers[sendfile], wrong).toBe(undefined)
        expect(answer.bytes.equals(original), wrong).toBe(true)
      }
    }
  })

  it('are those that this caller may have, as they lie there, whole, and of some size', async () => {
    const port = portOf(door('x-accel-redirect').url)
    const named = async (path: string, more: Record<string, string> = {}, method = 'GET') => {
      const { status, headers } = await ask(port, path, { ...asFront, ...more }, method)
      return [status, headers['x-accel-redirect'] !== undefined]
    }
    const { etag } = (await ask(port, `/images/${open}`)).headers
    expect(await named(`/images/${hidden}`)).toEqual([404, false])
    expect(await named(`/images/${hidden}`, house.as(owner))).toEqual([200, true])
    expect(await named(`/images/${open}`, {}, 'HEAD')).toEqual([200, false])
    expect(await named(`/images/${open}`, { 'if-none-match': String(etag) })).toEqual([304, false])
    expect(await named(`/images/${open}`, { range: 'bytes=1-2' })).toEqual([200, true])
    expect(await named(`/images/${open}`, { range: 'bytes=1-2,4-5' })).toEqual([200, false])
    expect(await named(`/images/${open}`, { range: `bytes=${original.length}-` })).toEqual([416, false])
    for (const name of ['if-match', 'if-unmodified-since', 'if-range']) {
      const answer = await named(`/images/${open}`, { [name]: String(etag), range: 'bytes=1-2' })
      expect(answer[1], name).toBe(false)
    }
    const rendition = `/images/${open}?width=640`
    await stored(rendition)
    expect(await named(rendition)).toEqual([200, true])
    expect(await named(rendition, { range: 'bytes=1-2' })).toEqual([200, false])
    const small = `/images/${open}?width=16&v=1`
    expect(await named(small)).toEqual([403, false])
    await stored(house.signer.signedUrl({ imageId: open, query: { width: 16, v: 1, quality: 10 } }))
    expect(
      await named(house.signer.signedUrl({ imageId: open, query: { width: 16, v: 1, quality: 10 } })),
    ).toEqual([200, false])
  })

  it('are made again when the file has gone, and never sent by way of a link', async () => {
    const port = portOf(door('x-accel-redirect').url)
    const gone = (await house.upload(original, 'public')).id
    const path = `/images/${gone}?width=640`
    await stored(path)
    const { headers, status } = await ask(port, path, asFront)
    expect(status).toBe(200)
    const file = join(files, String(headers['x-accel-redirect']).slice('/rendition-files/'.length))
    await unlink(file)
    const again = await ask(port, path, asFront)
    expect([again.status, again.headers['x-accel-redirect']]).toEqual([200, undefined])
    expect(again.bytes.length).toBeGreaterThan(1_000)

    const link = await fileOf(gone)
    await unlink(link)
    await symlink(await fileOf(open), link)
    expect((await ask(port, `/images/${gone}`, asFront)).status).toBe(404)
  })

  it('need a secret', async () => {
    await expect(house.open({ sendfile: 'x-sendfile' })).rejects.toThrow(/DELIVERY_SENDFILE_SECRET/)
  })

  it.skipIf(!isRoot)('lie where its group may read, and nobody else', async () => {
    const file = await stat(await fileOf(open))
    const above = await stat(join(await fileOf(open), '..'))
    expect([file.mode & 0o777, above.mode & 0o777, file.gid === above.gid]).toEqual([0o640, 0o750, true])
  })

  describe.each(sendfileProxies)(
    '$name',
    { tags: 'slow/real-servers' },
    ({ name, absent, sendfile, start }) => {
      let proxy: CachingProxy
      let inFront: number
      let direct: number
      const title = (what: string) => `${what}${absent === undefined ? '' : ` [skipped: ${absent}]`}`
      beforeAll(async () => {
        if (absent !== undefined) return
        direct = portOf(door(sendfile).url)
        proxy = await start({ folder: join(folder, name), backendPort: direct, files, secret })
        inFront = proxy.port
      })
      afterAll(() => proxy?.stop())

      /** What each answer has of its own, or what belongs to the connection. */
      const passing = [
        'date',
        'server',
        'connection',
        'keep-alive',
        'x-request-id',
        'server-timing',
        'accept-ranges',
        'transfer-encoding',
      ]
      const lasting = (headers: IncomingHttpHeaders) =>
        Object.fromEntries(Object.entries(headers).filter(([header]) => !passing.includes(header)))
      const numbers = /\d+/g
      const secondsOf = (headers: IncomingHttpHeaders) =>
        (headers['cache-control']?.match(numbers) ?? []).map(Number)
      const withoutSeconds = (headers: IncomingHttpHeaders) => headers['cache-control']?.replace(numbers, 'N')

      it.skipIf(absent)(title('sends what the service would have sent, with the same headers'), async () => {
        const signed = (query: Record<string, string | number>) =>
          house.signer.signedUrl({ imageId: hidden, query })
        const paths = [
          `/images/${open}`,
          `/images/${open}?v=1`,
          `/images/${open}?width=640`,
          `/images/${open}?width=640&format=auto&v=1`,
          `/images/${open}?width=auto`,
          signed({}),
          signed({ width: 700, v: 1 }),
          signed({ width: 700, download: 'true' }),
        ]
        for (const path of paths) {
          const asked = { accept: 'image/webp', 'sec-ch-width': '640' }
          await stored(path, asked)
          const own = await ask(direct, path, asked)
          const decided = await ask(direct, path, { ...asked, ...asFront })
          expect(decided.headers[sendfile], path).toBeDefined()
          // A name in the URL makes no other answer: what the client says of itself ends at the front.
          const sent = await ask(inFront, path, { ...asked, [frontHeader]: 'mine' })
          expect(sent.status, path).toBe(200)
          expect(sent.bytes.equals(own.bytes), path).toBe(true)
          // What is left of a signed URL's time goes on between the two answers.
          const left = secondsOf(sent.headers)
          for (const [n, seconds] of secondsOf(own.headers).entries())
            expect(seconds - (left[n] ?? 0), path).toBeOneOf([0, 1, 2, 3, 4, 5])
          const expected: IncomingHttpHeaders = {
            ...lasting(own.headers),
            'cache-control': withoutSeconds(own.headers),
          }
          const told: IncomingHttpHeaders = {
            ...lasting(sent.headers),
            'cache-control': withoutSeconds(sent.headers),
          }
          // mod_xsendfile says the file's date where we say none; with our ETag beside it nobody is led by that.
          if (expected['last-modified'] === undefined && name === 'Apache') delete told['last-modified']
          expect(told, path).toEqual({ ...expected, 'cache-status': decided.headers['cache-status'] })
          expect(sent.headers['x-request-id']).toMatch(/^[\w-]{36}$/)
        }
      })

      it.skipIf(absent)(title('sends parts, and answers conditions as the service does'), async () => {
        const path = `/images/${open}`
        const { headers } = await ask(inFront, path)
        const etag = String(headers.etag)
        const part = await ask(inFront, path, { range: 'bytes=100-199' })
        expect([part.status, part.headers['content-range'], part.headers.etag]).toEqual([
          206,
          `bytes 100-199/${original.length}`,
          etag,
        ])
        expect(part.bytes).toEqual(original.subarray(100, 200))
        const end = await ask(inFront, path, { range: 'bytes=-10' })
        expect([end.status, end.bytes]).toEqual([206, original.subarray(-10)])
        const cases: [Record<string, string>, number][] = [
          [{ 'if-none-match': etag }, 304],
          [{ 'if-none-match': '"other"' }, 200],
          [{ 'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString() }, 200],
          [{ 'if-match': etag }, 200],
          [{ range: 'bytes=0-9', 'if-range': etag }, 206],
          [{ range: 'bytes=0-9', 'if-range': '"other"' }, 200],
          [{ range: `bytes=${original.length}-` }, 416],
          [{ range: 'bytes=0-9,20-29' }, 200],
          [{ range: 'lines=0-9' }, 200],
        ]
        for (const [asked, status] of cases) {
          const [sent, own] = [await ask(inFront, path, asked), await ask(direct, path, asked)]
          expect([sent.status, own.status], JSON.stringify(asked)).toEqual([status, status])
          expect(sent.bytes.equals(own.bytes) || status === 416, JSON.stringify(asked)).toBe(true)
        }
        expect((await ask(inFront, `/images/${hidden}`)).status).toBe(404)
      })

      it.skipIf(absent)(title('gives nobody its folder, nor the header'), async () => {
        const file = (await fileOf(hidden)).slice(files.length)
        for (const path of [
          `/rendition-files${file}`,
          `/rendition-files/..${file}`,
          `/rendition-files/%2e%2e/x`,
          `/images/../rendition-files${file}`,
        ]) {
          const { status } = await ask(inFront, path)
          expect([400, 404], path).toContain(status)
        }
        for (const headers of [
          {},
          asFront,
          { [frontHeader]: 'x' },
          { 'x-sendfile-type': 'X-Accel-Redirect' },
        ]) {
          const sent = await ask(inFront, `/images/${open}`, headers)
          expect([sent.headers['x-accel-redirect'], sent.headers['x-sendfile']]).toEqual([
            undefined,
            undefined,
          ])
          expect(sent.bytes.equals(original)).toBe(true)
        }
      })
    },
  )
})
