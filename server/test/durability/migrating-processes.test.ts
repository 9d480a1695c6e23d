// @module-tag slow/kills
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/platform/database/index.ts'
import { type Program, runProgram } from '../processes/program.ts'
import { startPostgres } from '../services/postgres.ts'
import type { Service } from '../services/service.ts'

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
const program = join(import.meta.dirname, 'migrate-when-told.ts')
const within = { timeout: 60_000, interval: 50 }

describe('processes that migrate one empty database at once', { timeout: 180_000 }, () => {
  let folder: string
  let server: Service
  let admin: Database
  let count = 0
  let url: string
  let db: Database
  const programs: Program[] = []

  const open = (at: string) => openDatabase({ url: at, folder, migrationsFolder, poolSize: 2 })
  /** Processes that are loaded and only wait for the word. */
  const start = async (number: number, migrations: string): Promise<Program[]> => {
    const started = await Promise.all(
      Array.from({ length: number }, () => runProgram(program, [url, migrations])),
    )
    programs.push(...started)
    await Promise.all(started.map((one) => one.says(/^ready$/)))
    return started
  }
  const tell = (all: readonly Program[]) => {
    for (const { child } of all) child.stdin?.end('go\n')
  }
  const appliedBy = ({ lines }: Program) => lines.flatMap((line) => /^applied (.+)/.exec(line)?.[1] ?? [])
  /** Server processes of other connections that wait for an advisory lock, by what they run. */
  const waiting = async (statement: string): Promise<number> => {
    const rows = await db.query(
      `select pid from pg_stat_activity
       where datname = current_database() and wait_event = 'advisory' and query like $1 and pid <> pg_backend_pid()`,
      [statement],
    )
    return rows.length
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-migrating-'))
    server = await startPostgres(folder)
    admin = await open(server.url)
  })
  afterAll(async () => {
    await admin?.close()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    count += 1
    await admin.query(`create database empty_${count}`)
    url = server.url.replace(/postgres$/, `empty_${count}`)
    db = await open(url)
  })
  afterEach(async () => {
    for (const { child } of programs.splice(0)) child.kill('SIGKILL')
    await db.close()
  })

  it('all succeed, and each migration is applied once', async () => {
    const ten = await start(10, migrationsFolder)
    tell(ten)
    expect(await Promise.all(ten.map(({ exited }) => exited))).toEqual(Array(10).fill(0))
    const files = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort()
    const names = files.map((name) => name.replace(/\.sql$/, ''))
    expect(ten.flatMap(appliedBy).sort()).toEqual(names)
    expect(await db.query('select name from schema_migrations order by name')).toEqual(
      names.map((name) => ({ name })),
    )
    expect(await db.migrate()).toEqual({ applied: [] })
  })

  it('go on without one that is killed in the middle of a migration, and nothing of it is left', async () => {
    const migrations = await mkdtemp(join(folder, 'slow-'))
    const write = (name: string, sql: string) => writeFile(join(migrations, name), `-- Up Migration\n${sql}`)
    await write('0001_runs.sql', 'create table runs (name text);')
    // In the middle for as long as the test holds the lock.
    await write(
      '0002_held.sql',
      `create table held (a int);
       insert into runs values ('held');
       select pg_advisory_xact_lock(42);`,
    )
    await write('0003_last.sql', `insert into runs values ('last');`)
    const [first, ...others] = await start(10, migrations)
    if (first === undefined) throw new Error('no process')
    await db.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock(42)')
      tell([first])
      await vi.waitFor(async () => expect(await waiting('%pg_advisory_xact_lock(42)%')).toBe(1), within)
      tell(others)
      await vi.waitFor(async () => expect(await waiting('select pg_advisory_lock(%')).toBe(9), within)
      process.kill(first.pid, 'SIGKILL')
      expect(await first.exited).toBe('SIGKILL')
      // Its server process would wait for lock 42 still, and hold the others' lock, did it not look for its client.
      await vi.waitFor(async () => expect(await waiting('select pg_advisory_lock(%')).toBe(8), within)
      await vi.waitFor(async () => expect(await waiting('%pg_advisory_xact_lock(42)%')).toBe(1), within)
    })
    expect(await Promise.all(others.map(({ exited }) => exited))).toEqual(Array(9).fill(0))
    expect(others.flatMap(appliedBy).sort()).toEqual(['0002_held', '0003_last'])
    expect(await db.query('select name from runs order by name')).toEqual([
      { name: 'held' },
      { name: 'last' },
    ])
    expect(await db.query('select name from schema_migrations order by name')).toEqual(
      ['0001_runs', '0002_held', '0003_last'].map((name) => ({ name })),
    )
  })
})
