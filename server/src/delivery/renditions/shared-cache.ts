import { randomBytes } from 'node:crypto'
import type { Cache } from '../../platform/cache/port.ts'
import type { RenditionPlan } from '../plan/plan.ts'
import { packRendition, unpackRendition } from './cached-bytes.ts'
import type { RenditionMeta } from './memory.ts'

/** Renditions in the cache service, where processes share one; without, it holds nothing. */
export interface SharedCache {
  get(plan: RenditionPlan): Promise<{ meta: RenditionMeta; bytes: Buffer } | null>
  /** Keeps what is not too large for it. */
  put(plan: RenditionPlan, meta: RenditionMeta, bytes: Buffer): Promise<void>
  /** Runs `work` while no other process does for the same rendition, as far as it waits for that. */
  exclusive<T>(plan: RenditionPlan, work: () => Promise<T>): Promise<T>
  /** Makes what is kept of an image unreachable. */
  drop(imageId: string): void
  readonly isShared: boolean
}

export interface SharedCacheOptions {
  cache: Cache
  cacheTtlMs: number
  entryBytes: number
  exclusiveWaitMs: number
}

const generationTtlMs = 7 * 86_400_000
const generationWaitMs = 1_000
const generationName = (imageId: string): string => `generation:${imageId}`

export function createSharedCache(options: SharedCacheOptions): SharedCache {
  const { cache, cacheTtlMs, entryBytes } = options
  const isShared = cache.reach === 'cluster'

  /** The part of an image's names that changes when its renditions are purged. */
  const generation = async (imageId: string): Promise<string> => {
    const name = generationName(imageId)
    const read = async (): Promise<string | null> => (await cache.get(name))?.toString('latin1') ?? null
    // Asked anew each time: processes hear of a purge one after the other, and must come to the same name again.
    return (
      (await read()) ??
      cache.exclusive(name, generationWaitMs, async () => {
        const found = await read()
        if (found !== null) return found
        const fresh = randomBytes(9).toString('base64url')
        await cache.set(name, Buffer.from(fresh, 'latin1'), { ttlMs: generationTtlMs })
        return fresh
      })
    )
  }
  const nameOf = async ({ facts, key }: RenditionPlan): Promise<string> =>
    `rendition:${facts.id}:${await generation(facts.id)}:${key}`

  return {
    isShared,
    async get(plan) {
      const value = isShared ? await cache.get(await nameOf(plan)) : null
      return value === null ? null : unpackRendition(value)
    },
    async put(plan, meta, bytes) {
      if (!isShared || bytes.length > entryBytes) return
      await cache.set(await nameOf(plan), packRendition(meta, bytes), { ttlMs: cacheTtlMs })
    },
    exclusive: ({ facts, key }, work) =>
      cache.exclusive(`render:${facts.id}:${key}`, options.exclusiveWaitMs, work),
    drop(imageId) {
      if (isShared) void cache.delete([generationName(imageId)])
    },
  }
}
