import { expect, it } from 'vitest'
import { halved, nextLevel } from './pace.ts'

it.each([
  [0, 2, 0],
  [0, 8, 0],
  [0, 9, 1],
  [0, 120, 2],
  [0, 5_000, 3],
  [3, 5_000, 3],
  [2, 8, 2],
  // A level up would take four times as long, and a little more.
  [2, 2, 2],
  [2, 1.3, 1],
])('after level %i took %f ms it is %i', (level, took, next) => {
  expect(nextLevel(level, took)).toBe(next)
})

it('halves sides as textures do', () => {
  expect([halved(1067, 0), halved(1067, 1), halved(1067, 3), halved(3, 3)]).toEqual([1067, 533, 133, 1])
})
