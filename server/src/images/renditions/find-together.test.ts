import { expect, it } from 'vitest'
import type { Queryable } from '../../platform/database/port.ts'
import { createFinder } from './find-together.ts'

/** A database that answers when it is told to, with no rows. */
function slowDatabase() {
  const asked: { pairs: number; answer(): void; fail(error: Error): void }[] = []
  const db: Queryable = {
    query: (_text, [ids] = []) =>
      new Promise((resolve, reject) => {
        const pairs = Array.isArray(ids) ? ids.length : 1
        asked.push({ pairs, answer: () => resolve([]), fail: reject })
      }),
  }
  return { db, asked }
}

it('asks for what came meanwhile in one statement, and never in more than two at once', async () => {
  const { db, asked } = slowDatabase()
  const find = createFinder(db)
  const found = Promise.all(Array.from({ length: 200 }, (_, n) => find('image', `key ${n}`)))
  expect(asked.map(({ pairs }) => pairs)).toEqual([1, 1])
  asked[0]?.answer()
  await new Promise(setImmediate)
  expect(asked.map(({ pairs }) => pairs)).toEqual([1, 1, 198])
  for (const { answer } of asked) answer()
  expect(await found).toEqual(Array.from({ length: 200 }, () => null))
})

it('tells everybody whose statement failed, and asks anew afterwards', async () => {
  const { db, asked } = slowDatabase()
  const find = createFinder(db)
  const outcomes = Promise.allSettled(['a', 'b', 'c', 'd'].map((key) => find('image', key)))
  asked[0]?.fail(new Error('away'))
  await new Promise(setImmediate)
  asked[2]?.fail(new Error('away'))
  asked[1]?.answer()
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'rejected',
    'rejected',
  ])
  const later = find('image', 'a')
  asked[3]?.answer()
  expect(await later).toBeNull()
})
