import { isFailure } from '@rendition/contract'
import { formatQuery } from '@rendition/contract/recipe'
import type { ImageReader } from '../../images/index.ts'
import { LimitReached } from '../../platform/limits/index.ts'
import type { StorageKey } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { RenditionPlan } from '../plan/plan.ts'
import type { KnownImage } from '../request/known-images.ts'
import { type Memory, type MemoryEntry, metaOf, type RenditionMeta } from './memory.ts'
import { readStored } from './read-stored.ts'
import type { Asker, Renderer } from './renderer.ts'
import type { SharedCache } from './shared-cache.ts'
import { createSingleFlight } from './single-flight.ts'
import type { Store } from './store.ts'
import type { Usage } from './usage.ts'

/** Where a rendition was found; `render` when it had to be made. */
export type Layer = 'memory' | 'cache' | 'storage' | 'render'

export interface Found {
  meta: RenditionMeta
  /** Bytes. */
  size: number
  /** null where nobody asked for them. */
  bytes: Buffer | null
  layer: Layer
  /** In the memory, where it was kept. */
  entry: MemoryEntry | null
  /** Milliseconds; null where nothing was looked for. */
  timings: { lookup: number; render: number } | null
}

export interface Renditions {
  /**
   * The bytes, from the first layer that has them, else rendered once for everybody who waits, in the first one's turn
   * and on its allowance. Throws `rate_limited` when it has to be made and the asker has nothing left.
   */
  obtain(plan: RenditionPlan, image: KnownImage, signal: AbortSignal, asker: Asker): Promise<Found>
  /** What is known without reading any pixels; null when the rendition does not exist yet. */
  peek(plan: RenditionPlan): Promise<Found | null>
  inMemory(plan: RenditionPlan): boolean
  /** Where it is stored, as the ledger says; null when it is in memory, or stored nowhere. */
  stored(plan: RenditionPlan): Promise<{ found: Found; key: StorageKey; size: number } | null>
  readonly running: number
}

export interface RenditionsOptions {
  memory: Memory
  sharedCache: SharedCache
  storage: Pick<Storage, 'get'>
  ledger: Pick<ImageReader['ledger'], 'find'>
  store: Store
  usage: Usage
  renderer: Renderer
}

interface Read {
  meta: RenditionMeta
  bytes: Buffer
  layer: Layer
}

/** One render's or one lookup's subject: what, of which image as it was known then. */
interface Wanted {
  plan: RenditionPlan
  image: KnownImage
  asker: Asker
  signal: AbortSignal
}

/** The URL's parameters, where they are as short as those of a page are; what is longer is nothing to show. */
function askedBy({ asked }: RenditionPlan): string | null {
  const query = formatQuery(asked)
  return query === null || query.length > longestAsked ? null : query
}

const longestAsked = 500

/** The layers under one key: memory, the cache service where it is shared, storage with its ledger, and a render. */
export function createRenditions(options: RenditionsOptions): Renditions {
  const { memory, sharedCache, storage, ledger, store, usage, renderer } = options
  const flights = createSingleFlight<Found>()

  const fromCache = async (plan: RenditionPlan): Promise<Read | null> => {
    const found = await sharedCache.get(plan)
    return found === null ? null : { ...found, layer: 'cache' }
  }
  const fromStorage = async ({ plan, signal }: Wanted): Promise<Read | null> => {
    const row = await ledger.find(plan.facts.id, plan.key)
    if (row === null) return null
    const bytes = await readStored(storage, row, signal)
    if (bytes === null) return null
    usage.used(plan.facts.id, plan.key)
    return { meta: metaOf(row), bytes, layer: 'storage' }
  }
  const intoCache = async ({ plan, image }: Wanted, { meta, bytes }: Read): Promise<void> => {
    if (!image.dropped) await sharedCache.put(plan, meta, bytes)
  }
  const make = (wanted: Wanted): Promise<{ read: Read; render: number }> =>
    sharedCache.exclusive(wanted.plan, async () => {
      const { plan, asker, signal } = wanted
      // Another process may have made it while this one waited for its turn.
      const made = sharedCache.isShared ? ((await fromCache(plan)) ?? (await fromStorage(wanted))) : null
      if (made !== null) return { read: made, render: 0 }
      if (asker.lane === 'interactive') await asker.allowance.spend()
      const started = performance.now()
      const { rendition, bytes } = await renderer
        .render(plan, asker, signal)
        .catch(async (error: unknown) => {
          // Turned away, or given up because the machine had too much to do: that is no fault of who asks.
          if (asker.lane === 'interactive' && isFailure(error, 'overloaded')) await asker.allowance.giveBack()
          throw error
        })
      const read: Read = { meta: metaOf(rendition), bytes, layer: 'render' }
      // Before the lock is given back, so that whoever waits for it finds the bytes.
      await intoCache(wanted, read)
      store.putLater({ ...rendition, asked: askedBy(plan) }, bytes)
      return { read, render: performance.now() - started }
    })
  const findOrRender = async (wanted: Wanted): Promise<Found> => {
    const { plan, image } = wanted
    const started = performance.now()
    const there = (await fromCache(plan)) ?? (await fromStorage(wanted))
    const lookup = performance.now() - started
    const { read, render } = there === null ? await make(wanted) : { read: there, render: 0 }
    if (there?.layer === 'storage') intoCache(wanted, there).catch(() => {})
    const entry = image.dropped ? null : memory.put(plan.key, plan.facts.id, read.meta, read.bytes)
    return {
      ...read,
      size: read.bytes.length,
      entry: entry?.kept === true ? entry : null,
      timings: { lookup, render },
    }
  }

  return {
    async obtain(plan, image, signal, asker) {
      const entry = memory.get(plan.facts.id, plan.key)
      if (entry !== undefined) {
        const { meta, bytes } = entry
        const timings = { lookup: 0, render: 0 }
        return { meta, size: bytes.length, bytes, layer: 'memory', entry, timings }
      }
      for (;;) {
        try {
          return await flights.join(`${plan.facts.id}/${plan.key}`, signal, (shared) =>
            findOrRender({ plan, image, asker, signal: shared }),
          )
        } catch (error) {
          // It was to be made on another's allowance, who has nothing left: that is not this asker's refusal.
          const own = asker.lane === 'interactive' ? await asker.allowance.holder() : null
          if (!(error instanceof LimitReached) || error.caller === own) throw error
        }
      }
    },
    async peek(plan) {
      const nothingRead = { bytes: null, entry: null, timings: null }
      const entry = memory.get(plan.facts.id, plan.key)
      if (entry !== undefined) {
        return { ...nothingRead, meta: entry.meta, size: entry.bytes.length, layer: 'memory' }
      }
      const row = await ledger.find(plan.facts.id, plan.key)
      if (row === null) return null
      usage.used(plan.facts.id, plan.key)
      return { ...nothingRead, meta: metaOf(row), size: row.size, layer: 'storage' }
    },
    async stored(plan) {
      if (memory.get(plan.facts.id, plan.key) !== undefined) return null
      const row = await ledger.find(plan.facts.id, plan.key)
      if (row === null) return null
      usage.used(plan.facts.id, plan.key)
      const { size, storageKey } = row
      const found = {
        bytes: null,
        entry: null,
        timings: null,
        meta: metaOf(row),
        size,
        layer: 'storage',
      } as const
      return { found, key: storageKey, size }
    },
    inMemory: (plan) => memory.get(plan.facts.id, plan.key) !== undefined,
    get running() {
      return flights.running
    },
  }
}
