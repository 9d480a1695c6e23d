/**
 * Migrates a database as a starting service does: says `ready`, waits for a line, then says each migration it applied.
 *
 *   migrate-when-told URL FOLDER
 */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { openDatabase } from '../../src/platform/database/index.ts'

const [url = '', migrationsFolder = ''] = process.argv.slice(2)
const db = await openDatabase({ url, folder: '', migrationsFolder })
const lines = createInterface({ input: process.stdin })
process.stdout.write('ready\n')
await once(lines, 'line')
lines.close()
const { applied } = await db.migrate()
for (const name of applied) process.stdout.write(`applied ${name}\n`)
await db.close()
