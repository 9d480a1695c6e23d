import { describe, expect, it } from 'vitest'
import type { ImageReader } from '../../images/index.ts'
import { createUsage, type Usage } from './usage.ts'

/** Over a ledger that only knows how many bytes it has; `busy` holds the end of each eviction up. */
function usageOver(
  stored: { bytes: number },
  busy: () => Promise<void> = async () => {},
): { usage: Usage; store(bytes: number): void; counted: number[] } {
  const counted: number[] = []
  const ledger: Pick<ImageReader['ledger'], 'touch' | 'evict'> = {
    touch: async () => {},
    evict: async (maxBytes, downTo = maxBytes) => {
      counted.push(stored.bytes)
      const before = stored.bytes
      if (before > maxBytes) stored.bytes = downTo
      const kept = stored.bytes
      await busy()
      return { removed: 0, bytes: before - kept, kept }
    },
  }
  const usage = createUsage({ ledger, storageBytes: 1_000_000 })
  const store = (bytes: number): void => {
    stored.bytes += bytes
    usage.stored(bytes)
  }
  return { usage, store, counted }
}

describe('what is stored', () => {
  it('is counted only when it may have come over the bound', async () => {
    const { usage, store, counted } = usageOver({ bytes: 360_000 })
    const storeAndTidy = async (bytes: number): Promise<void> => {
      store(bytes)
      await usage.tidy()
    }
    await usage.tidy()
    expect(counted).toEqual([])
    // What others stored before is not known: the first is counted. 640,000 are free, a 64th of that is ours.
    await storeAndTidy(1)
    expect(counted).toEqual([360_001])
    await storeAndTidy(6_000)
    await storeAndTidy(3_000)
    expect(counted).toHaveLength(1)
    await storeAndTidy(1_000)
    expect(counted).toEqual([360_001, 370_001])
  })

  it('is counted again when more was stored while it was counted', async () => {
    let meanwhile = (): void => {}
    const { usage, store, counted } = usageOver({ bytes: 0 }, async () => meanwhile())
    meanwhile = () => {
      meanwhile = () => {}
      store(20_000)
    }
    store(1)
    await usage.tidy()
    await usage.tidy()
    await usage.tidy()
    expect(counted).toEqual([1, 20_001])
  })

  it('stays below the bound, and is counted now and then', async () => {
    const stored = { bytes: 0 }
    const { usage, store, counted } = usageOver(stored)
    let most = 0
    for (let n = 0; n < 12_000; n += 1) {
      store(100)
      await usage.tidy()
      most = Math.max(most, stored.bytes)
    }
    expect(most).toBeLessThanOrEqual(1_000_000)
    expect(most).toBeGreaterThan(940_000)
    expect(counted.length).toBeLessThan(2_500)
  })
})
