import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startPostgres } from '../../../test/services/postgres.ts'
import type { Service } from '../../../test/services/service.ts'
import { databaseContract } from './database.contract.ts'
import { type Database, openDatabase } from './index.ts'

/** The oldest server that is supported and at hand, beside the one in the package. */
const [debian] = await readdir('/usr/lib/postgresql').catch(() => [])
const versions = {
  'of the package': undefined,
  ...(debian === undefined ? {} : { [`${debian} of Debian`]: `/usr/lib/postgresql/${debian}/bin` }),
}

for (const [name, binaries] of Object.entries(versions)) {
  databaseContract(`postgres://, PostgreSQL ${name}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rendition-postgres-'))
    const server = await startPostgres(folder, binaries)
    return {
      open: (options) => openDatabase({ ...options, url: server.url, folder: '/nowhere' }),
      async stop() {
        await server.stop()
        await rm(folder, { recursive: true })
      },
    }
  })
}

it.each(['statement_timeout', 'query_timeout'])(
  'refuses a URL that sets %s past the configuration',
  async (name) => {
    const url = `postgres://ann:secret@127.0.0.1:1/db?sslmode=disable&${name}=0`
    const opening = openDatabase({ url, folder: '/nowhere', migrationsFolder: '/nowhere' })
    await expect(opening).rejects.toThrow(
      `DATABASE_URL sets ${name}: set DATABASE_STATEMENT_TIMEOUT_MS instead`,
    )
  },
)

describe('postgres:// when the server is away', () => {
  let folder: string
  let server: Service
  let db: Database
  const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-postgres-'))
    server = await startPostgres(folder)
    const patience = { statementTimeoutMs: 1_000, connectTimeoutMs: 1_000 }
    db = await openDatabase({ url: server.url, folder, migrationsFolder: folder, ...patience })
    await db.query('select 1')
  })
  afterAll(async () => {
    await db?.close()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('says unavailable while it is down, and goes on when it is back, listeners too', async () => {
    const heard: string[] = []
    await db.listen('news', (payload) => heard.push(payload))
    await server.kill()
    for (let n = 0; n < 3; n += 1) {
      const error = await failure(db.query('select 1'))
      expect(isFailure(error, 'unavailable') && error.retryAfter).toBeGreaterThan(0)
    }
    expect(isFailure(await failure(db.transaction(async () => {})), 'unavailable')).toBe(true)
    expect(isFailure(await failure(db.migrate()), 'unavailable')).toBe(true)
    expect(isFailure(await failure(db.check()), 'unavailable')).toBe(true)
    await server.start()
    await vi.waitFor(() => db.check(), 10_000)
    await vi.waitFor(async () => {
      await db.query(`select pg_notify('news', 'back')`)
      expect(heard).toContain('back')
    }, 20_000)
  })

  it('does not hang on a server that is frozen', async () => {
    // One connection is in the pool, to a server process that will say nothing.
    const [row] = await db.query<{ pid: number }>('select pg_backend_pid() as pid')
    process.kill(server.pid(), 'SIGSTOP')
    process.kill(row?.pid ?? 0, 'SIGSTOP')
    try {
      const before = Date.now()
      const asked = [db.query('select 1'), db.query('select 1'), db.check()].map(failure)
      for (const error of await Promise.all(asked)) expect(isFailure(error, 'unavailable')).toBe(true)
      expect(Date.now() - before).toBeLessThan(6_000)
    } finally {
      process.kill(row?.pid ?? 0, 'SIGCONT')
      process.kill(server.pid(), 'SIGCONT')
    }
    await vi.waitFor(() => db.check(), 10_000)
  })
})
