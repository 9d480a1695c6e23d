import { randomBytes } from 'node:crypto'
import type { ImageReader } from '../images/index.ts'
import type { Cache } from '../platform/cache/port.ts'
import { renditionKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { RenditionMeta } from './memory.ts'
import type { RenditionPlan } from './plan.ts'

/** Looks after what outlives an answer: storage, the ledger, use, eviction, and the shared cache's generations. */
export interface Keeper {
  /** Stores a fresh rendition behind the answers, when nobody waits for one; dropped when too many wait already. */
  keep(plan: RenditionPlan, meta: RenditionMeta, bytes: Buffer): void
  /** The same, resolved when it is stored; false when it was not. */
  keepNow(plan: RenditionPlan, meta: RenditionMeta, bytes: Buffer): Promise<boolean>
  /** Notes that an entry served an answer; written down in batches. */
  used(imageId: string, key: string): void
  /** The part of a shared cache's keys that changes when an image's renditions are purged. */
  generation(imageId: string): Promise<string>
  /** Forgets what waits for storage and what the shared cache holds of an image. */
  drop(imageId: string): void
  /** Writes uses down and evicts what is over the bound. */
  tidy(): Promise<void>
  /** Resolves when nothing is being stored. */
  idle(): Promise<void>
}

export interface KeeperOptions {
  storage: Storage
  cache: Cache
  ledger: ImageReader['ledger']
  storageBytes: number
  /** Whether somebody waits for a render now. */
  isBusy: () => boolean
  onError: (error: unknown, what: string) => void
}

/** Bytes that may wait for storage: beyond it, a rendition is answered and forgotten. */
const waitingLimit = 64 * 1024 * 1024
/** Some twenty system calls and a commit a rendition: worth waiting for a quiet moment, a third of a cold answer. */
const drainEveryMs = 200
/**
 * Counting what is stored reads an index of all of it, so it is done only when it may have come over the bound: when one
 * process has stored its share of the room there was, for as many processes as this.
 */
const sharers = 64
/** Evicting makes some room, or the next rendition would be over the bound again. */
const evictedTo = 0.95
/** However little this process stores, others may have filled the room. */
const countEveryMs = 600_000
const generationTtlMs = 7 * 86_400_000
const generationWaitMs = 1_000

export function createKeeper(options: KeeperOptions): Keeper {
  const { storage, cache, ledger, onError } = options
  const pending = new Set<Promise<unknown>>()
  const waiting = new Map<string, { plan: RenditionPlan; meta: RenditionMeta; bytes: Buffer }>()
  let waitingBytes = 0
  let timer: NodeJS.Timeout | null = null
  let draining: Promise<void> = Promise.resolve()
  let written = 0
  /** Bytes this process may store before they are counted again. */
  let room = 0
  let countedAt = Number.NEGATIVE_INFINITY
  const uses = new Map<string, { imageId: string; key: string }>()

  const store = async (plan: RenditionPlan, meta: RenditionMeta, bytes: Buffer): Promise<boolean> => {
    const { id } = plan.facts
    const key = renditionKey(id, plan.key)
    await storage.put(key, bytes, { contentType: meta.contentType })
    // When this throws, the row may be written all the same, by a database that answered too late: then the bytes must be
    // there. When it is not, the sweeper finds them.
    const recorded = await ledger.record({
      imageId: id,
      key: plan.key,
      kind: 'delivery',
      name: null,
      version: plan.version.version,
      storageKey: key,
      size: bytes.length,
      ...meta,
    })
    // The image went away meanwhile: bytes nobody knows of must not stay.
    if (!recorded) await storage.delete([key])
    if (recorded) written += bytes.length
    return recorded
  }
  const keepNow = async (plan: RenditionPlan, meta: RenditionMeta, bytes: Buffer): Promise<boolean> => {
    const work = store(plan, meta, bytes)
    pending.add(work)
    try {
      return await work
    } catch (error) {
      onError(error, 'a rendition was not stored')
      return false
    } finally {
      pending.delete(work)
    }
  }
  /** Stores what waits, one after the other, while nobody waits for a render or when too much waits. */
  const drain = async (all: boolean): Promise<void> => {
    for (const [place, { plan, meta, bytes }] of waiting) {
      if (!all && waitingBytes < waitingLimit / 2 && options.isBusy()) return
      waiting.delete(place)
      waitingBytes -= bytes.length
      await keepNow(plan, meta, bytes)
    }
  }
  const drainSoon = (): void => {
    if (timer !== null || waiting.size === 0) return
    timer = setTimeout(() => {
      const work = drain(false)
      draining = work
      void work.finally(() => {
        timer = null
        drainSoon()
      })
    }, drainEveryMs)
    timer.unref()
  }

  return {
    keep(plan, meta, bytes) {
      const place = `${plan.facts.id}/${plan.key}`
      if (waiting.has(place) || waitingBytes + bytes.length > waitingLimit) return
      waiting.set(place, { plan, meta, bytes })
      waitingBytes += bytes.length
      drainSoon()
    },
    keepNow,
    used(imageId, key) {
      uses.set(`${imageId}/${key}`, { imageId, key })
    },
    async generation(imageId) {
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
    },
    drop(imageId) {
      for (const [place, { plan, bytes }] of waiting) {
        if (plan.facts.id !== imageId) continue
        waiting.delete(place)
        waitingBytes -= bytes.length
      }
      if (cache.reach === 'cluster') void cache.delete([generationName(imageId)])
    },
    async tidy() {
      const batch = [...uses.values()]
      uses.clear()
      for (let at = 0; at < batch.length; at += 1000) await ledger.touch(batch.slice(at, at + 1000))
      const now = performance.now()
      if (written <= room && (written === 0 || now - countedAt < countEveryMs)) return
      const { storageBytes } = options
      const before = written
      const { kept } = await ledger.evict(storageBytes, Math.floor(storageBytes * evictedTo))
      // What was stored meanwhile may not have been counted.
      written -= before
      room = Math.max(0, storageBytes - kept) / sharers
      countedAt = now
    },
    async idle() {
      await draining
      await drain(true)
      while (pending.size > 0) await Promise.allSettled(pending)
    },
  }
}

const generationName = (imageId: string): string => `generation:${imageId}`
