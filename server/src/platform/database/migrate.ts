import { readdir } from 'node:fs/promises'
import type pg from 'pg'
import type { Log } from '../log.ts'
import { holdForConnection } from './locks.ts'

const table = 'schema_migrations'

/**
 * Brings the schema up to the `*.sql` files of `folder`, each in a transaction of its own, in order of name.
 * Any number of processes may start at once: they wait for each other on one advisory lock, which dies with its
 * connection. Throws when the database holds migrations that this version does not know.
 */
export async function migrate(client: pg.Client, folder: string, log: Log): Promise<{ applied: string[] }> {
  const known = (await readdir(folder))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort()
  await takeTime(client)
  await holdForConnection(client, 'migrate')
  const done = await appliedMigrations(client)
  refuseUnknown(done, known)
  if (known.every((name) => done.includes(name))) return { applied: [] }

  // Loaded only when there is work: it brings a TypeScript loader along, and most starts have nothing to migrate.
  const { runner } = await import('node-pg-migrate')
  const applied = await runner({
    dbClient: client,
    dir: folder,
    // Keeps anything that is not SQL, such as a note for people, out of the loader that would execute it.
    ignorePattern: '(?!.*\\.sql).*',
    direction: 'up',
    migrationsTable: table,
    checkOrder: true,
    noLock: true,
    logger: {
      info: () => {},
      warn: (text: string) => log.warn({}, text),
      error: (text: string) => log.error({}, text),
    },
  })
  return { applied: applied.map(({ name }) => name) }
}

/**
 * A migration, and the wait for another process's, may take an hour: no limit holds for them, also none that was set for
 * the account or the database (`alter role … set statement_timeout`). A server process whose client was killed would run
 * its statement to the end and keep the lock until then, so it is made to look for its client meanwhile; PostgreSQL
 * cannot on every system, and refuses the setting there.
 */
async function takeTime(client: pg.Client): Promise<void> {
  for (const limit of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
    await client.query(`set ${limit} = 0`)
  }
  await client.query(`set client_connection_check_interval = '1s'`).catch(() => {})
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const found = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [table])
  if (found.rows[0]?.found !== true) return []
  const { rows } = await client.query<{ name: string }>(`select name from ${table} order by name`)
  return rows.map(({ name }) => name)
}

function refuseUnknown(done: readonly string[], known: readonly string[]): void {
  const unknown = done.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new Error(
    `The database is newer than this version of Rendition: it holds ${unknown.join(', ')}, which this version ` +
      'does not know. Start the version that was used last, or restore a backup made before it.',
  )
}
