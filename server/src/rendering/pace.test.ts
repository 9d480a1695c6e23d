import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPace } from './pace.ts'

it('begins with the forecast', () => {
  expect(createPace().expected(40)).toBe(40)
})

it('comes to what work takes on this machine, and follows when that changes', () => {
  const pace = createPace()
  for (let n = 0; n < 500; n += 1) pace.learn(30, 90)
  expect(pace.expected(10)).toBeCloseTo(30, 0)
  for (let n = 0; n < 500; n += 1) pace.learn(30, 15)
  expect(pace.expected(10)).toBeCloseTo(5, 0)
})

it('is soon right after a burst of small work', () => {
  const pace = createPace()
  for (let n = 0; n < 50; n += 1) pace.learn(20, 60)
  expect(pace.expected(10)).toBeGreaterThan(20)
})

it('stays between the least and the most that was measured, whatever came', () => {
  const work = fc.record({
    foreseen: fc.double({ min: 0.1, max: 60_000, noNaN: true }),
    factor: fc.double({ min: 0.05, max: 50, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(work, { maxLength: 50 }), (all) => {
      const pace = createPace()
      for (const { foreseen, factor } of all) pace.learn(foreseen, foreseen * factor)
      const factors = [1, ...all.map(({ factor }) => factor)]
      const now = pace.expected(1000) / 1000
      expect(now).toBeGreaterThanOrEqual(Math.min(...factors) * 0.999)
      expect(now).toBeLessThanOrEqual(Math.max(...factors) * 1.001)
    }),
  )
})

it('takes nothing from what was not measured', () => {
  const pace = createPace()
  pace.learn(0, 100)
  pace.learn(100, 0)
  expect(pace.expected(40)).toBe(40)
})
