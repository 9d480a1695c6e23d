import { isFailure } from '@rendition/contract'
import type { ImageReader, NewRendition } from '../../images/index.ts'
import type { Storage } from '../../platform/storage/port.ts'

/** Puts renditions into the storage and the ledger. */
export interface Store {
  /** Stores a fresh rendition behind the answers, when nobody waits for one; dropped when too many wait already. */
  putLater(rendition: NewRendition, bytes: Buffer): void
  /** The same, resolved when it is stored, or could not be. */
  putNow(rendition: NewRendition, bytes: Buffer): Promise<void>
  /** Forgets what waits of an image. */
  drop(imageId: string): void
  /** Resolves when nothing is being stored. */
  idle(): Promise<void>
}

export interface StoreOptions {
  storage: Pick<Storage, 'put' | 'delete'>
  ledger: Pick<ImageReader['ledger'], 'record' | 'find'>
  /** Whether somebody waits for a render now. */
  isBusy: () => boolean
  onStored: (bytes: number) => void
  onError: (error: unknown, what: string) => void
}

/** Bytes that may wait for storage: beyond it, a rendition is answered and forgotten. */
const waitingLimit = 64 * 1024 * 1024
/** Some twenty system calls and a commit a rendition: worth waiting for a quiet moment, a third of a cold answer. */
const drainEveryMs = 200
/** A service that is never at rest stores all the same: the ledger is to know within seconds what was asked for. */
const longestWaitMs = 5_000

export function createStore(options: StoreOptions): Store {
  const { storage, ledger, onError } = options
  const pending = new Set<Promise<unknown>>()
  const waiting = new Map<string, { rendition: NewRendition; bytes: Buffer; since: number }>()
  let waitingBytes = 0
  let timer: NodeJS.Timeout | null = null
  let draining: Promise<void> = Promise.resolve()

  const put = async (rendition: NewRendition, bytes: Buffer): Promise<void> => {
    const { imageId, key, storageKey, contentType } = rendition
    await storage.put(storageKey, bytes, { contentType })
    // When this throws, the row may be written all the same, by a database that answered too late: then the bytes must be
    // there. When it is not, the sweeper finds them.
    const recorded = await ledger.record(rendition)
    if (recorded) {
      options.onStored(bytes.length)
      return
    }
    // The image went away or was purged meanwhile: bytes must not stay but for whom they were stored since.
    if ((await ledger.find(imageId, key)) === null) await storage.delete([storageKey])
  }
  const putNow = async (rendition: NewRendition, bytes: Buffer): Promise<void> => {
    const work = put(rendition, bytes)
    pending.add(work)
    try {
      await work
    } catch (error) {
      // A full disk is told by /ready and the metrics; it would be told here for every picture.
      if (!isFailure(error, 'storage_full')) onError(error, 'a rendition was not stored')
    } finally {
      pending.delete(work)
    }
  }
  /** Stores what waits, while nobody waits for a render, or when too much or one for too long. */
  const putWaiting = async (all: boolean): Promise<void> => {
    for (const [place, { rendition, bytes, since }] of waiting) {
      const mayWait = waitingBytes < waitingLimit / 2 && performance.now() - since < longestWaitMs
      if (!all && mayWait && options.isBusy()) return
      waiting.delete(place)
      waitingBytes -= bytes.length
      await putNow(rendition, bytes)
    }
  }
  /** One at a time: of two side by side the later entry may be written first, and eviction goes by when they were. */
  const drain = (all: boolean): Promise<void> => {
    draining = draining.catch(() => {}).then(() => putWaiting(all))
    return draining
  }
  const drainSoon = (): void => {
    if (timer !== null || waiting.size === 0) return
    timer = setTimeout(() => {
      void drain(false).finally(() => {
        timer = null
        drainSoon()
      })
    }, drainEveryMs)
    timer.unref()
  }

  return {
    putLater(rendition, bytes) {
      const place = `${rendition.imageId}/${rendition.key}`
      if (waiting.has(place) || waitingBytes + bytes.length > waitingLimit) return
      waiting.set(place, { rendition, bytes, since: performance.now() })
      waitingBytes += bytes.length
      drainSoon()
    },
    putNow,
    drop(imageId) {
      for (const [place, { rendition, bytes }] of waiting) {
        if (rendition.imageId !== imageId) continue
        waiting.delete(place)
        waitingBytes -= bytes.length
      }
    },
    async idle() {
      await drain(true)
      while (pending.size > 0) await Promise.allSettled(pending)
    },
  }
}
