import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isFailure } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { loadConfig } from '../platform/config/load.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from './config.ts'
import { openParts } from './parts.ts'

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
const configOf = (environment: Record<string, string>) => loadConfig(configSchema, environment, () => '')

describe('the database of the configuration', () => {
  let folder: string
  let database: TestDatabase
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-parts-'))
    database = await testDatabase()
  })
  afterAll(async () => {
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('has the connections and the patience it was given', async () => {
    const config = configOf({
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '2',
      DATABASE_STATEMENT_TIMEOUT_MS: '1000',
    })
    const parts = await openParts(config, migrationsFolder, createLogger('silent'))
    try {
      const pids = await Promise.all(
        Array.from({ length: 12 }, () =>
          parts.db.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.02)'),
        ),
      )
      expect(new Set(pids.flat().map(({ pid }) => pid)).size).toBe(2)
      expect(await parts.db.query('show statement_timeout')).toEqual([{ statement_timeout: '1s' }])
      const error = await parts.db.query('select pg_sleep(20)').catch((caught: unknown) => caught)
      expect(isFailure(error, 'unavailable')).toBe(true)
    } finally {
      await parts.close()
    }
  })

  it('takes no pool that waits for itself and no limit that ends everything', () => {
    expect(() => configOf({ DATABASE_POOL_SIZE: '1', DATABASE_STATEMENT_TIMEOUT_MS: '0' })).toThrow(
      /DATABASE_POOL_SIZE: [\s\S]*2[\s\S]*DATABASE_STATEMENT_TIMEOUT_MS: [\s\S]*1000/,
    )
    expect(() => configOf({ DATABASE_POOL_SIZE: '501' })).toThrow(/500/)
  })
})

it('says at the start what is wrong with an address of Sentinels, and nothing of its password', () => {
  const load = () =>
    configOf({ QUEUE_URL: 'rediss+sentinel://one/main', CACHE_URL: 'redis+sentinel://:s3cret@one:26379' })
  expect(load).toThrow(/QUEUE_URL: TLS by way of[\s\S]*CACHE_URL: lacks the name of the primary/)
  expect(load).not.toThrow(/s3cret/)
})
