/**
 * What is looked for in one account of many images.
 *
 *   npm run bench:search [-- --images 1000000]
 *
 * Fills PostgreSQL with images of one account and asks for them by every term of the grammar, in every order, and for facets.
 * Milliseconds of processor time of PostgreSQL, planning included, the median of nine (what else the machine does is not in it),
 * and the time of its own clock; ends with 1 where one takes over 50.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listImages } from '../server/src/images/library/list-images.ts'
import { openDatabase } from '../server/src/platform/database/index.ts'
import { fillSearches, searchOwner } from '../server/test/scale/search-fill.ts'
import { searches, unbounded } from '../server/test/scale/searches.ts'
import { watchDatabase } from '../server/test/scale/watched-database.ts'
import { median } from './figures.ts'

const { values: args } = parseArgs({
  options: { images: { type: 'string', default: '1000000' }, folder: { type: 'string' } },
})
const images = Number(args.images)
const rounds = 9
const limitMs = 50

const folder = args.folder ?? (await mkdtemp(join(tmpdir(), 'rendition-bench-')))
const db = await openDatabase({
  url: 'embedded:',
  folder: join(folder, 'database'),
  migrationsFolder: join(import.meta.dirname, '../server/migrations'),
  statementTimeoutMs: 600_000,
  poolSize: 1,
})

/** Of the one process that answers us. */
async function processorMs(): Promise<number> {
  const [row] = await db.query<{ pid: number }>('select pg_backend_pid() as pid')
  const [ns = '0'] = readFileSync(`/proc/${row?.pid}/schedstat`, 'utf8').split(' ')
  return Number(ns) / 1e6
}

try {
  await db.migrate()
  const [there] = await db.query<{ count: number }>('select count(*)::int as count from albums')
  const began = performance.now()
  if (there?.count === 0) await fillSearches(db, images)
  console.log(
    `${images} images of one account, filled in ${((performance.now() - began) / 1000).toFixed(0)} s`,
  )
  const all = searches()
  let slow = 0
  for (const { name, ask } of all) {
    await ask(db)
    const watched = watchDatabase(db, { explain: true })
    await ask(watched.db)
    const reads = watched.accesses.reduce((sum, access) => sum + access.reads, 0)
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const before = await processorMs()
      await ask(db)
      times.push((await processorMs()) - before)
    }
    const ms = median(times)
    if (ms > limitMs) slow += 1
    console.log(
      `  ${name.padEnd(40)} ${ms.toFixed(1).padStart(8)} ms   ${watched.serverMs().toFixed(1).padStart(8)} ms by the clock   ${String(reads).padStart(7)} rows${ms > limitMs ? '   TOO SLOW' : ''}`,
    )
  }
  const watched = watchDatabase(db, { explain: true })
  await listImages(watched.db, searchOwner, { limit: 50, sort: 'newest', q: unbounded })
  console.log(
    `  ${unbounded.padEnd(40)} ${watched.serverMs().toFixed(1).padStart(8)} ms, which looks at everything`,
  )
  console.log(`${all.length} questions, ${slow} over ${limitMs} ms`)
  if (slow > 0) process.exitCode = 1
} finally {
  await db.close()
  if (args.folder === undefined) await rm(folder, { recursive: true, force: true })
}
