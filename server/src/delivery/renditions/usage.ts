import type { ImageReader } from '../../images/index.ts'

/** Which renditions are used, and how much room all of them take. */
export interface Usage {
  /** Notes that an entry served an answer; written down in batches. */
  used(imageId: string, key: string): void
  /** Notes that this process stored so many bytes. */
  stored(bytes: number): void
  /** Writes uses down and evicts what is over the bound. */
  tidy(): Promise<void>
}

export interface UsageOptions {
  ledger: Pick<ImageReader['ledger'], 'touch' | 'evict'>
  storageBytes: number
}

/**
 * Counting what is stored reads an index of all of it, so it is done only when it may have come over the bound: when one
 * process has stored its share of the room there was, for as many processes as this.
 */
const sharers = 64
/** Evicting makes some room, or the next rendition would be over the bound again. */
const evictedTo = 0.95
/** However little this process stores, others may have filled the room. */
const countEveryMs = 600_000

export function createUsage({ ledger, storageBytes }: UsageOptions): Usage {
  const uses = new Map<string, { imageId: string; key: string }>()
  let written = 0
  /** Bytes this process may store before they are counted again. */
  let room = 0
  let countedAt = Number.NEGATIVE_INFINITY
  return {
    used(imageId, key) {
      uses.set(`${imageId}/${key}`, { imageId, key })
    },
    stored(bytes) {
      written += bytes
    },
    async tidy() {
      const batch = [...uses.values()]
      uses.clear()
      for (let at = 0; at < batch.length; at += 1000) await ledger.touch(batch.slice(at, at + 1000))
      const now = performance.now()
      if (written <= room && (written === 0 || now - countedAt < countEveryMs)) return
      const before = written
      const { kept } = await ledger.evict(storageBytes, Math.floor(storageBytes * evictedTo))
      // What was stored meanwhile may not have been counted.
      written -= before
      room = Math.max(0, storageBytes - kept) / sharers
      countedAt = now
    },
  }
}
