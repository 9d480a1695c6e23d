// @module-tag slow/real-servers
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createProcess, type ServiceProcess } from '../cluster/process.ts'
import {
  type CachingProxy,
  nginxMissing,
  startNginx,
  startVarnish,
  varnishMissing,
} from '../services/caches.ts'
import { freePort } from '../services/service.ts'
import { type Answer, createAsker } from './asker.ts'
import { type Furniture, furnish } from './furniture.ts'

const shop = 'https://shop.example'
const missing = varnishMissing && nginxMissing && `${varnishMissing}; ${nginxMissing}`
const kinds = [
  { name: 'Varnish as it comes', absent: varnishMissing, start: startVarnish, how: 'default' },
  { name: 'Varnish as documented', absent: varnishMissing, start: startVarnish, how: 'recipe' },
  { name: 'nginx that keeps whatever it may', absent: nginxMissing, start: startNginx, how: 'default' },
  { name: 'nginx as documented', absent: nginxMissing, start: startNginx, how: 'recipe' },
] as const

/** The service behind caches that many share, which are as eager to keep as they come. */
describe.skipIf(missing)(`behind a shared cache${missing ? ` (${missing})` : ''}`, () => {
  let folder: string
  let service: ServiceProcess
  let servicePort: number
  let furniture: Furniture
  /** Told by PURGE_URL. */
  let purged: CachingProxy | undefined
  const asker = createAsker()
  /** What the service itself answers, which no cache before it changes. */
  const straight = new Map<string, Answer>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-caches-'))
    servicePort = await freePort()
    if (varnishMissing === undefined)
      purged = await startVarnish(join(folder, 'purged'), servicePort, 'recipe')
    service = createProcess('service', {
      HOST: '127.0.0.1',
      PORT: `${servicePort}`,
      DATA_DIR: join(folder, 'data'),
      RENDER_PROCESSES: '1',
      CORS_ORIGINS: shop,
      LOGIN_ATTEMPTS_PER_ADDRESS: '100000',
      ...(purged === undefined
        ? {}
        : {
            PURGE_URL: `http://127.0.0.1:${purged.port}/.purge`,
            PURGE_HEADERS: 'X-Purge-Token: change-me',
          }),
    })
    await service.start()
    furniture = await furnish(service.url)
  }, 240_000)
  afterAll(async () => {
    asker.close()
    await service?.stop()
    await purged?.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  describe.each(kinds)('$name', ({ name, absent, start, how }) => {
    let cache: CachingProxy
    beforeAll(async () => {
      if (absent !== undefined) return
      cache = await start(join(folder, name.replaceAll(' ', '-')), servicePort, how)
    })
    afterAll(() => cache?.stop())

    it.skipIf(absent)(
      `gives nobody what another's credential got, on any route and in any order${absent ? ` (${absent})` : ''}`,
      async () => {
        const { ann, bob, paths } = furniture
        const askers: Record<string, string>[] = [
          {},
          { 'x-api-key': ann.key, origin: shop },
          { authorization: `Bearer ${ann.token}` },
          { origin: shop },
          { 'x-api-key': ann.key },
          { 'x-api-key': bob.key },
          { authorization: `Bearer ${bob.token}` },
          { 'x-api-key': 'no key' },
        ]
        expect(paths.length).toBeGreaterThan(60)
        const faults: string[] = []
        const judge = async (path: string): Promise<void> => {
          const truth = async (headers: Record<string, string>): Promise<Answer> => {
            const asked = JSON.stringify([path, headers])
            const known = straight.get(asked) ?? (await asker.ask(servicePort, path, { headers }))
            straight.set(asked, known)
            return known
          }
          for (const [first, poison] of askers.slice(0, 3).entries()) {
            // A host of its own is an empty cache of its own.
            const host = `${createHash('sha1').update(path).digest('hex').slice(0, 12)}-${first}.example`
            for (const headers of [poison, ...askers.filter((asking) => asking !== poison)]) {
              const answer = await asker.ask(cache.port, path, { headers, host })
              if (answer.own) continue
              const said = answer.headers['cache-control'] ?? 'nothing'
              const { status, digest } = await truth(headers)
              const right = answer.status === status && answer.digest === digest
              if (answer.status >= 400 || !right || !/^public,/.test(said)) {
                faults.push(
                  `${path} to ${Object.keys(headers)} after ${Object.keys(poison)}: ${answer.status}, ${said}`,
                )
              }
            }
          }
        }
        const queue = [...paths]
        await Promise.all(
          Array.from({ length: 8 }, async () => {
            for (let path = queue.pop(); path !== undefined; path = queue.pop()) await judge(path)
          }),
        )
        expect(faults).toEqual([])
      },
      240_000,
    )

    it.skipIf(absent)(
      'keeps public pictures, and pages of any origin read them after a plain <img>',
      async () => {
        for (const path of furniture.publicPictures) {
          const accept = { accept: 'image/avif,image/webp,*/*' }
          const first = await asker.ask(cache.port, path, { headers: accept })
          expect([path, first.status, first.own]).toEqual([path, 200, true])
          const second = await asker.ask(cache.port, path, { headers: { ...accept, origin: shop } })
          const third = await asker.ask(cache.port, path, {
            headers: { ...accept, origin: 'https://x.example' },
          })
          for (const answer of [second, third]) {
            expect([path, answer.own, answer.digest]).toEqual([path, false, first.digest])
            expect(answer.headers['access-control-allow-origin']).toBe('*')
            expect(answer.headers['access-control-expose-headers']).toContain('content-range')
          }
        }
      },
    )

    it.skipIf(absent)('gives each client of format=auto what it takes', async () => {
      const path = `/images/${furniture.open.id}?w=750&format=auto`
      const typeFor = async (accept: string) =>
        (await asker.ask(cache.port, path, { headers: { accept } })).headers['content-type']
      for (let round = 0; round < 2; round += 1) {
        expect(await typeFor('image/webp,*/*')).toBe('image/webp')
        expect(await typeFor('image/*')).toBe('image/jpeg')
        expect(await typeFor('image/webp;q=0,image/jpeg')).toBe('image/jpeg')
      }
    })

    it.skipIf(absent)('does not keep the answer to a request that nobody can read', async () => {
      const path = `/images/${furniture.open.id}?w=1200`
      // More than Node reads, in headers that the proxies pass on.
      const long = Object.fromEntries(['x-1', 'x-2', 'x-3'].map((name) => [name, 'x'.repeat(7_000)]))
      expect((await asker.ask(cache.port, path, { headers: long })).status).toBe(431)
      expect((await asker.ask(cache.port, path)).status).toBe(200)
    })
  })

  describe('that is told by PURGE_URL', () => {
    const path = () => `/images/${furniture.open.id}?w=640&v=1`
    /** Asks until the cache gives what it kept. */
    const fill = (at: string) =>
      vi.waitFor(
        async () => {
          const answer = await asker.ask(purged?.port ?? 0, at)
          expect([answer.status, answer.own]).toEqual([200, false])
          return answer
        },
        { timeout: 15_000 },
      )
    const sees = (at: string, status: number, withinMs = 15_000) =>
      vi.waitFor(async () => expect((await asker.ask(purged?.port ?? 0, at)).status).toBe(status), {
        timeout: withinMs,
      })

    it.skipIf(varnishMissing)('what was hidden is gone, and back when it is shown again', async () => {
      const { ann, open } = furniture
      await fill(path())
      await ann.change(open.id, { visibility: 'private' })
      await sees(path(), 404)
      await ann.change(open.id, { visibility: 'public' })
      await fill(path())
    })

    it.skipIf(varnishMissing)('what was replaced shows the new picture, and other images stay', async () => {
      const { ann, open, other } = furniture
      const alias = `/images/${open.id}?w=640`
      const before = await fill(alias)
      await fill(`/images/${other.id}?w=640`)
      await ann.replace(open.id)
      await vi.waitFor(
        async () => {
          const now = await asker.ask(purged?.port ?? 0, alias)
          expect([now.status, now.digest === before.digest]).toEqual([200, false])
        },
        { timeout: 15_000 },
      )
      expect((await asker.ask(purged?.port ?? 0, `/images/${other.id}?w=640`)).own).toBe(false)
    })

    it.skipIf(varnishMissing)('renditions that were purged are fetched again', async () => {
      const { ann, other } = furniture
      const at = `/images/${other.id}?w=750`
      await fill(at)
      await ann.purge(other.id)
      await vi.waitFor(async () => expect((await asker.ask(purged?.port ?? 0, at)).own).toBe(true), {
        timeout: 15_000,
      })
    })

    it.skipIf(varnishMissing)(
      'what was deleted is gone, over a kill of the service',
      async () => {
        const { ann, open } = furniture
        await fill(path())
        await ann.delete(open.id)
        await service.kill()
        await service.start()
        // Killed while it told the cache, it leaves that to whoever finds it after the 20 s of its lease.
        await sees(path(), 404, 50_000)
      },
      120_000,
    )

    it.skipIf(varnishMissing)('what an erased account had is gone', async () => {
      const { bob } = furniture
      const at = `/images/${furniture.bobs.id}?w=640&v=1`
      await fill(at)
      await bob.erase()
      await sees(at, 404)
    })

    it.skipIf(varnishMissing)('nobody else may tell it', async () => {
      const tell = (headers: Record<string, string>) =>
        asker.ask(purged?.port ?? 0, '/.purge', { method: 'POST', headers })
      const tags = { 'surrogate-key': 'image-x' }
      expect((await tell(tags)).status).toBe(403)
      expect((await tell({ ...tags, 'x-purge-token': 'wrong' })).status).toBe(403)
      expect((await tell({ 'surrogate-key': '.*) || (', 'x-purge-token': 'change-me' })).status).toBe(400)
      expect((await tell({ ...tags, 'x-purge-token': 'change-me' })).status).toBe(200)
    })
  })
})
