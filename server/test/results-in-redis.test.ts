import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job } from '@rendition/contract'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../src/images/testing/pictures.ts'
import { redisMissing, startRedis } from './services/redis.ts'
import type { Service } from './services/service.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

describe.skipIf(redisMissing)(
  `results in a real Redis${redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`}`,
  () => {
    let folder: string
    let server: Service
    let redis: Redis
    let house: WholeHouse
    let headers: Record<string, string>
    let id: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-results-'))
      server = await startRedis(folder)
      redis = new Redis(server.url, { lazyConnect: true, retryStrategy: () => 50 })
      redis.on('error', () => {})
      house = await openWholeHouse({ env: { CACHE_URL: server.url } })
      const account = await send<{ accessToken: string }>('/api/auth/register', {
        username: 'ann',
        password: 'correct horse',
      })
      headers = { authorization: `Bearer ${account.accessToken}` }
      const form = new FormData()
      form.set('image', new Blob([new Uint8Array(await jpeg(90, 60))]), 'a.jpg')
      const made = await fetch(`${house.url}/api/images`, { method: 'POST', headers, body: form })
      id = ((await made.json()) as { id: string }).id
    })
    afterAll(async () => {
      redis?.disconnect()
      await house?.close()
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    async function send<T>(path: string, body: object): Promise<T> {
      const answer = await fetch(house.url + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return (await answer.json()) as T
    }
    /** The path of the result's signed URL; the house is reached by another name than the one it says. */
    async function transformed(width: number): Promise<string> {
      const job = await send<Job>(`/api/images/${id}/transform`, { width, saveImage: false, async: false })
      expect(job.status).toBe('complete')
      const { pathname, search } = new URL(String(job.result?.url))
      return pathname + search
    }
    const statusOf = async (path: string): Promise<number> => {
      const answer = await fetch(house.url + path)
      await answer.arrayBuffer()
      return answer.status
    }

    it('lie there for their time and nowhere else, and are over once it is emptied', async () => {
      const path = await transformed(41)
      const [key = '', ...more] = await redis.keys('*:result:*')
      expect([key.includes(id), more]).toEqual([true, []])
      expect(await redis.pttl(key)).toBeGreaterThan(3_000_000)
      expect(await statusOf(path)).toBe(200)
      await expect(readdir(house.parts.folder.results)).rejects.toThrow('ENOENT')
      await redis.flushall()
      expect(await statusOf(path)).toBe(410)
      expect(await statusOf(await transformed(41))).toBe(200)
    })

    it('are neither over nor lost while it is away', async () => {
      const path = await transformed(42)
      await server.stop()
      try {
        expect(await statusOf(path)).toBe(503)
      } finally {
        await server.start()
      }
      await vi.waitFor(async () => expect(await statusOf(path)).toBe(200), { timeout: 30_000, interval: 100 })
    })
  },
)
