import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { watchDatabase } from '../../../test/scale/watched-database.ts'
import { listGroups, sortIn, takeUnsorted } from './looks.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(() => database.db.query('delete from images'))

const ownerId = '00000000-0000-7000-9000-000000000001'
const imageOf = (n: string) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`
const groupOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** Images 0 to `count` with a look each, and a group where there is one. */
async function put(count: number, look: string, group: string, trashed = 'null'): Promise<void> {
  const numbers = `from generate_series(0, ${count - 1}) n`
  await database.db.query(
    `insert into images (id, owner_id, original_name, visibility, version, last_version, size, trashed_at)
     select ${imageOf('n')}, $1, n::text, 'private', 1, 1, 1, ${trashed} ${numbers}`,
    [ownerId],
  )
  await database.db.query(
    `insert into looks (image_id, owner_id, look, group_id) select ${imageOf('n')}, $1, ${look}, ${group} ${numbers}`,
    [ownerId],
  )
  await database.db.query('analyze looks')
}

it('sorts an equal look in by one row, however many there are', async () => {
  const count = 300
  await put(count, '4711', 'null')
  const { db, accesses } = watchDatabase(database.db, { explain: true })
  await database.db.transaction(async (tx) => {
    for (const each of await takeUnsorted(tx, ownerId, count - 1)) await sortIn(tx, ownerId, each)
  })
  await db.transaction(async (tx) => {
    const [last] = await takeUnsorted(tx, ownerId, 1)
    if (last === undefined) throw new Error('nothing is left to sort in')
    accesses.length = 0
    await sortIn(tx, ownerId, last)
  })
  expect(accesses.reduce((sum, { reads }) => sum + reads, 0)).toBeLessThan(10)
  const groups = await listGroups(database.db, ownerId, { before: null, limit: 5, most: 1 })
  expect(groups).toEqual([{ groupId: groupOf(0), count, imageIds: [groupOf(0)] }])
})

it('finds a group behind hundreds that have lost their images, in few statements', async () => {
  // Pairs: of all but the oldest two one image is in the trash.
  const pairs = 500
  await put(2 * pairs, 'n / 2 * 1000', imageOf('n - n % 2'), 'case when n % 2 = 1 and n > 4 then now() end')
  const { db, statements } = watchDatabase(database.db, { explain: false })
  const first = await listGroups(db, ownerId, { before: null, limit: 1, most: 5 })
  expect(first).toEqual([{ groupId: groupOf(2), count: 2, imageIds: [groupOf(2), groupOf(3)] }])
  expect(statements.length).toBeLessThan(6)
  const rest = await listGroups(db, ownerId, { before: groupOf(2), limit: 1, most: 5 })
  expect(rest.map(({ groupId }) => groupId)).toEqual([groupOf(0)])
  expect(await listGroups(db, ownerId, { before: groupOf(0), limit: 1, most: 5 })).toEqual([])
})
