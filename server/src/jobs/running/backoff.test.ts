import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, outageMs } from './backoff.ts'

const config = { backoffMs: 1_000, backoffMaxMs: 300_000 }

describe('the pause before another attempt', () => {
  it('grows fourfold up to its limit', () => {
    const longest = [1, 2, 3, 4, 5, 6].map((attempts) => backoffMs(attempts, config, () => 1))
    expect(longest).toEqual([1_000, 4_000, 16_000, 64_000, 256_000, 300_000])
  })

  it('is between half and all of it at random, so that jobs which failed together come back apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, random) => {
          const full = backoffMs(n, config, () => 1)
          const pause = backoffMs(n, config, () => random)
          expect(pause).toBeGreaterThanOrEqual(full / 2)
          expect(pause).toBeLessThanOrEqual(full)
        },
      ),
    )
    expect(new Set(Array.from({ length: 20 }, () => backoffMs(3, config))).size).toBeGreaterThan(10)
  })

  it('grows with the age of a job while a part is away, within the same limits', () => {
    expect(outageMs(0, config, () => 1)).toBe(1_000)
    expect(outageMs(40_000, config, () => 1)).toBe(10_000)
    expect(outageMs(86_400_000, config, () => 1)).toBe(300_000)
    expect(outageMs(40_000, config, () => 0)).toBe(5_000)
  })
})
