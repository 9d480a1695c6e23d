import { randomBytes } from 'node:crypto'
import type { RateLimiterRes } from 'rate-limiter-flexible'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRequestLimits, LimitReached, type LimitsConfig, limitsConfigSchema } from './index.ts'
import type { Limits } from './port.ts'

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

    describe('of requests', () => {
      const take = (config: Partial<LimitsConfig>) =>
        createRequestLimits(limitsConfigSchema.parse(config), limits.createLimiter)
      const refusal = async (work: Promise<unknown>): Promise<LimitReached> => {
        const error = await work.catch((reason: unknown) => reason)
        if (!(error instanceof LimitReached)) throw new Error(`not refused: ${String(error)}`)
        return error
      }

      it('say what is left, and refuse with the time until it is there again', async () => {
        const { take: ask } = take({ renders: '2/1m' })
        const caller = `address:${fresh()}`
        const state = { name: 'renders', most: 2, seconds: 60, unit: 'requests' }
        expect(await ask('renders', caller)).toEqual({ ...state, left: 1, resetSeconds: 60 })
        expect(await ask('renders', caller)).toMatchObject({ left: 0 })
        const refused = await refusal(ask('renders', caller))
        expect(refused).toMatchObject({ code: 'rate_limited', caller, state: { ...state, left: 0 } })
        expect(refused.retryAfter).toBeGreaterThan(50)
        expect(refused.detail).toContain('at most 2 in one minute')
        // Each kind and each caller by itself.
        expect(await ask('jobs', caller)).toMatchObject({ left: 19_999 })
        expect(await ask('renders', `address:${fresh()}`)).toMatchObject({ left: 1 })
      })

      it('take nothing for what is too large, so that something smaller still fits', async () => {
        const { take: ask } = take({ uploadBytes: '1KiB/1h' })
        const caller = `account:${fresh()}`
        expect(await ask('uploadBytes', caller, 1_000)).toMatchObject({ left: 24, unit: 'content-bytes' })
        expect((await refusal(ask('uploadBytes', caller, 25))).state.left).toBe(24)
        expect(await ask('uploadBytes', caller, 24)).toMatchObject({ left: 0 })
      })

      it('keep what came already, and refuse what comes after it', async () => {
        const { take: ask } = take({ uploadBytes: '1KiB/1h' })
        const caller = `account:${fresh()}`
        expect(await ask('uploadBytes', caller, 1_024, 'came')).toMatchObject({ left: 0 })
        expect(await ask('uploadBytes', caller, 0)).toMatchObject({ left: 0 })
        expect(await ask('uploadBytes', caller, 1, 'came')).toMatchObject({ left: 0 })
        expect((await refusal(ask('uploadBytes', caller, 0))).state.left).toBe(0)
        expect((await refusal(ask('uploadBytes', caller, 1))).state.left).toBe(0)
      })

      it('are none where they are turned off', async () => {
        const { take: ask } = take({ jobs: 'off', renders: '0' })
        expect(await ask('jobs', fresh(), 1_000_000)).toBeNull()
        expect(await ask('renders', fresh())).toBeNull()
      })
    })
  })
}
