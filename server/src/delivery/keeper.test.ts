import { describe, expect, it } from 'vitest'
import type { ImageReader } from '../images/index.ts'
import { openCache } from '../platform/cache/index.ts'
import { silentLog } from '../platform/log.ts'
import type { Storage } from '../platform/storage/port.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import type { RenditionPlan } from './plan.ts'

const meta = { etag: '"e"', contentType: 'image/webp', format: 'webp', width: 1, height: 1 }
const planOf = (key: string): RenditionPlan =>
  ({ facts: { id: '019', status: 'complete' }, key, version: { version: 1 } }) as unknown as RenditionPlan

/** A keeper over a ledger that only knows how many bytes it has; `busy` holds the end of each eviction up. */
async function keeperOver(
  stored: { bytes: number },
  busy: () => Promise<void> = async () => {},
): Promise<{ keeper: Keeper; counted: number[] }> {
  const counted: number[] = []
  const ledger = {
    record: async ({ size }: { size: number }) => {
      stored.bytes += size
      return true
    },
    touch: async () => {},
    evict: async (maxBytes: number, downTo = maxBytes) => {
      counted.push(stored.bytes)
      const before = stored.bytes
      if (before > maxBytes) stored.bytes = downTo
      const kept = stored.bytes
      await busy()
      return { removed: 0, bytes: before - kept, kept }
    },
  } as unknown as ImageReader['ledger']
  const keeper = createKeeper({
    storage: { put: async () => {} } as unknown as Storage,
    cache: await openCache({ url: 'memory:', maxBytes: 1_000, log: silentLog }),
    ledger,
    storageBytes: 1_000_000,
    isBusy: () => false,
    onError: (error) => {
      throw error
    },
  })
  return { keeper, counted }
}

describe('the keeper', () => {
  it('has what is stored counted only when it may have come over the bound', async () => {
    const stored = { bytes: 360_000 }
    const { keeper, counted } = await keeperOver(stored)
    let n = 0
    const store = async (bytes: number): Promise<void> => {
      n += 1
      await keeper.keepNow(planOf(`k${n}`), meta, Buffer.alloc(bytes))
      await keeper.tidy()
    }
    await keeper.tidy()
    expect(counted).toEqual([])
    // What others stored before is not known: the first is counted. 640,000 are free, a 64th of that is ours.
    await store(1)
    expect(counted).toEqual([360_001])
    await store(6_000)
    await store(3_000)
    expect(counted).toHaveLength(1)
    await store(1_000)
    expect(counted).toEqual([360_001, 370_001])
  })

  it('has counted again what was stored while it was counted', async () => {
    const stored = { bytes: 0 }
    let meanwhile = async (): Promise<void> => {
      meanwhile = async () => {}
      await keeper.keepNow(planOf('meanwhile'), meta, Buffer.alloc(20_000))
    }
    const { keeper, counted } = await keeperOver(stored, () => meanwhile())
    await keeper.keepNow(planOf('first'), meta, Buffer.alloc(1))
    await keeper.tidy()
    await keeper.tidy()
    await keeper.tidy()
    expect(counted).toEqual([1, 20_001])
  })

  it('stays below the bound when it stores and stores, and counts now and then', async () => {
    const stored = { bytes: 0 }
    const { keeper, counted } = await keeperOver(stored)
    let most = 0
    for (let n = 0; n < 12_000; n += 1) {
      await keeper.keepNow(planOf(`k${n}`), meta, Buffer.alloc(100))
      await keeper.tidy()
      most = Math.max(most, stored.bytes)
    }
    expect(most).toBeLessThanOrEqual(1_000_000)
    expect(most).toBeGreaterThan(940_000)
    expect(counted.length).toBeLessThan(2_500)
  })
})
