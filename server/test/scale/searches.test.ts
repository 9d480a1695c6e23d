// @module-tag slow/scale
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../database.ts'
import { fillSearches } from './search-fill.ts'
import { searches } from './searches.ts'
import { watchDatabase } from './watched-database.ts'

/**
 * No clock: what a search looks at must not grow with the account. `npm run bench:search` asks the same of a million images, and
 * measures.
 */
let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase({ statementTimeoutMs: 120_000 })
  await fillSearches(database.db, 30_000)
})
afterAll(() => database?.close())

/** Walks of 5,000 and 20,000 images, and what an index finds beside them. */
const mostReads = 28_000

it('find by an index what is rare, wherever it lies, and walk no further than to what is frequent', async () => {
  const all = searches()
  expect(all.length).toBeGreaterThan(60)
  for (const { name, ask } of all) {
    const { db, accesses } = watchDatabase(database.db, { explain: true })
    await ask(db)
    const reads = accesses.reduce((sum, access) => sum + access.reads, 0)
    expect.soft(reads, `${name}: ${JSON.stringify(accesses)}`).toBeLessThanOrEqual(mostReads)
    const whole = accesses.filter(
      ({ how, table, reads: rows }) =>
        how === 'Seq Scan' && rows > 100 && (table === 'images' || table === 'versions'),
    )
    expect.soft(whole, name).toEqual([])
  }
})

it('find what they ask for', async () => {
  for (const { name, ask } of searches()) {
    const found = await ask(database.db)
    const items = found !== null && typeof found === 'object' && 'items' in found ? found.items : null
    // Of so few images nobody has rare words together.
    const none =
      name === 'nothing-of-the-sort' ||
      name.startsWith('color:#') ||
      name.startsWith('w1000 ') ||
      name === '-has:title'
    if (Array.isArray(items) && !none) expect.soft(items.length, name).toBeGreaterThan(0)
  }
})
