import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { Database, Transaction } from './port.ts'
import { createSharedTransaction } from './shared-transactions.ts'

let database: TestDatabase
let transactions: number
/** Counts transactions, and holds their commits back while it is closed. */
let gate: Promise<void>
const counted: Pick<Database, 'transaction'> = {
  transaction: (work) => {
    transactions += 1
    return database.db.transaction(async (tx) => {
      const result = await work(tx)
      await gate
      return result
    })
  },
}

beforeAll(async () => {
  database = await testDatabase()
  await database.db.query('create table written (name text primary key, at serial)')
})
afterAll(() => database?.close())
beforeEach(async () => {
  await database.db.query('truncate written restart identity')
  transactions = 0
  gate = Promise.resolve()
})

const write = async (tx: Transaction, names: readonly string[]): Promise<readonly string[]> => {
  await tx.query('insert into written (name) select * from unnest($1::text[])', [names])
  if (names.includes('strange')) throw new Error('not mine any more')
  return names
}
const written = async (): Promise<string[]> =>
  (await database.db.query<{ name: string }>('select name from written order by at')).map(({ name }) => name)

it('commits what comes together and while a commit is under way together, and tells nobody before', async () => {
  const run = createSharedTransaction({ db: counted, work: write, mostAtOnce: 32 })
  let open = (): void => {}
  gate = new Promise((resolve) => {
    open = resolve
  })
  const told: string[] = []
  const ask = (name: string): Promise<void> =>
    run(name).then((done) => {
      told.push(done)
    })
  const first = ['a', 'b'].map(ask)
  await vi.waitFor(() => expect(transactions).toBe(1))
  const later = ['c', 'd'].map(ask)
  expect([told, await written()]).toEqual([[], []])
  open()
  await Promise.all([...first, ...later])
  expect([transactions, told, await written()]).toEqual([2, ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd']])
})

it('lets one that fails fail alone, and keeps nothing of it', async () => {
  const run = createSharedTransaction({ db: counted, work: write, mostAtOnce: 32 })
  const done = await Promise.allSettled(['first', 'good', 'strange', 'good', 'better'].map(run))
  expect(done.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    // Its name is taken by then: a statement that fails breaks a transaction, and this one too was run by itself.
    'rejected',
    'fulfilled',
  ])
  expect(await written()).toEqual(['first', 'good', 'better'])
})

it('tells everybody when the commit fails, and does nothing again', async () => {
  const runs: (readonly string[])[] = []
  const run = createSharedTransaction({
    db: {
      transaction: async (work) => {
        await database.db.transaction(work)
        throw new Error('the connection is gone')
      },
    },
    work: async (_tx, names: readonly string[]) => {
      runs.push(names)
      return names
    },
    mostAtOnce: 32,
  })
  const done = await Promise.allSettled(['a', 'b', 'c'].map(run))
  expect(runs).toEqual([['a', 'b', 'c']])
  expect(done.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

it('asks a database that went away no further', async () => {
  let isAway = false
  let asked = 0
  const run = createSharedTransaction({
    db: {
      transaction: async (work) => {
        asked += 1
        if (isAway) throw new Error('there is no server')
        isAway = true
        return database.db.transaction(work)
      },
    },
    work: write,
    mostAtOnce: 32,
  })
  const done = await Promise.allSettled(['strange', 'a', 'b', 'c'].map(run))
  expect(done.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
  expect(asked).toBe(2)
})
