import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Database, type DatabaseOptions, UniqueViolation } from './index.ts'

export interface DatabaseOpener {
  /** Opens one more pool on the same database. */
  open(
    options: Pick<DatabaseOptions, 'migrationsFolder' | 'statementTimeoutMs' | 'poolSize'>,
  ): Promise<Database>
  stop(): Promise<void>
}

/** What every Database does, whatever server is behind it. */
export function databaseContract(name: string, start: () => Promise<DatabaseOpener>): void {
  describe(`Database: ${name}`, () => {
    let opener: DatabaseOpener
    let db: Database
    let migrations: string

    beforeAll(async () => {
      migrations = await mkdtemp(join(tmpdir(), 'rendition-migrations-'))
      await writeFile(join(migrations, 'README.md'), 'Not SQL, and not to be run.')
      await writeFile(
        join(migrations, '0001_things.sql'),
        '-- Up Migration\ncreate table things (id int primary key, size bigint, at timestamptz default now());',
      )
      opener = await start()
      db = await opener.open({ migrationsFolder: migrations, statementTimeoutMs: 1_000 })
    })
    afterAll(async () => {
      await db?.close()
      await opener?.stop()
      await rm(migrations, { recursive: true, force: true })
    })

    it('applies migrations once', async () => {
      expect(await db.migrate()).toEqual({ applied: ['0001_things'] })
      expect(await db.migrate()).toEqual({ applied: [] })
      expect(await db.query('select count(*) as n from things')).toEqual([{ n: 0 }])
    })

    it('lets ten that start at once wait for each other, and applies each migration once', async () => {
      for (const n of [2, 3, 4]) {
        const sql = `-- Up Migration\ncreate table t${n} (a int);\nselect pg_sleep(0.1);`
        await writeFile(join(migrations, `000${n}_t${n}.sql`), sql)
      }
      const results = await Promise.all(Array.from({ length: 10 }, () => db.migrate()))
      expect(results.flatMap(({ applied }) => applied)).toEqual(['0002_t2', '0003_t3', '0004_t4'])
    })

    it('leaves nothing of a migration that fails, and says where it failed', async () => {
      const file = join(migrations, '0005_bad.sql')
      await writeFile(file, '-- Up Migration\ncreate table half (a int);\nselect nonsense();')
      await expect(db.migrate()).rejects.toThrow(/nonsense/)
      expect(await db.query(`select to_regclass('half') as found`)).toEqual([{ found: null }])
      await rm(file)
      expect(await db.migrate()).toEqual({ applied: [] })
    })

    it('refuses a database that is newer than the code', async () => {
      await db.query(`insert into schema_migrations (name, run_on) values ('9999_future', now())`)
      await expect(db.migrate()).rejects.toThrow(/newer than this version.*9999_future/s)
      await db.query(`delete from schema_migrations where name = '9999_future'`)
    })

    it('gives int8 as number, timestamptz as Date, jsonb parsed, bytea as Buffer', async () => {
      const [row] = await db.query(
        `select $1::int8 as big, array[1, $1]::int8[] as bigs, '2026-01-02T03:04:05Z'::timestamptz as at,
                $2::jsonb as doc, $3::bytea as bytes, null::int8 as none`,
        [2 ** 53 - 1, { a: [1, 'x'] }, Buffer.from([0, 255])],
      )
      expect(row).toEqual({
        big: 2 ** 53 - 1,
        bigs: [1, 2 ** 53 - 1],
        at: new Date('2026-01-02T03:04:05Z'),
        doc: { a: [1, 'x'] },
        bytes: Buffer.from([0, 255]),
        none: null,
      })
    })

    it('would rather fail than round a number', async () => {
      await expect(db.query('select 9007199254740993::int8 as n')).rejects.toThrow(/not exact/)
      expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
    })

    it('prepares a named statement and runs it again', async () => {
      const twice = (n: number) => db.query('select $1::int * 2 as n', [n], 'twice')
      expect([await twice(2), await twice(3)]).toEqual([[{ n: 4 }], [{ n: 6 }]])
    })

    it('names the unique constraint that refused a row, and keeps the connection', async () => {
      const insert = 'insert into things (id) values (1)'
      await db.query(insert)
      const before = await connections(db)
      for (let n = 0; n < 5; n += 1) {
        const error = await db.query(insert).catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(UniqueViolation)
        expect((error as UniqueViolation).constraint).toBe('things_pkey')
      }
      expect(await connections(db)).toEqual(before)
    })

    it('leaves a fault in the SQL as it is', async () => {
      const error = await db.query('selec 1').catch((caught: unknown) => caught)
      expect(isFailure(error)).toBe(false)
      expect(error).toMatchObject({ code: '42601' })
    })

    it('commits what a transaction did, gives back its result, and undoes it when it throws', async () => {
      const result = await db.transaction(async (tx) => {
        await tx.query('insert into things (id) values (10)')
        return 'done'
      })
      const failing = db.transaction(async (tx) => {
        await tx.query('insert into things (id) values (11)')
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(result).toBe('done')
      expect(await db.query('select id from things where id in (10, 11)')).toEqual([{ id: 10 }])
    })

    it('undoes a transaction in which a statement failed, and reports that statement', async () => {
      const failing = db.transaction(async (tx) => {
        await tx.query('insert into things (id) values (12)')
        await tx.query('insert into things (id) values (10)')
      })
      await expect(failing).rejects.toBeInstanceOf(UniqueViolation)
      expect(await db.query('select id from things where id = 12')).toEqual([])
    })

    it('refuses a statement after its transaction is over', async () => {
      let kept: Parameters<Parameters<Database['transaction']>[0]>[0] | undefined
      await db.transaction(async (tx) => {
        kept = tx
      })
      await expect(async () => kept?.query('select 1')).rejects.toThrow(/over/)
    })

    it('runs more transactions at once than it has connections', async () => {
      await db.query('insert into things (id, size) select n, 0 from generate_series(100, 139) n')
      const claim = () =>
        db.transaction(async (tx) => {
          const [row] = await tx.query<{ id: number }>(
            'select id from things where size = 0 order by id limit 1 for update skip locked',
          )
          if (row !== undefined) await tx.query('update things set size = 1 where id = $1', [row.id])
          return row?.id
        })
      const claimed = await Promise.all(Array.from({ length: 40 }, claim))
      expect(new Set(claimed).size).toBe(40)
    })

    it('holds no more connections than its pool may, whatever fails, besides one that listens', async () => {
      const held = async () => (await connections(db)).length
      const before = await held()
      const small = await opener.open({ migrationsFolder: migrations, poolSize: 3 })
      await small.listen('small', () => {})
      const seen = new Set<number>()
      let over = false
      const load = Promise.all(
        Array.from({ length: 90 }, async (_, n) => {
          if (n % 3 === 0) await small.query('select 1 / 0').catch(() => {})
          else await small.transaction((tx) => tx.query('select pg_sleep(0.05)'))
        }),
      ).finally(() => {
        over = true
      })
      while (!over) seen.add((await held()) - before)
      await load
      expect(Math.max(...seen)).toBe(3 + 1)
      await small.close()
      await vi.waitFor(async () => expect(await held()).toBe(before))
    })

    it('ends a statement that runs too long, as unavailable, and none that does not', async () => {
      await db.query('select pg_sleep(0.7)')
      const began = Date.now()
      const error = await db.query('select pg_sleep(30)').catch((caught: unknown) => caught)
      expect(isFailure(error, 'unavailable')).toBe(true)
      expect(isFailure(error) && error.retryAfter).toBeGreaterThan(0)
      expect((error as Error).cause).toMatchObject({ code: '57014' })
      expect(Date.now() - began).toBeLessThan(10_000)
    })

    it('sets no limit to migrations, nor to the wait for those of another', async () => {
      // Not even one of the account, which holds wherever a connection sets none.
      await db.query(`alter role postgres set statement_timeout = '300ms'`)
      try {
        const file = join(migrations, '0006_slow.sql')
        await writeFile(file, '-- Up Migration\ncreate table slow (a int);\nselect pg_sleep(2);')
        const results = await Promise.all([db.migrate(), db.migrate()])
        expect(results.flatMap(({ applied }) => applied)).toEqual(['0006_slow'])
      } finally {
        await db.query('alter role postgres reset statement_timeout')
      }
    })

    it('survives that the server ends its connections', async () => {
      await db.query('select 1')
      const other = await opener.open({ migrationsFolder: migrations })
      await other.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where pid <> pg_backend_pid() and backend_type = 'client backend'`)
      await other.close()
      await vi.waitFor(async () => expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]), 5_000)
    })

    it('reports a connection that breaks within a transaction as unavailable, and goes on', async () => {
      const failing = db.transaction(async (tx) => {
        await tx.query('select pg_terminate_backend(pg_backend_pid())')
        await tx.query('select 1')
      })
      const error = await failing.catch((caught: unknown) => caught)
      expect(isFailure(error, 'unavailable')).toBe(true)
      expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
    })

    it('calls listeners of a channel until they leave, and listens again after a lost connection', async () => {
      const heard: string[] = []
      const also: string[] = []
      const leave = await db.listen('Odd "channel"', (payload) => heard.push(payload))
      await db.listen('Odd "channel"', (payload) => also.push(payload))
      const notify = (payload: string) => db.query('select pg_notify($1, $2)', ['Odd "channel"', payload])
      await notify('one')
      await vi.waitFor(() => expect([heard, also]).toEqual([['one'], ['one']]))

      await db.query(`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %'`)
      await vi.waitFor(async () => {
        await notify('two')
        expect(heard).toContain('two')
      }, 10_000)

      await leave()
      const before = heard.length
      await notify('three')
      await vi.waitFor(() => expect(also).toContain('three'))
      expect(heard).toHaveLength(before)
    })

    it('answers its check', async () => {
      await expect(db.check()).resolves.toBeUndefined()
    })

    it('closes once, whatever is asked again', async () => {
      const other = await opener.open({ migrationsFolder: migrations })
      await other.query('select 1')
      await Promise.all([other.close(), other.close()])
      await expect(other.query('select 1')).rejects.toThrow()
    })
  })
}

async function connections(db: Database): Promise<unknown[]> {
  return db.query(`select pid from pg_stat_activity
    where application_name = 'rendition' and backend_type = 'client backend' order by pid`)
}
