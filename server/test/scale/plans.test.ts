// @module-tag slow/scale
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliveryBytes } from '../../src/images/store/removals.ts'
import { countUnfinished } from '../../src/jobs/index.ts'
import { readLanes } from '../../src/jobs/store/oversight.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { fillDatabase } from './fill.ts'
import { questions } from './questions.ts'
import { watchDatabase } from './watched-database.ts'

/**
 * No clock: what a statement looks at must not grow with the tables. `npm run bench:scale` asks the same questions of a
 * million images and 100,000 queued jobs, and measures.
 */
describe('plans', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
    await fillDatabase(database.db, { images: 30_000, queuedJobs: 10_000, finishedJobs: 10_000, owners: 10 })
  })
  afterAll(() => database.close())

  it('get at few rows by an index, however many there are', async () => {
    const all = await questions(database.db)
    expect(all.length).toBeGreaterThan(10)
    for (const { name, mostReads, ask } of all) {
      const { db, accesses, statements } = watchDatabase(database.db, { explain: true })
      await ask(db)
      expect(statements.length, name).toBeGreaterThan(0)
      const reads = accesses.reduce((sum, access) => sum + access.reads, 0)
      expect(reads, `${name}: ${JSON.stringify(accesses)}`).toBeLessThanOrEqual(mostReads)
      const whole = accesses.filter(({ how, reads: rows }) => how === 'Seq Scan' && rows > 100)
      expect(whole, name).toEqual([])
    }
  })

  it('count the backlog for the autoscaler from indexes alone', async () => {
    const manifest = readFileSync(
      join(import.meta.dirname, '../../../deploy/kubernetes/keda/worker-backlog.yaml'),
      'utf8',
    )
    const query = /query: >-\n((?: {10}.*\n)+)/.exec(manifest)?.[1] ?? ''
    // What was claimed before left rows that only a vacuum makes visible to the index again, as autovacuum does in time.
    await database.db.query('vacuum analyze jobs')
    const { db, accesses, statements } = watchDatabase(database.db, { explain: true })
    expect(await countUnfinished(db)).toBeGreaterThanOrEqual(9_000)
    // What KEDA asks is what the service's own gauge asks.
    const bare = (sql = ''): string =>
      sql
        .replace(/\s+/g, ' ')
        .replace(/ as jobs$/, '')
        .trim()
    expect(bare(statements[0]?.text)).toBe(bare(query))
    expect(accesses.map(({ how }) => how)).toEqual(['Index Only Scan', 'Index Only Scan'])
  })

  it('count both lanes from indexes alone', async () => {
    await database.db.query('vacuum analyze jobs')
    const { db, accesses } = watchDatabase(database.db, { explain: true })
    const [, bulk] = await readLanes(db)
    expect(bulk?.waiting).toBeGreaterThan(8_000)
    const counted = accesses.filter(({ reads }) => reads > 100)
    expect(counted.map(({ how }) => how)).toEqual(counted.map(() => 'Index Only Scan'))
  })

  it('count the bytes that URLs made from one index alone', async () => {
    await database.db.query('vacuum analyze renditions')
    const { db, accesses } = watchDatabase(database.db, { explain: true })
    // 7,500 of them are not evicted by the questions, of 5,000 bytes each.
    expect(await deliveryBytes(db)).toBeGreaterThan(5_000 * 5_000)
    expect(accesses).toEqual([expect.objectContaining({ how: 'Index Only Scan' })])
  })

  it('would be found out if they read a table', async () => {
    const { db, accesses } = watchDatabase(database.db, { explain: true })
    await db.query("select count(*) from images where original_name like '%7%'")
    expect(accesses).toEqual([expect.objectContaining({ how: 'Seq Scan', table: 'images', reads: 30_000 })])
  })
})
