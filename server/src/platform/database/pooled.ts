import pg from 'pg'
import type { Log } from '../log.ts'
import type { Reach } from '../reach.ts'
import { breaksConnection, databaseFailure } from './failures.ts'
import { createListener } from './listener.ts'
import { migrate } from './migrate.ts'
import type { Database, Row, Transaction, Value } from './port.ts'
import { typeParsers } from './types.ts'

export interface PoolOptions {
  /** Where and as whom: host, port, user, password, database, ssl or a connection string. */
  connection: pg.ClientConfig
  reach: Reach
  migrationsFolder: string
  /** Connections held at most by this process, besides one for LISTEN. */
  poolSize: number
  /** The server ends a longer statement; the caller gets `unavailable`. */
  statementTimeoutMs: number
  /** Waiting for a connection, free or new. */
  connectTimeoutMs: number
  log: Log
  /** Runs after the last connection is closed. */
  onClosed?: () => Promise<void>
}

/** A Database over a pool of connections to one PostgreSQL server, wherever that server runs. */
export function openPool(options: PoolOptions): Database {
  const { log } = options
  const patience = {
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: options.connectTimeoutMs,
    application_name: 'rendition',
    types: typeParsers,
  }
  const settings: pg.PoolConfig = {
    ...options.connection,
    ...patience,
    max: options.poolSize,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs,
    // A stopped server or a cut cable sends no answer at all: the client must give up by itself.
    query_timeout: options.statementTimeoutMs + 2_000,
    // Locks of a frozen process must not outlive its usefulness.
    idle_in_transaction_session_timeout: 60_000,
  }
  const pool = new pg.Pool(settings)
  // Without a listener, "terminating connection due to administrator command" would end the process.
  pool.on('error', ({ message }) => {
    // When we close, the server may be faster. The error itself carries the whole client, which nobody can read.
    if (closing === undefined) log.warn({ reason: message }, 'an idle database connection was lost')
  })
  pool.on('connect', (client) => client.on('error', () => {}))

  const listener = createListener(
    () => new pg.Client({ ...options.connection, ...patience, query_timeout: 10_000 }),
    log,
  )
  let checking: Promise<void> | undefined
  let closing: Promise<void> | undefined

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient
    try {
      client = await pool.connect()
    } catch (error) {
      throw databaseFailure(error)
    }
    let broken: boolean | undefined
    try {
      return await work(client)
    } catch (error) {
      broken = breaksConnection(error instanceof Error && error.cause ? error.cause : error)
      throw error
    } finally {
      // pool.query() would throw the connection away after every error, a unique violation included.
      client.release(broken)
    }
  }

  return {
    reach: options.reach,
    query: (text, values, name) => withClient((client) => run(client, text, values, name)),

    transaction: (work) =>
      withClient(async (client) => {
        await run(client, 'begin')
        let open = true
        const tx: Transaction = {
          inTransaction: true,
          query: (text, values, name) => {
            if (!open) throw new Error('this transaction is over; its connection may serve somebody else')
            return run(client, text, values, name)
          },
        }
        try {
          const result = await work(tx)
          open = false
          await run(client, 'commit')
          return result
        } catch (error) {
          open = false
          await rollBack(client, error)
          throw error
        }
      }),

    listen: (channel, onNotify) => listener.listen(channel, onNotify),

    async migrate() {
      const client = new pg.Client({ ...options.connection, ...patience })
      client.on('error', () => {})
      try {
        await client.connect()
        return await migrate(client, options.migrationsFolder, log)
      } catch (error) {
        throw databaseFailure(error)
      } finally {
        await client.end().catch(() => {})
      }
    },

    check() {
      checking ??= withDeadline(
        withClient((client) => run(client, 'select 1')),
        1_000,
      ).finally(() => {
        checking = undefined
      })
      return checking
    },

    close() {
      closing ??= (async () => {
        await listener.close()
        await pool.end()
        await options.onClosed?.()
      })()
      return closing
    },
  }
}

async function run<T extends Row>(
  client: pg.ClientBase,
  text: string,
  values: readonly Value[] = [],
  name?: string,
): Promise<T[]> {
  try {
    const result = await client.query<T>({
      text,
      values: [...values],
      ...(name === undefined ? {} : { name }),
    })
    return result.rows
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** Leaves the connection clean, or marks it broken by a `cause` that says so. */
async function rollBack(client: pg.ClientBase, reason: unknown): Promise<void> {
  if (reason instanceof Error && breaksConnection(reason.cause)) return
  await run(client, 'rollback')
}

async function withDeadline(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(databaseFailure(new Error('Query read timeout: no answer in time'))), ms)
  })
  work.catch(() => {})
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
