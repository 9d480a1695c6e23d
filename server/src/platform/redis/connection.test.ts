import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisMissing, startRedis } from '../../../test/services/redis.ts'
import { freePort, type Service } from '../../../test/services/service.ts'
import { silentLog } from '../log.ts'
import { createLogger } from '../telemetry/logger.ts'
import { connectRedis, createTrouble, endRedis, untilReady } from './connection.ts'

describe.skipIf(redisMissing)(
  `a connection to Redis${redisMissing === undefined ? '' : ` [skipped: ${redisMissing}]`}`,
  () => {
    let folder: string
    let server: Service
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-redis-end-'))
      server = await startRedis(folder)
    })
    afterAll(async () => {
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    it('waits for what was asked', async () => {
      const client = connectRedis(server.url, silentLog)
      await untilReady(client, 10_000)
      const asked = client.echo('last words')
      await endRedis(client)
      expect(await asked).toBe('last words')
    })

    it('says why it was refused, and nothing of what it had sent', async () => {
      const place = join(folder, 'guarded')
      await mkdir(place)
      const guarded = await startRedis(place, { password: 'right' })
      const lines: string[] = []
      const log = createLogger('trace', { write: (line) => void lines.push(line) })
      const wrong = connectRedis(guarded.url.replace('right', 's3cret'), log)
      const client = connectRedis(guarded.url, log)
      try {
        await vi.waitFor(() => expect(lines.join()).toMatch(/WRONGPASS|invalid/), 10_000)
        await untilReady(client, 10_000)
        const lost = createTrouble(log, 'not kept')
        await client.call('SET', 'key', 'pixels', 'XX', 'NX').catch(lost)
        expect(lines.join()).toMatch(/not kept/)
        expect(lines.join()).not.toMatch(/s3cret|pixels/)
      } finally {
        await Promise.all([endRedis(wrong), endRedis(client)])
        await guarded.stop()
      }
    })

    it('does not go on asking Sentinels that are away', async () => {
      const warn = vi.fn()
      const url = `redis+sentinel://127.0.0.1:${await freePort()},127.0.0.1:${await freePort()}/main`
      const client = connectRedis(url, { ...silentLog, warn })
      await expect(client.get('x')).rejects.toThrow()
      await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce(), 10_000)
      const closed = new Promise((resolve) => client.once('end', resolve))
      await endRedis(client)
      await closed
    })

    // The connections of subscribers and workers have no limit for a command.
    it('does not wait for a server that is frozen', async () => {
      const client = connectRedis(server.url, silentLog, { commandTimeout: undefined })
      await untilReady(client, 10_000)
      process.kill(server.pid(), 'SIGSTOP')
      try {
        const closed = new Promise((resolve) => client.once('end', resolve))
        await endRedis(client)
        await closed
      } finally {
        process.kill(server.pid(), 'SIGCONT')
      }
    }, 20_000)
  },
)
