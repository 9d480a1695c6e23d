import { expect, it } from 'vitest'
import { byStep, healthOf, hitRate, stepsBetween } from './steps.ts'

it('every step has its place, what was not measured too', () => {
  const steps = stepsBetween('2026-01-31T10:00:00.000Z', '2026-01-31T10:14:00.000Z', 300)
  expect(steps).toEqual(['2026-01-31T10:00:00.000Z', '2026-01-31T10:05:00.000Z', '2026-01-31T10:10:00.000Z'])
  expect(byStep(steps, [{ at: '2026-01-31T10:05:00.000Z', value: 7 }])).toEqual([
    null,
    { at: '2026-01-31T10:05:00.000Z', value: 7 },
    null,
  ])
})

it('hits are what was not made anew, and none of nothing', () => {
  expect(hitRate({ memory: 6, cache: 1, storage: 1, render: 2 })).toBe(0.8)
  expect(hitRate({ memory: 0, cache: 0, storage: 0, render: 0 })).toBeNull()
})

it('a part is as well as its looks found it, long steps weigh as much as they looked', () => {
  expect(healthOf([])).toBeNull()
  expect(
    healthOf([
      { looks: 9, failed: 0, averageMs: 2 },
      { looks: 1, failed: 1, averageMs: 102 },
    ]),
  ).toEqual({ good: 0.9, failed: 1, averageMs: 12 })
})
