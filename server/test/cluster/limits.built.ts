// @module-tag slow/real-servers
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis } from '../services/redis.ts'
import { freePort, type Service } from '../services/service.ts'
import { createProcess, type ServiceProcess } from './process.ts'

/** Two whole services, of which each has its own accounts: what they have in common is the count in Redis. */
describe.skipIf(redisMissing)(
  `limits of two processes${redisMissing ? ` [skipped: ${redisMissing}]` : ''}`,
  () => {
    let folder: string
    let redis: Service
    let processes: ServiceProcess[] = []
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-two-'))
      redis = await startRedis(folder)
      processes = await Promise.all(
        ['one', 'other'].map(async (name) =>
          createProcess(name, {
            HOST: '127.0.0.1',
            PORT: `${await freePort()}`,
            DATA_DIR: join(folder, name),
            CACHE_URL: redis.url,
            LIMIT_REGISTRATIONS: '4/1h',
            LIMIT_LOGINS: '3/15m',
            RENDER_PROCESSES: '1',
          }),
        ),
      )
      await Promise.all(processes.map((each) => each.start()))
    })
    afterAll(async () => {
      await Promise.all(processes.map((each) => each.stop()))
      await redis?.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    })

    const post = async (at: number, path: string, username: string) => {
      const answer = await fetch(`${processes[at]?.url}/api/auth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: 'correct horse' }),
      })
      await answer.arrayBuffer()
      return { status: answer.status, left: /r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1] }
    }

    it('are one count, and one of each while Redis is away', async () => {
      expect(await post(0, 'register', 'ann')).toEqual({ status: 201, left: '3' })
      expect(await post(1, 'register', 'ann')).toEqual({ status: 201, left: '2' })
      expect(await post(0, 'register', 'bob')).toEqual({ status: 201, left: '1' })
      expect(await post(1, 'register', 'bob')).toEqual({ status: 201, left: '0' })
      for (const at of [0, 1]) expect(await post(at, 'register', 'cem')).toEqual({ status: 429, left: '0' })

      await redis.kill()
      // Looser, and not open.
      await vi.waitFor(async () => expect(await post(0, 'login', 'ann')).toEqual({ status: 200, left: '2' }))
      expect(await post(0, 'login', 'ann')).toEqual({ status: 200, left: '1' })
      expect(await post(0, 'login', 'ann')).toEqual({ status: 200, left: '0' })
      expect(await post(0, 'login', 'ann')).toEqual({ status: 429, left: '0' })
      expect(await post(1, 'login', 'ann')).toEqual({ status: 200, left: '2' })

      await redis.start()
      // Counted together again: what one takes the other misses.
      await vi.waitFor(
        async () => {
          const [here, there] = [await post(0, 'refresh', 'x'), await post(1, 'refresh', 'x')]
          expect(Number(there.left)).toBe(Number(here.left) - 1)
        },
        { timeout: 20_000, interval: 200 },
      )
    })
  },
)
