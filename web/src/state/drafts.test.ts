import { expect, test } from 'vitest'
import { forgetDrafts, openDrafts } from './drafts.ts'

function memory() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    key: (n: number) => [...kept.keys()][n] ?? null,
    get length() {
      return kept.size
    },
  }
}
const going = () => new AbortController()

test('drafts are of one account, and go when another takes its place', () => {
  const store = memory()
  store.setItem('rendition.session', 'stays')
  const anna = going()
  const hers = openDrafts(store, 'anna', anna.signal)
  expect(hers.write('one', { steps: [] })).toBe(true)
  expect(openDrafts(store, 'ben', going().signal).read('one')).toBeUndefined()
  forgetDrafts(store, 'anna')
  expect(hers.read('one')).toEqual({ steps: [] })
  anna.abort()
  forgetDrafts(store, 'ben')
  // What was on its way to be kept comes too late
  expect(hers.write('one', { steps: [] })).toBe(false)
  expect(store.length).toBe(1)
})

test('the oldest go first, what is too long is not kept, and an empty store leaves nothing', () => {
  const store = memory()
  const drafts = openDrafts(store, 'anna', going().signal)
  for (let n = 0; n < 40; n++) drafts.write(`image-${n}`, { n })
  expect(drafts.read('image-9')).toBeUndefined()
  expect(drafts.read('image-39')).toEqual({ n: 39 })
  expect(drafts.write('long', { text: 'x'.repeat(30_000) })).toBe(false)
  for (let n = 10; n < 40; n++) drafts.write(`image-${n}`, null)
  expect(store.length).toBe(0)
})

test('a browser that keeps nothing, and rubbish in the store, are no faults', () => {
  const store = memory()
  store.setItem('rendition.drafts.anna', '[1')
  const drafts = openDrafts(store, 'anna', going().signal)
  expect(drafts.read('one')).toBeUndefined()
  const full = {
    ...memory(),
    setItem() {
      throw new Error('QuotaExceededError')
    },
  }
  expect(openDrafts(full, 'anna', going().signal).write('one', {})).toBe(false)
})
