// @module-tag slow/scale
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lacksImages, readEntries } from '../../src/images/store/export-entries.ts'
import { countImages, listIdsOf } from '../../src/images/store/image-lists.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { fillDatabase, firstOwner } from './fill.ts'
import { watchDatabase } from './watched-database.ts'

/** No clock, as in `plans.test.ts`: a page of an archive must not read all of it, nor all images. `npm run bench:exports` measures. */
let database: TestDatabase
const id = '00000000-0000-7000-b000-000000000001'
const size = 1_000
beforeAll(async () => {
  database = await testDatabase({ statementTimeoutMs: 120_000 })
  const { db } = database
  await fillDatabase(db, { images: 30_000, queuedJobs: 10, finishedJobs: 10, owners: 10 })
  await db.query(
    `insert into exports (id, owner_id, job_id, status, pictures, selection) values ('${id}', '${firstOwner}', '${id}', 'ready', 'original', '{}')`,
  )
  await db.query(
    `insert into export_entries (export_id, starts_at, listed_at, name, size, crc, storage_key, image_id, modified_at)
     select '${id}', (n - 1) * ${size}, (n - 1) * 100, 'originals/' || n || '.jpg', ${size - 100}, 1, 'images/' || id || '/original', id, now()
     from (select id, row_number() over (order by id desc) as n from images) each`,
  )
  await db.query('vacuum analyze')
})
afterAll(() => database?.close())

it.each([
  ['the first files', 'files', 0],
  ['files in the middle', 'files', 15_000 * size + 7],
  ['the last file', 'files', 29_999 * size],
  ['the directory in its middle', 'directory', 15_000 * 100 + 7],
] as const)('reads %s and nothing besides', async (_name, order, place) => {
  const { db, accesses } = watchDatabase(database.db, { explain: true })
  const entries = await readEntries(db, id, order, place, 500)
  expect(entries.length).toBe(place === 29_999 * size ? 1 : 500)
  expect(entries.some(({ gone }) => gone)).toBe(false)
  const reads = accesses.reduce((sum, access) => sum + access.reads, 0)
  expect(reads, JSON.stringify(accesses)).toBeLessThanOrEqual(2 * 500 + 2)
})

it('goes through the images of an account page by page, and counts them without their versions', async () => {
  const { db, accesses } = watchDatabase(database.db, { explain: true })
  const first = await listIdsOf(db, firstOwner, { archived: 'any' }, { before: null, limit: 25 })
  await listIdsOf(db, firstOwner, { archived: 'any' }, { before: first.at(-1) ?? '', limit: 25 })
  expect(
    accesses.reduce((sum, { reads }) => sum + reads, 0),
    JSON.stringify(accesses),
  ).toBeLessThanOrEqual(60)
  accesses.length = 0
  expect(await countImages(db, firstOwner, { archived: 'any' })).toBe(3_000)
  expect(accesses.map(({ table }) => table)).not.toContain('versions')
})

it('finds what is gone of a page, and of the whole', async () => {
  const { db } = database
  expect(await lacksImages(db, id, 0)).toBe(false)
  const [entry] = await readEntries(db, id, 'files', 10_000 * size, 1)
  await db.query('update images set trashed_at = now() where id = $1', [entry?.imageId ?? null])
  const page = await readEntries(db, id, 'files', 9_990 * size, 20)
  expect(page.filter(({ gone }) => gone).map(({ startsAt }) => startsAt)).toEqual([10_000 * size])
  expect([await lacksImages(db, id, 0), await lacksImages(db, id, 10_001 * size)]).toEqual([true, false])
})
