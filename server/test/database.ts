import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../src/platform/database/index.ts'
// Its declaration of what is provided.
import type {} from './database-server.ts'

export interface TestDatabase {
  db: Database
  /** For a second pool, or another process. */
  url: string
  /** Drops it. What is not closed is dropped when the test file ends. */
  close(): Promise<void>
}

/**
 * An empty, migrated PostgreSQL database of the caller's own, a copy of one template: some 50 ms.
 * Usually one for each test file, in `beforeAll`.
 */
export async function testDatabase(
  options: { poolSize?: number; statementTimeoutMs?: number } = {},
): Promise<TestDatabase> {
  const socket = connect(inject('testDatabasePort'), '127.0.0.1')
  const lines = createInterface({ input: socket })
  const answer = await new Promise<string>((resolve, reject) => {
    socket.once('error', reject)
    lines.once('line', resolve)
    lines.once('close', () => reject(new Error('the test database server went away')))
  })
  // Keeps the database, but not the test process.
  socket.unref()
  const { url, error } = JSON.parse(answer) as { url?: string; error?: string }
  if (url === undefined) throw new Error(`no test database: ${error}`)
  const db = await openDatabase({
    url,
    folder: '',
    migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
    poolSize: options.poolSize ?? 5,
    ...(options.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: options.statementTimeoutMs }),
  })
  return {
    db,
    url,
    close: async () => {
      await db.close()
      socket.destroy()
    },
  }
}
