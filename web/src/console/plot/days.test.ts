import { expect, test } from 'vitest'
import { dayName, daysBetween, roundUp } from './days.ts'

test('every day has its place, over ends of months and years', () => {
  expect(daysBetween('2026-12-30', '2027-01-02')).toEqual([
    '2026-12-30',
    '2026-12-31',
    '2027-01-01',
    '2027-01-02',
  ])
  expect(daysBetween('2026-03-28', '2026-03-30')).toHaveLength(3)
  expect(daysBetween('2026-01-02', '2026-01-01')).toEqual([])
  expect(dayName('2026-01-31')).toBe('Jan 31')
})

test('an axis ends at a plain number that is not below', () => {
  expect([0, 1, 3, 23, 180, 999, 1001, 2_400_000].map(roundUp)).toEqual([
    1, 1, 5, 25, 200, 1000, 2000, 2_500_000,
  ])
})
