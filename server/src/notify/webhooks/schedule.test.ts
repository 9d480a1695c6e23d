import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pauseAfter, retryAfterMs } from './schedule.ts'

const hour = 3_600_000
const attempts = Array.from({ length: 9 }, (_, n) => n + 1)

describe('the pauses between attempts', () => {
  it('begin with seconds, end with days, and stop after ten attempts', () => {
    const pauses = attempts.map((n) => pauseAfter(n, null, 0.5) ?? 0)
    expect(pauses[0]).toBe(5_000)
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(72 * hour)
    expect(pauseAfter(10, null, 0.5)).toBeNull()
    expect(pauseAfter(10, 60_000, 0.5)).toBeNull()
  })

  it('have a tenth of jitter on both sides', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...attempts),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (n, random) => {
          const middle = pauseAfter(n, null, 0.5) ?? 0
          const pause = pauseAfter(n, null, random) ?? 0
          expect(pause).toBeGreaterThanOrEqual(middle * 0.899)
          expect(pause).toBeLessThanOrEqual(Math.min(middle * 1.101, 24 * hour))
        },
      ),
    )
    expect(pauseAfter(3, null, 0)).not.toBe(pauseAfter(3, null, 0.9))
  })

  it('are as long as Retry-After where that is longer, up to a day', () => {
    expect(pauseAfter(1, 60_000, 0.5)).toBe(60_000)
    expect(pauseAfter(4, 60_000, 0.5)).toBe(2 * hour)
    expect(pauseAfter(1, 30 * 24 * hour, 0.5)).toBe(24 * hour)
  })
})

describe('Retry-After', () => {
  const now = new Date('2026-03-01T12:00:00Z')

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:05:00 GMT', 300_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['99999999999999', null],
    [null, null],
  ])('%j is %j ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms)
  })
})
