import { isFailure } from '@rendition/contract'
import { LRUCache } from 'lru-cache'
import type { ImageReader } from '../../images/index.ts'
import type { AvifWish } from '../plan/choose-plan.ts'
import type { RenditionPlan } from '../plan/plan.ts'
import type { KnownImage } from '../request/known-images.ts'
import type { Renditions } from './find-or-render.ts'

/** AVIF for `format=auto`: served when it exists, made for next time where that is configured. */
export interface Avif {
  /** Whether this AVIF was made already; a no may be half a minute old. */
  exists(plan: RenditionPlan): Promise<boolean>
  /** The wish for one that was not made yet; null where none is made for URLs. Nothing is made until somebody asks. */
  wish(plan: RenditionPlan, image: KnownImage): AvifWish | null
  /** Stops making and waits. */
  close(): Promise<void>
}

export interface AvifOptions {
  mode: 'stored' | 'later'
  /** How many must have asked for it. */
  after: number
  ledger: Pick<ImageReader['ledger'], 'find'>
  renditions: Pick<Renditions, 'obtain' | 'inMemory'>
  onError: (error: unknown, what: string) => void
}

interface Wanted extends AvifWish {
  plan: RenditionPlan
  image: KnownImage
  asks: number
  made: boolean
}

/** Wishes that may wait to be made; a further one waits to be asked for again. */
const longestQueue = 100
/** Wishes that are counted, and for how long after they were last asked for. */
const countedWishes = 20_000
const countedForMs = 86_400_000
const absentForMs = 30_000
/** One that could not be made would be tried again with every request, for seconds of processor time each. */
const failedForMs = 3_600_000

const nameOf = (plan: RenditionPlan): string => `${plan.facts.id}/${plan.key}`

/** Made behind the answers, one at a time, what is asked for most first, in the lane behind everything else. */
export function createAvif(options: AvifOptions): Avif {
  const { ledger, renditions } = options
  const absent = new LRUCache<string, true>({ max: countedWishes, ttl: absentForMs })
  const failed = new LRUCache<string, true>({ max: countedWishes, ttl: failedForMs })
  const counted = new LRUCache<string, Wanted>({
    max: countedWishes,
    ttl: countedForMs,
    updateAgeOnGet: true,
  })
  const waiting = new Map<string, Wanted>()
  const stop = new AbortController()
  let working: Promise<void> | null = null

  const make = async (name: string, wanted: Wanted): Promise<void> => {
    try {
      if (wanted.image.dropped) return
      await renditions.obtain(wanted.plan, wanted.image, stop.signal, { lane: 'bulk' })
      absent.delete(name)
      wanted.made = true
    } catch (error) {
      if (stop.signal.aborted) return
      if (!isFailure(error, 'overloaded') && !isFailure(error, 'unavailable')) failed.set(name, true)
      options.onError(error, 'an AVIF was not made')
    } finally {
      counted.delete(name)
    }
  }
  const work = async (): Promise<void> => {
    while (waiting.size > 0 && !stop.signal.aborted) {
      const [next] = [...waiting].sort(([, left], [, right]) => right.asks - left.asks)
      if (next === undefined) return
      await make(...next)
      waiting.delete(next[0])
    }
  }
  const enqueue = (name: string, wanted: Wanted): void => {
    if (stop.signal.aborted || waiting.has(name) || failed.has(name) || waiting.size >= longestQueue) return
    waiting.set(name, wanted)
    working ??= work().finally(() => {
      working = null
    })
  }

  return {
    async exists(plan) {
      if (renditions.inMemory(plan)) return true
      if (absent.has(nameOf(plan))) return false
      if ((await ledger.find(plan.facts.id, plan.key)) !== null) return true
      absent.set(nameOf(plan), true)
      return false
    },
    wish(plan, image) {
      if (options.mode !== 'later' || stop.signal.aborted) return null
      const name = nameOf(plan)
      const known = waiting.get(name) ?? counted.get(name)
      if (known !== undefined && !known.image.dropped) return known
      const wanted: Wanted = {
        plan,
        image,
        asks: 0,
        made: false,
        ask() {
          if (wanted.made) return
          wanted.asks += 1
          if (wanted.asks >= options.after) enqueue(name, wanted)
        },
      }
      counted.set(name, wanted)
      return wanted
    },
    async close() {
      stop.abort()
      await working
    },
  }
}
