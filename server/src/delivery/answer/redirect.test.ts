// @module-tag slow/real-servers
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBucket, s3Missing, s3StorageUrl, startS3 } from '../../../test/services/s3.ts'
import type { Service } from '../../../test/services/service.ts'
import { type Door, type House, openHouse, owner, ownerAsking, stranger } from '../testing/house.ts'
import { photo } from '../testing/pictures.ts'
import { isRedirectable } from './redirect.ts'

describe.skipIf(s3Missing)(
  `originals that S3 sends itself${s3Missing === undefined ? '' : ` [skipped: ${s3Missing}]`}`,
  () => {
    let folder: string
    let server: Service
    let house: House
    let door: Door
    let original: Buffer
    let open: string
    let hidden: string
    const lines: string[] = []
    const life = 300

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-direct-'))
      server = await startS3(folder)
      await createBucket(server.url, 'pictures')
      house = await openHouse({
        storage: {
          url: s3StorageUrl(server.url, 'pictures'),
          directUrl: `${server.url}/pictures`,
        },
        onLog: (line) => lines.push(line),
      })
      original = await photo(1200, 900)
      door = await house.open({ directBytes: original.length, directSeconds: life })
      open = (await house.upload(original, 'public')).id
      hidden = (await house.upload(original, 'private', owner, 'Ferien "24".jpg')).id
    })
    afterAll(async () => {
      await house?.close()
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    /** The service's own answer, not followed. */
    const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
      const answer = await fetch(`${door.url}${path}`, { headers, method, redirect: 'manual' })
      const bytes = Buffer.from(await answer.arrayBuffer())
      return { status: answer.status, headers: answer.headers, bytes, to: answer.headers.get('location') }
    }
    const follow = async (to: string | null, headers: Record<string, string> = {}) => {
      const answer = await fetch(to ?? '', { headers })
      return {
        status: answer.status,
        headers: answer.headers,
        bytes: Buffer.from(await answer.arrayBuffer()),
      }
    }
    const signed = (query: Record<string, string | number>, imageId = hidden) =>
      house.signer.signedUrl({ imageId, query })
    const parameter = (to: string | null, name: string) => new URL(to ?? '').searchParams.get(name) ?? ''

    it('are redirected to, by every URL that opens them, and nobody keeps the way there', async () => {
      const urls = ['', '?preset=original', '?v=1', '?download', '?preset=original&v=1&download=other.png']
      const paths = [...urls.map((query) => `/images/${open}${query}`), signed({}), signed({ v: 1 })]
      for (const path of paths) {
        const before = house.counts.reads
        const { status, headers, bytes, to } = await get(path)
        expect([status, bytes.length, headers.get('cache-control')], path).toEqual([
          302,
          0,
          'private, no-store',
        ])
        expect(to, path).toMatch(new RegExp(`^${server.url}/pictures/images/`))
        expect(headers.get('cache-status')).toBe('rendition; fwd=bypass; detail=direct')
        expect(headers.has('etag')).toBe(false)
        expect((await follow(to)).bytes.equals(original), path).toBe(true)
        expect(house.counts.reads).toBe(before)
      }
    })

    it('say the type and the name that the service would have said', async () => {
      const names = [
        'a.jpg',
        'b"\r\nset-cookie: x=1\r\n\r\n<script>.html',
        `${'€😀'.repeat(60)}.jpg`,
        '../../x&y=z%0d%0a#',
      ]
      for (const name of names) {
        const { id } = await house.upload(original, 'public', owner, name)
        for (const query of ['', '?download', `?download=${encodeURIComponent(name.slice(0, 100))}`]) {
          const path = `/images/${id}${query}`
          const told = await get(path, {}, 'HEAD')
          const { status, headers } = await follow((await get(path)).to)
          expect(status, name).toBe(200)
          for (const header of ['content-type', 'content-disposition', 'content-length']) {
            expect(headers.get(header), `${header} of ${name}`).toBe(told.headers.get(header))
          }
          expect(headers.has('set-cookie')).toBe(false)
          expect(headers.get('cache-control')).toBe('private, no-cache')
        }
      }
    })

    it('are sent in ranges by whom the redirect leads to, and refused beyond their end by the service', async () => {
      const range = { range: 'bytes=100-199' }
      const { status, to } = await get(`/images/${open}`, range)
      expect(status).toBe(302)
      const part = await follow(to, range)
      expect([part.status, part.headers.get('content-range')]).toEqual([
        206,
        `bytes 100-199/${original.length}`,
      ])
      expect(part.bytes).toEqual(original.subarray(100, 200))
      const beyond = await get(`/images/${open}`, { range: `bytes=${original.length}-` })
      expect([beyond.status, beyond.headers.get('content-range'), beyond.to]).toEqual([
        416,
        `bytes */${original.length}`,
        null,
      ])
    })

    it('are described, and called unchanged, by the service', async () => {
      const head = await get(`/images/${open}`, {}, 'HEAD')
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(original.length)])
      const etag = head.headers.get('etag') ?? ''
      expect((await get(`/images/${open}`, { 'if-none-match': etag })).status).toBe(304)
      expect((await get(`/images/${open}`, { 'if-none-match': '"older"' })).status).toBe(302)
      const resumed = await get(`/images/${open}`, { range: 'bytes=-7', 'if-range': etag })
      expect([resumed.status, resumed.bytes]).toEqual([206, original.subarray(-7)])
    })

    it('are sent by the service to requests whose headers are not for another host', async () => {
      const mine = house.as(owner)
      for (const path of [`/images/${hidden}`, `/images/${open}`, signed({})]) {
        const { status, bytes, to } = await get(path, mine)
        expect([status, to, bytes.equals(original)], path).toEqual([200, null, true])
      }
      const { status, to } = await get(`/images/${open}?v=1`, {
        'if-modified-since': new Date(0).toUTCString(),
      })
      expect([status, to]).toEqual([200, null])
      expect(isRedirectable({ authorization: 'Bearer x' })).toBe(false)
      expect(isRedirectable({ 'if-match': '"x"' })).toBe(false)
      expect(isRedirectable({ accept: '*/*', range: 'bytes=0-', 'if-none-match': '"x"' })).toBe(true)
    })

    it('are for nobody else', async () => {
      const url = signed({})
      const refused: [string, Record<string, string>, number][] = [
        [`/images/${hidden}`, {}, 404],
        [`/images/${hidden}?preset=original`, house.as(stranger), 404],
        [`/images/${hidden}`, house.as(owner, 'keyless'), 403],
        [`/images/${open}`.replace(/.$/, (last) => (last === '0' ? '1' : '0')), {}, 404],
        [`${url}x`, {}, 403],
        [url.replace(hidden, open), {}, 403],
        [url.replace(/exp=\d+/, 'exp=9999999999'), {}, 403],
        [`/images/${open}?v=2`, {}, 404],
        [`/images/${open}?preset=original&w=64`, {}, 403],
      ]
      for (const [path, headers, expected] of refused) {
        const { status, to } = await get(path, headers)
        expect([status, to], path).toEqual([expected, null])
      }
    })

    it('leave renditions and small originals to the service', async () => {
      const small = (await house.upload(await photo(40, 30), 'public')).id
      for (const path of [`/images/${small}`, `/images/${open}?preset=small`, `/images/${open}?w=640`]) {
        const { status, to } = await get(path)
        expect([status, to], path).toEqual([200, null])
      }
    })

    it('are out of reach of an old link once they are deleted, and not before it ends otherwise', async () => {
      const { id } = await house.upload(original, 'public')
      const first = (await get(`/images/${id}`)).to
      await house.replace(id, await photo(1300, 1000))
      await expect.poll(async () => (await get(`/images/${id}`)).to?.includes('/original-')).toBe(true)
      await house.images.library.change(ownerAsking, id, { visibility: 'private' })
      await expect.poll(async () => (await get(`/images/${id}`)).status).toBe(404)
      expect((await follow(first)).bytes.equals(original)).toBe(true)
      await house.images.library.delete(ownerAsking, id)
      await expect.poll(async () => (await follow(first)).status).toBe(404)
      expect((await get(`/images/${id}`)).to).toBe(null)
    })

    it('come by links that are in no log', async () => {
      const { to } = await get(signed({}))
      expect(to).toContain('X-Amz-Signature=')
      expect(lines.some((line) => line.includes(hidden))).toBe(true)
      expect(lines.join()).not.toMatch(/X-Amz|filename/i)
    })

    // Last: no storage takes a link from the future that this one moves the clock to.
    it('have one link for half of its life, and none that outlives the signature', async () => {
      const half = life / 2
      let shift = 0
      const moveTo = (second: number): void => {
        const next = second * 1000 - Date.now()
        house.forward(next - shift)
        shift = next
      }
      const endOf = (to: string | null): number => {
        const [, year, month, day, hour, minute, second] =
          /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parameter(to, 'X-Amz-Date')) ?? []
        const begin = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000
        return begin + Number(parameter(to, 'X-Amz-Expires'))
      }
      const start = (Math.floor(Date.now() / 1000 / half) + 1) * half
      const links: (string | null)[] = []
      for (const second of [1, half - 5, half + 1]) {
        moveTo(start + second)
        const { to } = await get(`/images/${open}`)
        expect(endOf(to) - (start + second)).toBeGreaterThanOrEqual(half)
        links.push(to)
      }
      expect(links[1]).toBe(links[0])
      expect(links[2]).not.toBe(links[0])

      const url = signed({})
      const end = Number(/exp=(\d+)/.exec(url)?.[1])
      moveTo(end - 60)
      expect(endOf((await get(url)).to)).toBe(end)
      expect(endOf((await get(`/images/${open}`)).to)).toBeGreaterThan(end)
      moveTo(end - 5)
      expect((await get(url)).status).toBe(200)
      moveTo(end + 1)
      const { status, to } = await get(url)
      expect([status, to]).toEqual([403, null])
    })

    it('a stranger gets no link to an original that is cleaned for him', async () => {
      const placed = await sharp(original)
        .withExif({ IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
        .jpeg({ quality: 100 })
        .toBuffer()
      // As large as what S3 sends itself
      expect(placed.length).toBeGreaterThan(original.length)
      const { id } = await house.upload(placed, 'public')
      const { status, bytes } = await get(`/images/${id}?preset=original`)
      expect([status, bytes.length]).toEqual([200, placed.length])
      expect(bytes.equals(placed)).toBe(false)
      const own = await get(house.signer.signedUrl({ imageId: id, query: { preset: 'original' } }))
      expect(own.status).toBe(302)
      expect((await follow(own.to)).bytes.equals(placed)).toBe(true)
    })
  },
)
