import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis } from '../../../test/services/redis.ts'
import type { Service } from '../../../test/services/service.ts'
import { silentLog } from '../log.ts'
import { openLimits } from './index.ts'
import { limitsContract } from './limits.contract.ts'

describe.skipIf(redisMissing)(
  `redis:// limits${redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`}`,
  () => {
    let folder: string
    let server: Service
    const open = () => openLimits({ url: server.url, log: silentLog })

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-limits-'))
      server = await startRedis(folder)
    })
    afterAll(async () => {
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    limitsContract('redis', open)

    it('are those of all processes; of each by itself while Redis is away', async () => {
      const [one, two] = await Promise.all([open(), open()])
      const [here, there] = [one.createLimiter('shared', 2, 3_600), two.createLimiter('shared', 2, 3_600)]
      const refusedAt = (limiter: typeof here): Promise<boolean> =>
        limiter.consume('ann').then(
          () => false,
          () => true,
        )
      await here.consume('ann')
      await there.consume('ann')
      expect([await refusedAt(here), await refusedAt(there)]).toEqual([true, true])

      await server.kill()
      // Whoever was refused has points of this process for a while, and then none again: looser, never open.
      await vi.waitFor(async () => expect(await refusedAt(here)).toBe(false), 10_000)
      await vi.waitFor(async () => expect(await refusedAt(here)).toBe(true), 10_000)

      await server.start()
      await vi.waitFor(
        async () => {
          const fresh = `key-${performance.now()}`
          await here.consume(fresh)
          expect((await there.consume(fresh)).remainingPoints).toBe(0)
        },
        { timeout: 20_000, interval: 100 },
      )
      await Promise.all([one.close(), two.close()])
    })
  },
)
