/**
 * A stand-in for the service in tests of the embedded database: opens it in the folder given, says its server's
 * pid, inserts one number after the other, and says each when its commit is acknowledged.
 *
 *   insert-numbers FOLDER FIRST [setpriv|guard]
 */
import { mkdir } from 'node:fs/promises'
import { startEmbeddedServer } from '../../src/platform/database/embedded.ts'
import { openPool } from '../../src/platform/database/pooled.ts'
import { silentLog } from '../../src/platform/log.ts'

const [folder = '', first = '0', tie] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const server = await startEmbeddedServer({
  folder,
  maxConnections: 10,
  log: silentLog,
  tie: tie as 'setpriv' | 'guard' | undefined,
})
const db = openPool({
  connection: { host: server.socketFolder, user: 'postgres', database: 'postgres' },
  reach: 'process',
  migrationsFolder: folder,
  poolSize: 2,
  statementTimeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  log: silentLog,
})
await db.query('create table if not exists numbers (n int primary key, filler text)')
process.stdout.write(`server ${server.pid()}\n`)
for (let n = Number(first); ; n += 1) {
  await db.query('insert into numbers values ($1, $2)', [n, 'x'.repeat(200)], 'insert')
  process.stdout.write(`${n}\n`)
}
