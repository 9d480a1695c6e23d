import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis } from '../../../test/services/redis.ts'
import type { Service } from '../../../test/services/service.ts'
import { busContract } from './events.contract.ts'
import { openBus } from './index.ts'

describe.skipIf(redisMissing)(
  `redis:// bus${redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`}`,
  () => {
    let folder: string
    let server: Service
    const open = () => openBus({ url: server.url })

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-redis-'))
      server = await startRedis(folder)
    })
    afterAll(async () => {
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    busContract('redis', async () => ({ open, stop: async () => {} }))

    it('loses announcements while Redis is away without an error, and hears again when it is back', async () => {
      const [one, two] = await Promise.all([open(), open()])
      const heard: unknown[] = []
      await two.subscribe('news', (payload) => heard.push(payload))
      await server.kill()
      await one.publish('news', 'lost')
      expect(isFailure(await one.check().catch((error: unknown) => error), 'unavailable')).toBe(true)
      // Asked for during the outage.
      await two.subscribe('later', (payload) => heard.push(payload))
      await server.start()
      await vi.waitFor(async () => {
        await one.publish('news', 'back')
        await one.publish('later', 'too')
        expect(heard).toEqual(expect.arrayContaining(['back', 'too']))
      }, 15_000)
      expect(heard).not.toContain('lost')
      await one.close()
      await two.close()
    })
  },
)
