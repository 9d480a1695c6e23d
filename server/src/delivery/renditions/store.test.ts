import { afterEach, describe, expect, it, vi } from 'vitest'
import type { NewRendition } from '../../images/index.ts'
import { storageKey } from '../../platform/storage/key.ts'
import { createStore } from './store.ts'

const rendition = (key: string): NewRendition => ({
  imageId: '019',
  key,
  kind: 'delivery',
  name: null,
  version: 1,
  storageKey: storageKey('images', '019', 'renditions', key),
  etag: '"e"',
  contentType: 'image/webp',
  format: 'webp',
  width: 1,
  height: 1,
  size: 1,
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the store', () => {
  it('stores what waits in the order it came, whoever asks for it to be stored', async () => {
    vi.useFakeTimers()
    const written: string[] = []
    const open: (() => void)[] = []
    const store = createStore({
      storage: {
        async put(key) {
          await new Promise<void>((resolve) => open.push(resolve))
          written.push(key.slice(-1))
        },
        delete: async () => {},
      },
      ledger: { record: async () => true, find: async () => null },
      isBusy: () => false,
      onStored: () => {},
      onError: (error) => {
        throw error
      },
    })
    for (const key of ['a', 'b', 'c']) store.putLater(rendition(key), Buffer.alloc(1))
    const idle = store.idle()
    await vi.advanceTimersByTimeAsync(0)
    expect(open).toHaveLength(1)
    // The moment comes at which waiting renditions are stored anyway.
    await vi.advanceTimersByTimeAsync(1_000)
    expect(open).toHaveLength(1)
    for (let n = 0; n < 3; n += 1) {
      open.pop()?.()
      await vi.advanceTimersByTimeAsync(0)
    }
    await idle
    expect(written).toEqual(['a', 'b', 'c'])
  })

  it('stores within seconds what a service that is never at rest has made', async () => {
    vi.useFakeTimers()
    const written: string[] = []
    const store = createStore({
      storage: {
        put: async (storageKey) => {
          written.push(storageKey)
        },
        delete: async () => {},
      },
      ledger: { record: async () => true, find: async () => null },
      isBusy: () => true,
      onStored: () => {},
      onError: (error) => {
        throw error
      },
    })
    store.putLater(rendition('a'), Buffer.alloc(1))
    await vi.advanceTimersByTimeAsync(4_000)
    expect(written).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(written).toHaveLength(1)
  })
})
