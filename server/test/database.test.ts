import { afterEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from './database.ts'

const open: TestDatabase[] = []
afterEach(async () => {
  for (const database of open.splice(0)) await database.close()
})
async function another(): Promise<TestDatabase> {
  const database = await testDatabase()
  open.push(database)
  return database
}

describe('testDatabase', () => {
  it('gives migrated databases that know nothing of each other', async () => {
    const [one, other] = await Promise.all([another(), another()])
    await one.db.query('create table only_here (n integer)')
    expect(await one.db.query('select 1 from users')).toEqual([])
    await expect(other.db.query('select * from only_here')).rejects.toThrow(/only_here/)
    expect(await other.db.migrate()).toEqual({ applied: [] })
  })

  it('drops a database that was closed', async () => {
    const kept = await another()
    const gone = await testDatabase()
    const name = new URL(gone.url.replace('@/', '@host/')).pathname.slice(1)
    const count = () =>
      kept.db.query<{ n: number }>('select count(*) as n from pg_database where datname = $1', [name])
    expect(await count()).toEqual([{ n: 1 }])
    await gone.close()
    await expect.poll(count).toEqual([{ n: 0 }])
  })
})
