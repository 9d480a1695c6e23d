import { isFailure } from '@rendition/contract'
import { LRUCache } from 'lru-cache'
import type { ImageFacts, ImageReader, VersionFacts } from '../../images/index.ts'
import type { Clock } from '../../platform/clock.ts'

/** What is known of one image. Whoever holds it must ask `current` before trusting it. */
export interface KnownImage {
  facts: ImageFacts
  /** Milliseconds since 1970. */
  loadedAt: number
  /** Set when something changed: never set back, a new object takes its place. */
  dropped: boolean
}

export interface KnownImagesOptions {
  images: Pick<ImageReader, 'facts' | 'version'>
  clock: Clock
  ttlMs: number
  limitMs: number
  /** Told of an image that is found changed, where nobody announced that it was. */
  onChanged: (imageId: string) => void
}

export interface KnownImages {
  /** null when there is no such image. At most `ttlMs` old, `limitMs` while the database is away. */
  get(imageId: string): Promise<KnownImage | null>
  /**
   * Whether an object may still be used now, without waiting. Past its time it is read again and used for as long once
   * more, and up to `limitMs` while the database is away.
   */
  current(image: KnownImage, nowMs: number): boolean
  /** Version `n` of an image; null when there is none. Versions never change, so they are kept without a time. */
  version(imageId: string, n: number): Promise<VersionFacts | null>
  drop(imageId: string): void
  /** What was answered of any image is decided anew. Versions stay. */
  dropAll(): void
}

const imagesKept = 20_000

/**
 * Owner, visibility and current version of images, kept for seconds. A hot image is read again behind its answers,
 * so that none of them waits for the database.
 */
export function createKnownImages(options: KnownImagesOptions): KnownImages {
  const { images, clock, ttlMs, limitMs } = options
  const known = new LRUCache<string, KnownImage>({ max: imagesKept })
  const versions = new LRUCache<string, Map<number, VersionFacts>>({ max: imagesKept })
  const loading = new Map<string, Promise<KnownImage | null>>()

  /** Until when the database counts as away, in milliseconds since 1970. */
  let awayUntil = 0

  const load = (imageId: string): Promise<KnownImage | null> => {
    const running = loading.get(imageId)
    if (running !== undefined) return running
    const loadedAt = clock.now().getTime()
    // Until it answers or fails again: a database that hangs is away too.
    if (loadedAt <= awayUntil) awayUntil = Number.POSITIVE_INFINITY
    const work = images.facts(imageId).then((facts) => {
      // A drop in the meantime takes the load out of the map: what it read may be old already.
      const valid = loading.get(imageId) === work
      const before = known.get(imageId)
      if (facts !== null && before !== undefined && sameFacts(before.facts, facts)) {
        before.facts = facts
        if (valid) before.loadedAt = loadedAt
        return before
      }
      if (before !== undefined) {
        before.dropped = true
        options.onChanged(imageId)
      }
      known.delete(imageId)
      if (facts === null) return null
      const image: KnownImage = { facts, loadedAt, dropped: !valid }
      if (valid) known.set(imageId, image)
      return image
    })
    loading.set(imageId, work)
    const landed = (until: number): void => {
      awayUntil = until
      if (loading.get(imageId) === work) loading.delete(imageId)
    }
    work.then(
      () => landed(0),
      (error) => landed(isFailure(error, 'unavailable') ? clock.now().getTime() + ttlMs : 0),
    )
    return work
  }

  return {
    async get(imageId) {
      const image = known.get(imageId)
      const now = clock.now().getTime()
      if (image !== undefined && now - image.loadedAt <= ttlMs) return image
      try {
        const loaded = await load(imageId)
        return loaded?.dropped ? await load(imageId) : loaded
      } catch (error) {
        const usable = image !== undefined && !image.dropped && now - image.loadedAt <= limitMs
        if (usable && isFailure(error, 'unavailable')) return image
        throw error
      }
    },
    current(image, nowMs) {
      if (image.dropped) return false
      const age = nowMs - image.loadedAt
      if (age <= ttlMs) return true
      if (age > limitMs || (age > 2 * ttlMs && nowMs > awayUntil)) return false
      if (!loading.has(image.facts.id)) load(image.facts.id).catch(() => {})
      return true
    },
    async version(imageId, n) {
      const kept = versions.get(imageId)?.get(n)
      if (kept !== undefined) return kept
      const version = await images.version(imageId, n)
      if (version !== null) {
        const all = versions.get(imageId) ?? new Map<number, VersionFacts>()
        versions.set(imageId, all.set(n, version))
      }
      return version
    },
    drop(imageId) {
      loading.delete(imageId)
      const image = known.get(imageId)
      if (image !== undefined) image.dropped = true
      known.delete(imageId)
      versions.delete(imageId)
    },
    dropAll() {
      loading.clear()
      for (const image of known.values()) image.dropped = true
      known.clear()
    },
  }
}

function sameFacts(left: ImageFacts, right: ImageFacts): boolean {
  return (
    left.ownerId === right.ownerId &&
    left.visibility === right.visibility &&
    left.publicOriginal === right.publicOriginal &&
    left.version === right.version &&
    left.originalName === right.originalName &&
    left.purges === right.purges &&
    left.focalPoint?.x === right.focalPoint?.x &&
    left.focalPoint?.y === right.focalPoint?.y
  )
}
