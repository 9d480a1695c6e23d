import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shapeFault } from './json-shape.ts'

it('finds nothing wrong with what a request may hold, whatever is written in its texts', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 10 }), fc.string(), (json, text) => {
      expect(shapeFault(json)).toBeNull()
      expect(shapeFault(JSON.stringify({ [text]: [text, `${text}"\\`] }))).toBeNull()
    }),
  )
  expect(shapeFault(JSON.stringify({ imageIds: Array(10_000).fill('[{,') }))).toBeNull()
  expect(shapeFault(JSON.stringify('[{",'.repeat(20_000)))).toBeNull()
})

const deep = (open: string, close: string, levels: number): string =>
  open.repeat(levels) + close.repeat(levels)
const object = (keys: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, n) => [`k${n}`, n])))

it.each([
  ['32 levels', deep('[', ']', 32), null],
  ['33 levels', deep('[', ']', 33), 'must be nested at most 32 levels deep'],
  ['objects and lists by turns', `${'[{"a":'.repeat(17)}1`, 'must be nested at most 32 levels deep'],
  ['200 fields', object(200), null],
  ['201 fields', object(201), 'must have at most 200 fields in one object'],
  ['201 fields in a list', `[1,${object(201)}]`, 'must have at most 200 fields in one object'],
  ['200 fields around a list', object(200).replace('0', JSON.stringify(Array(300).fill(0))), null],
  ['12,001 values', JSON.stringify(Array(12_001).fill(0)), 'must hold at most 12000 values'],
  ['lists in a list', `[${Array(7_000).fill('[1]').join(',')}]`, 'must hold at most 12000 values'],
  ['what closes more than it opened', `${']'.repeat(100)}[1]`, null],
])('judges %s', (_name, text, fault) => {
  expect(shapeFault(text)).toBe(fault)
})
