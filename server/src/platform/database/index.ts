import type { Log } from '../log.ts'
import { silentLog } from '../log.ts'
import type { Database } from './port.ts'

export {
  type Database,
  type Queryable,
  type Row,
  type Transaction,
  UniqueViolation,
  type Value,
} from './port.ts'
export { createSharedTransaction, type SharedTransaction } from './shared-transactions.ts'

export interface DatabaseOptions {
  /** `embedded:` or `postgres://user:password@host:port/name?sslmode=…` */
  url: string
  /** Where an embedded database keeps its data; created when missing, locked while open. */
  folder: string
  /** The folder of the `*.sql` migrations. */
  migrationsFolder: string
  /** Where the binaries of an installed PostgreSQL lie, for `embedded:`; otherwise found. */
  binariesFolder?: string | undefined
  /** Connections at most, besides one for LISTEN; 10 when not given. */
  poolSize?: number | undefined
  /** Milliseconds after which the server ends a statement; 15,000 when not given. */
  statementTimeoutMs?: number | undefined
  /** Milliseconds to wait for a connection; 5,000 when not given. */
  connectTimeoutMs?: number | undefined
  /** For `embedded:`, use the server that another process of this machine runs in the folder; throws without one. */
  guest?: boolean | undefined
  log?: Log | undefined
}

const superuser = { port: 5432, user: 'postgres', database: 'postgres' }

/**
 * Opens the database a URL names. `embedded:` starts a server and resolves when it answers; `postgres://` connects
 * at the first statement. `close()` of an embedded database also stops its server.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { poolSize = 10, log = silentLog } = options
  const pool = {
    migrationsFolder: options.migrationsFolder,
    poolSize,
    statementTimeoutMs: options.statementTimeoutMs ?? 15_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    log,
  }
  const scheme = options.url.slice(0, options.url.indexOf(':'))
  const { openPool } = await import('./pooled.ts')
  switch (scheme) {
    case 'embedded': {
      const { findEmbeddedServer, startEmbeddedServer } = await import('./embedded.ts')
      if (options.guest === true) {
        const host = await findEmbeddedServer(options.folder)
        return openPool({ ...pool, connection: { ...superuser, host }, reach: 'process' })
      }
      const server = await startEmbeddedServer({
        folder: options.folder,
        binariesFolder: options.binariesFolder,
        // The pool, the listener, a migration, and PostgreSQL's three reserved places.
        maxConnections: poolSize + 10,
        log,
      })
      return openPool({
        ...pool,
        connection: { ...superuser, host: server.socketFolder },
        reach: 'process',
        onClosed: () => server.stop(),
      })
    }
    case 'postgres':
    case 'postgresql':
      refuseLimitsOf(options.url)
      return openPool({ ...pool, connection: { connectionString: options.url }, reach: 'cluster' })
    default:
      throw new Error(`DATABASE_URL must start with embedded: or postgres://, not ${scheme || 'nothing'}:`)
  }
}

/** pg would let them win over the values given, for migrations too; the server's limit and ours would no longer agree. */
function refuseLimitsOf(url: string): void {
  const [, name] = /[?&](statement_timeout|query_timeout)=/.exec(url) ?? []
  if (name === undefined) return
  throw new Error(`DATABASE_URL sets ${name}: set DATABASE_STATEMENT_TIMEOUT_MS instead`)
}
