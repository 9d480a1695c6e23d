import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../log.ts'
import { databaseContract } from './database.contract.ts'
import { type EmbeddedServer, startEmbeddedServer } from './embedded.ts'
import { openDatabase } from './index.ts'
import { openPool } from './pooled.ts'
import { findServerBinaries } from './server-binaries.ts'

databaseContract('embedded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-database-'))
  const server = await startEmbeddedServer({ folder, maxConnections: 60, log: silentLog })
  return {
    open: async ({ migrationsFolder, statementTimeoutMs = 15_000, poolSize = 10 }) =>
      openPool({
        connection: { host: server.socketFolder, user: 'postgres', database: 'postgres' },
        reach: 'process',
        migrationsFolder,
        poolSize,
        statementTimeoutMs,
        connectTimeoutMs: 5_000,
        log: silentLog,
      }),
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
})

describe('embedded server', () => {
  let folder: string
  const servers: EmbeddedServer[] = []
  const start = async (path = folder) => {
    const server = await startEmbeddedServer({ folder: path, maxConnections: 20, log: silentLog })
    servers.push(server)
    return server
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-embedded-'))
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop()
    // What a server had started to keep watch over it may write a moment longer.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  it('keeps its data from one start to the next', async () => {
    const open = () => openDatabase({ url: 'embedded:', folder, migrationsFolder: folder })
    const first = await open()
    await first.query('create table kept as select 42 as n')
    await first.close()
    const second = await open()
    expect(await second.query('select n from kept')).toEqual([{ n: 42 }])
    await second.close()
  })

  it('syncs, listens on no port, and lets nobody else in', async () => {
    const server = await start()
    const db = await openWith(server, folder)
    const settings = await db.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in
       ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'data_checksums') order by name`,
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      synchronous_commit: 'on',
    })
    expect((await stat(server.socketFolder)).mode & 0o777).toBe(0o700)
    await db.close()
  })

  it('refuses a folder in use, naming the process', async () => {
    await start()
    await expect(start()).rejects.toThrow(new RegExp(`in use by process ${process.pid} on`))
  })

  it('comes back by itself when the server dies alone', async () => {
    const server = await start()
    const before = server.pid()
    const db = await openWith(server, folder)
    await db.query('create table kept as select 1 as n')
    process.kill(before ?? 0, 'SIGKILL')
    const restarted = () => expect(server.pid() ?? before).not.toBe(before)
    await vi.waitFor(restarted, { timeout: 15_000, interval: 50 })
    // Connections of the pool that died with the server may fail once each, never wrongly.
    await vi.waitFor(async () => expect(await db.query('select n from kept')).toEqual([{ n: 1 }]), 5_000)
    await db.close()
  })

  it('works in a folder whose path is too long for a socket, and cleans up after itself', async () => {
    const deep = join(folder, 'd'.repeat(100), 'e'.repeat(100))
    const server = await start(deep)
    expect(Buffer.byteLength(server.socketFolder)).toBeLessThan(90)
    const db = await openWith(server, folder)
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
    await db.close()
    await server.stop()
    await expect(stat(server.socketFolder)).rejects.toThrow(/ENOENT/)
  })

  it('removes what a first start that was killed has left, and starts afresh', async () => {
    await mkdir(join(folder, '.init-1-abc'))
    await writeFile(join(folder, '.init-1-abc', 'PG_VERSION'), '18')
    await start()
    expect((await readdir(folder)).filter((name) => name.startsWith('.init'))).toEqual([])
  })

  it('is not held up by a lock file whose pid belongs to somebody else now', async () => {
    const server = await start()
    const file = join(folder, 'cluster', 'postmaster.pid')
    const lines = (await readFile(file, 'utf8')).split('\n')
    await server.stop()
    await writeFile(file, [String(process.ppid), ...lines.slice(1)].join('\n'))
    const again = await start()
    expect(again.pid()).toBeGreaterThan(0)
  })

  it('says which PostgreSQL is needed when the data is of another version', async () => {
    const server = await start()
    await server.stop()
    await writeFile(join(folder, 'cluster', 'PG_VERSION'), '9\n')
    await expect(start()).rejects.toThrow(/made by PostgreSQL 9.*PG_BIN/s)
  })

  it('starts from binaries that lie where only their owner may enter, as below /root', async () => {
    const { folder: found } = await findServerBinaries({ linksFolder: join(folder, 'links') })
    const closed = await mkdtemp(join(tmpdir(), 'rendition-closed-'))
    try {
      await symlink(dirname(found), join(closed, 'native'))
      const binariesFolder = join(closed, 'native/bin')
      const server = await startEmbeddedServer({ folder, binariesFolder, maxConnections: 20, log: silentLog })
      servers.push(server)
      expect(server.pid()).toBeGreaterThan(0)
    } finally {
      await rm(closed, { recursive: true })
    }
  })

  it('says what to do when the given binaries are none', async () => {
    const attempt = startEmbeddedServer({
      folder,
      binariesFolder: '/nowhere',
      maxConnections: 20,
      log: silentLog,
    })
    await expect(attempt).rejects.toThrow(/no working PostgreSQL.*\/nowhere/)
  })
})

async function openWith(server: EmbeddedServer, migrationsFolder: string) {
  return openPool({
    connection: { host: server.socketFolder, user: 'postgres', database: 'postgres' },
    reach: 'process',
    migrationsFolder,
    poolSize: 5,
    statementTimeoutMs: 5_000,
    connectTimeoutMs: 2_000,
    log: silentLog,
  })
}
