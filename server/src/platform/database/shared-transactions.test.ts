import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { Database, Transaction } from './port.ts'
import { createSharedTransactions } from './shared-transactions.ts'

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

const write = (name: string) => async (tx: Transaction) => {
  await tx.query('insert into written (name) values ($1)', [name])
  return name
}
const written = async (): Promise<string[]> =>
  (await database.db.query<{ name: string }>('select name from written order by at')).map(({ name }) => name)

it('commits what comes while a commit is under way together, in one order, and tells nobody before', async () => {
  const shared = createSharedTransactions(counted)
  let open = (): void => {}
  gate = new Promise((resolve) => {
    open = resolve
  })
  const told: string[] = []
  const all = ['m', 'c', 'a', 'b'].map((name) =>
    shared.run(name, write(name)).then((done) => {
      told.push(done)
    }),
  )
  await new Promise((resolve) => setImmediate(resolve))
  expect([told, await written()]).toEqual([[], []])
  open()
  await Promise.all(all)
  expect(transactions).toBe(2)
  expect(await written()).toEqual(['m', 'a', 'b', 'c'])
})

it('lets one that fails fail alone, and keeps nothing of it', async () => {
  const shared = createSharedTransactions(counted)
  const failing = async (tx: Transaction): Promise<never> => {
    await tx.query("insert into written (name) values ('half')")
    throw new Error('not mine any more')
  }
  const done = await Promise.allSettled([
    shared.run('0', write('first')),
    shared.run('1', write('good')),
    shared.run('2', failing),
    shared.run('3', write('good')),
    shared.run('4', write('better')),
  ])
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

it('tells everybody when the commit fails, and runs nothing again', async () => {
  let runs = 0
  const shared = createSharedTransactions({
    transaction: async (work) => {
      await database.db.transaction(work)
      throw new Error('the connection is gone')
    },
  })
  const work = async (): Promise<void> => {
    runs += 1
  }
  const done = await Promise.allSettled([shared.run('', work), shared.run('', work), shared.run('', work)])
  expect([runs, done.map(({ status }) => status)]).toEqual([3, ['rejected', 'rejected', 'rejected']])
})
