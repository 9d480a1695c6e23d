import { expect, it } from 'vitest'
import { progressLine } from './progress-line.ts'

const counts = (words: Record<string, number>): ReadonlyMap<string, number> => new Map(Object.entries(words))

it('counts alone while nobody knows how many come', () => {
  expect(progressLine({ counts: counts({ imported: 3, refused: 1 }), total: null, ms: 5 })).toBe(
    '3 imported, 1 refused',
  )
})

it('shows how much there is and what is left of the time, by what this run took', () => {
  const half = { counts: counts({ known: 400, imported: 90, refused: 10 }), total: 1_000, ms: 60_000 }
  expect(progressLine(half)).toBe('[#####-----] 50 % of 1000, 5 min left: 400 known, 90 imported, 10 refused')
  expect(progressLine({ counts: counts({ imported: 10 }), total: 1_000_000, ms: 60_000 })).toMatch(
    /^\[-{10}\] 0 % of 1000000, 1667 h left/,
  )
})

it('is full at the end, also of more than there were', () => {
  for (const imported of [7, 9]) {
    expect(progressLine({ counts: counts({ imported }), total: 7, ms: 1_000 })).toBe(
      `[${'#'.repeat(10)}] 100 % of 7: ${imported} imported`,
    )
  }
})
