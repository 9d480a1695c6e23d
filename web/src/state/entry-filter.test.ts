import { expect, it } from 'vitest'
import { entryQueryOf, everyEntry } from './entry-filter.ts'

const id = '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37'

it('asks for what is chosen alone', () => {
  expect(entryQueryOf(everyEntry)).toEqual({})
  expect(entryQueryOf({ ...everyEntry, kind: 'image' })).toEqual({ kind: 'image' })
  expect(entryQueryOf({ ...everyEntry, kind: 'image', action: 'image.trash', outcome: 'success' })).toEqual({
    action: 'image.trash',
    outcome: 'success',
  })
})

it('means days of the wall clock, the last one to its end', () => {
  expect(entryQueryOf({ ...everyEntry, from: '2026-01-30', to: '2026-01-31' })).toEqual({
    since: new Date(2026, 0, 30).toISOString(),
    until: new Date(2026, 1, 1).toISOString(),
  })
})

it('leaves out what is not whole yet', () => {
  expect(entryQueryOf({ ...everyEntry, from: '0002-01-01', target: id.slice(0, 8) })).toEqual({})
  expect(entryQueryOf({ ...everyEntry, target: id })).toEqual({ targetId: id })
})
