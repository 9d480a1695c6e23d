import { randomBytes } from 'node:crypto'
import type { RateLimiterRes } from 'rate-limiter-flexible'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Limits } from './index.ts'

const refused = (work: Promise<RateLimiterRes>): Promise<RateLimiterRes | null> =>
  work.then(
    () => null,
    (reason: RateLimiterRes) => reason,
  )

/** What counters do, wherever they are kept. */
export function limitsContract(name: string, open: () => Promise<Limits>): void {
  describe(`Limits: ${name}`, () => {
    let limits: Limits
    const fresh = (): string => `test-${randomBytes(4).toString('hex')}`
    beforeAll(async () => {
      limits = await open()
    })
    afterAll(() => limits?.close())

    it('count down to refusal, and say how long it lasts', async () => {
      const limiter = limits.createLimiter(fresh(), 3, 60)
      const left: number[] = []
      for (let n = 0; n < 3; n += 1) left.push((await limiter.consume('ann')).remainingPoints)
      expect(left).toEqual([2, 1, 0])
      const refusal = await refused(limiter.consume('ann'))
      expect(refusal?.remainingPoints).toBe(0)
      expect(refusal?.msBeforeNext).toBeGreaterThan(50_000)
      expect(refusal?.msBeforeNext).toBeLessThanOrEqual(60_000)
    })

    it('let exactly as many through as there are points, however many come at once', async () => {
      const limiter = limits.createLimiter(fresh(), 10, 60)
      const all = await Promise.all(Array.from({ length: 40 }, () => refused(limiter.consume('ann'))))
      expect(all.filter((refusal) => refusal === null)).toHaveLength(10)
    })

    it('count each key and each name for itself', async () => {
      const [one, other] = [limits.createLimiter(fresh(), 1, 60), limits.createLimiter(fresh(), 1, 60)]
      expect(await refused(one.consume('ann'))).toBeNull()
      expect(await refused(one.consume('ann'))).not.toBeNull()
      expect(await refused(one.consume('bob'))).toBeNull()
      expect(await refused(other.consume('ann'))).toBeNull()
    })

    it('begin anew when their time is over, and when a key is forgiven', async () => {
      const brief = limits.createLimiter(fresh(), 1, 1)
      await brief.consume('ann')
      expect(await refused(brief.consume('ann'))).not.toBeNull()
      // A refused call does not start the time again.
      await vi.waitFor(async () => expect(await refused(brief.consume('ann'))).toBeNull(), 5_000)
      const long = limits.createLimiter(fresh(), 1, 60)
      await long.consume('ann')
      await long.delete('ann')
      expect(await refused(long.consume('ann'))).toBeNull()
    })
  })
}
