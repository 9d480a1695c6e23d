import { LRUCache } from 'lru-cache'

/** What an answer needs to know of a rendition besides its bytes. */
export interface RenditionMeta {
  /** Strong, with its quotes. */
  etag: string
  contentType: string
  format: string
  width: number
  height: number
}

export const metaOf = ({ etag, contentType, format, width, height }: RenditionMeta): RenditionMeta => ({
  etag,
  contentType,
  format,
  width,
  height,
})

export interface MemoryEntry {
  /** Of the rendition. Equal pictures of two images have equal keys, and still two entries. */
  key: string
  /** Where it lies in the memory. */
  place: string
  imageId: string
  meta: RenditionMeta
  bytes: Buffer
  /** False once it left the memory: whoever holds it must look again. */
  kept: boolean
}

export interface Memory {
  get(imageId: string, key: string): MemoryEntry | undefined
  /** Marks an entry as used now. */
  touch(entry: MemoryEntry): void
  /** Keeps the bytes where they fit; gives the entry in any case. */
  put(key: string, imageId: string, meta: RenditionMeta, bytes: Buffer): MemoryEntry
  /** Forgets every rendition of an image. */
  drop(imageId: string): void
  /** Calls `gone` with every entry that leaves, for whatever reason. */
  onLeave(gone: (entry: MemoryEntry) => void): void
  readonly bytes: number
  readonly entries: number
}

const nothing = Buffer.alloc(0)
/** Bookkeeping of one entry, so that many tiny ones stay inside the bound as well. */
const overhead = 1024

/** The first level: renditions in this process, bounded in bytes, least recently used go first. */
export function createMemory(options: { maxBytes: number; entryBytes: number }): Memory {
  const byImage = new Map<string, Set<string>>()
  const leaving: ((entry: MemoryEntry) => void)[] = []
  const entries = new LRUCache<string, MemoryEntry>({
    maxSize: Math.max(1, options.maxBytes),
    maxEntrySize: Math.max(1, Math.min(options.entryBytes + overhead, options.maxBytes)),
    sizeCalculation: (entry) => entry.bytes.length + overhead,
    dispose(entry, place) {
      entry.kept = false
      // Whoever still answers with the entry must not keep its bytes alive past the bound.
      entry.bytes = nothing
      const keys = byImage.get(entry.imageId)
      keys?.delete(place)
      if (keys?.size === 0) byImage.delete(entry.imageId)
      for (const tell of leaving) tell(entry)
    },
  })
  return {
    // By image as well: whether somebody else has the same file must not be told by how fast the answer is.
    get: (imageId, key) => entries.get(placeOf(imageId, key)),
    touch(entry) {
      entries.get(entry.place)
    },
    put(key, imageId, meta, bytes) {
      const place = placeOf(imageId, key)
      const entry: MemoryEntry = { key, place, imageId, meta, bytes: compact(bytes), kept: true }
      entries.set(place, entry)
      if (!entries.has(place)) {
        entry.kept = false
        return entry
      }
      const keys = byImage.get(imageId) ?? new Set()
      byImage.set(imageId, keys.add(place))
      return entry
    },
    drop(imageId) {
      for (const place of [...(byImage.get(imageId) ?? [])]) entries.delete(place)
    },
    onLeave(gone) {
      leaving.push(gone)
    },
    get bytes() {
      return entries.calculatedSize
    },
    get entries() {
      return entries.size
    },
  }
}

const placeOf = (imageId: string, key: string): string => `${imageId}/${key}`

/** A view of a larger buffer keeps all of it alive: bytes that stay are given a place of their own. */
function compact(bytes: Buffer): Buffer {
  return bytes.buffer.byteLength > bytes.length + 4096 ? Buffer.from(Uint8Array.from(bytes).buffer) : bytes
}
