import { isFailure } from '@rendition/contract'
import { LRUCache } from 'lru-cache'
import type { ImageReader } from '../../images/index.ts'
import type { RenditionPlan } from '../plan/plan.ts'
import type { KnownImage } from '../request/known-images.ts'
import type { Renditions } from './find-or-render.ts'

/** AVIF for `format=auto`: served when it exists, made for next time where that is configured. */
export interface Avif {
  /** Whether this AVIF was made already; a no may be half a minute old. */
  exists(plan: RenditionPlan): Promise<boolean>
  /** Asks for it to be made behind the answers, one at a time and only while nothing else waits. */
  makeLater(plan: RenditionPlan, image: KnownImage): void
  /** Stops making and waits. */
  close(): Promise<void>
}

export interface AvifOptions {
  mode: 'stored' | 'later'
  ledger: Pick<ImageReader['ledger'], 'find'>
  renditions: Pick<Renditions, 'obtain' | 'inMemory'>
  onError: (error: unknown, what: string) => void
}

/** Wishes that may wait; a further one is forgotten and comes again with the next request. */
const longestQueue = 100
const absentForMs = 30_000
/** One that could not be made would be tried again with every request, for seconds of processor time each. */
const failedForMs = 3_600_000

const nameOf = (plan: RenditionPlan): string => `${plan.facts.id}/${plan.key}`

export function createAvif(options: AvifOptions): Avif {
  const { ledger, renditions } = options
  const absent = new LRUCache<string, true>({ max: 20_000, ttl: absentForMs })
  const failed = new LRUCache<string, true>({ max: 20_000, ttl: failedForMs })
  const wishes = new Map<string, { plan: RenditionPlan; image: KnownImage }>()
  const stop = new AbortController()
  let working: Promise<void> | null = null

  const work = async (): Promise<void> => {
    for (const [key, { plan, image }] of wishes) {
      if (stop.signal.aborted) return
      try {
        if (!image.dropped) await renditions.obtain(plan, image, stop.signal, { lane: 'bulk' })
        absent.delete(key)
      } catch (error) {
        if (stop.signal.aborted) return
        if (!isFailure(error, 'overloaded') && !isFailure(error, 'unavailable')) failed.set(key, true)
        options.onError(error, 'an AVIF was not made')
      }
      wishes.delete(key)
    }
  }

  return {
    async exists(plan) {
      if (renditions.inMemory(plan)) return true
      if (absent.has(nameOf(plan))) return false
      if ((await ledger.find(plan.facts.id, plan.key)) !== null) return true
      absent.set(nameOf(plan), true)
      return false
    },
    makeLater(plan, image) {
      if (options.mode !== 'later' || stop.signal.aborted) return
      const name = nameOf(plan)
      if (wishes.has(name) || failed.has(name) || wishes.size >= longestQueue) return
      wishes.set(name, { plan, image })
      working ??= work().finally(() => {
        working = null
      })
    },
    async close() {
      stop.abort()
      await working
    },
  }
}
