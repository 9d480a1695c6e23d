import type { ImageReader, Rendition } from '../images/index.ts'
import type { Cache } from '../platform/cache/port.ts'
import type { Storage } from '../platform/storage/port.ts'
import { packRendition, unpackRendition } from './cached-bytes.ts'
import { etagOf } from './etag.ts'
import type { KnownImage } from './facts.ts'
import { createFlights } from './flights.ts'
import type { Keeper } from './keeper.ts'
import { bytesOf, type Lane, type Maker } from './maker.ts'
import type { Memory, MemoryEntry, RenditionMeta } from './memory.ts'
import type { RenditionPlan } from './plan.ts'
import { readStored } from './read-stored.ts'

/** Where a rendition was found; `render` when it had to be made. */
export type Layer = 'memory' | 'cache' | 'storage' | 'render'

export interface Found {
  meta: RenditionMeta
  bytes: Buffer
  layer: Layer
  /** In the memory, where it was kept. */
  entry: MemoryEntry | null
  /** Milliseconds. */
  timings: { lookup: number; render: number }
}

export interface Renditions {
  /** The bytes, from the first level that has them, else rendered once for everybody who waits. */
  obtain(plan: RenditionPlan, image: KnownImage, signal: AbortSignal, lane?: Lane): Promise<Found>
  /** What is known without reading any pixels; null when the rendition does not exist yet. */
  peek(plan: RenditionPlan): Promise<{ meta: RenditionMeta; size: number; layer: Layer } | null>
  inMemory(plan: RenditionPlan): boolean
  readonly running: number
}

export interface RenditionsOptions {
  memory: Memory
  cache: Cache
  storage: Storage
  ledger: ImageReader['ledger']
  keeper: Keeper
  maker: Maker
  cacheTtlMs: number
  entryBytes: number
  exclusiveWaitMs: number
}

const metaOf = (row: Rendition): RenditionMeta => ({
  etag: row.etag,
  contentType: row.contentType,
  format: row.format,
  width: row.width,
  height: row.height,
})

type Read = Omit<Found, 'entry' | 'timings'>

/** The levels under one key: memory, the cache service where it is shared, storage with its ledger, and a render. */
export function createRenditions(options: RenditionsOptions): Renditions {
  const { memory, cache, storage, ledger, keeper, maker } = options
  const flights = createFlights<Found>()
  const shared = cache.reach === 'cluster'

  const fromCache = async (plan: RenditionPlan): Promise<Read | null> => {
    if (!shared) return null
    const value = await cache.get(await cacheKey(plan))
    const found = value === null ? null : unpackRendition(value)
    return found === null ? null : { ...found, layer: 'cache' }
  }
  const cacheKey = async (plan: RenditionPlan): Promise<string> =>
    `rendition:${plan.facts.id}:${await keeper.generation(plan.facts.id)}:${plan.key}`

  const intoCache = async (plan: RenditionPlan, image: KnownImage, read: Read): Promise<void> => {
    if (!shared || image.dropped || read.bytes.length > options.entryBytes) return
    await cache.set(await cacheKey(plan), packRendition(read.meta, read.bytes), {
      ttlMs: options.cacheTtlMs,
    })
  }
  const fromStorage = async (plan: RenditionPlan, signal: AbortSignal): Promise<Read | null> => {
    const row = await ledger.find(plan.facts.id, plan.key)
    if (row === null) return null
    const bytes = await readStored(storage, row, signal)
    if (bytes === null) return null
    keeper.used(plan.facts.id, plan.key)
    return { meta: metaOf(row), bytes, layer: 'storage' }
  }
  const make = async (
    plan: RenditionPlan,
    image: KnownImage,
    lane: Lane,
    signal: AbortSignal,
  ): Promise<{ read: Read; render: number }> =>
    cache.exclusive(`render:${plan.facts.id}:${plan.key}`, options.exclusiveWaitMs, async () => {
      // Another process may have made it while this one waited for its turn.
      const made = shared ? ((await fromCache(plan)) ?? (await fromStorage(plan, signal))) : null
      if (made !== null) return { read: made, render: 0 }
      const started = performance.now()
      const output = await maker.make(plan, lane, signal)
      const bytes = bytesOf(output)
      const meta: RenditionMeta = {
        etag: etagOf(bytes),
        contentType: output.contentType,
        format: output.format,
        width: output.width,
        height: output.height,
      }
      const read: Read = { meta, bytes, layer: 'render' }
      // Before the lock is given back, so that whoever waits for it finds the bytes.
      await intoCache(plan, image, read)
      keeper.keep(plan, meta, bytes)
      return { read, render: performance.now() - started }
    })

  const find = async (
    plan: RenditionPlan,
    image: KnownImage,
    lane: Lane,
    signal: AbortSignal,
  ): Promise<Found> => {
    const started = performance.now()
    const cached = await fromCache(plan)
    const stored = cached ?? (await fromStorage(plan, signal))
    const lookup = performance.now() - started
    const { read, render } =
      stored === null ? await make(plan, image, lane, signal) : { read: stored, render: 0 }
    if (stored?.layer === 'storage') intoCache(plan, image, stored).catch(() => {})
    const entry = image.dropped ? null : memory.put(plan.key, plan.facts.id, read.meta, read.bytes)
    return { ...read, entry: entry?.kept === true ? entry : null, timings: { lookup, render } }
  }

  return {
    async obtain(plan, image, signal, lane = 'interactive') {
      const entry = memory.get(plan.facts.id, plan.key)
      if (entry !== undefined) {
        const { meta, bytes } = entry
        return { meta, bytes, layer: 'memory', entry, timings: { lookup: 0, render: 0 } }
      }
      return flights.join(`${plan.facts.id}/${plan.key}`, signal, (shared) => find(plan, image, lane, shared))
    },
    async peek(plan) {
      const entry = memory.get(plan.facts.id, plan.key)
      if (entry !== undefined) return { meta: entry.meta, size: entry.bytes.length, layer: 'memory' }
      const row = await ledger.find(plan.facts.id, plan.key)
      if (row === null) return null
      keeper.used(plan.facts.id, plan.key)
      return { meta: metaOf(row), size: row.size, layer: 'storage' }
    },
    inMemory: (plan) => memory.get(plan.facts.id, plan.key) !== undefined,
    get running() {
      return flights.running
    },
  }
}
