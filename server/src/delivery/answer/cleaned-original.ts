import { createHash } from 'node:crypto'
import { pipeline, type Readable, Transform } from 'node:stream'
import { LRUCache } from 'lru-cache'
import { type ImageReader, originalETag, type VersionFacts } from '../../images/index.ts'
import type { Patch } from '../../rendering/port.ts'
import { createSingleFlight } from '../renditions/single-flight.ts'

/** An original as strangers get it: as long as it is, and other bytes at some places. */
export interface CleanedOriginal {
  /** By place, not over each other; empty when there is nothing to hide. */
  patches: readonly Patch[]
  /** Strong, with its quotes: of the original where nothing is hidden. */
  etag: string
}

export interface Cleaning {
  /** null when the file is not understood well enough to be given to strangers. */
  get(version: VersionFacts, signal: AbortSignal): Promise<CleanedOriginal | null>
}

const keptBytes = 16 * 1024 ** 2
const overhead = 500

/** Remembers what was found out of originals, which never change. */
export function createCleaning(images: Pick<ImageReader, 'cleaned'>): Cleaning {
  const known = new LRUCache<string, { found: CleanedOriginal | null }>({
    maxSize: keptBytes,
    sizeCalculation: ({ found }) =>
      (found?.patches ?? []).reduce(
        (sum, patch) => sum + 100 + ('data' in patch ? patch.data.length : 0),
        overhead,
      ),
  })
  const flights = createSingleFlight<CleanedOriginal | null>()
  return {
    async get(version, signal) {
      const { key } = version.original
      const kept = known.get(key)
      if (kept !== undefined) return kept.found
      const found = await flights.join(key, signal, async (shared) => {
        const patches = await images.cleaned(version, shared)
        return patches === null ? null : { patches, etag: etagOf(version.original.sha256, patches) }
      })
      known.set(key, { found })
      return found
    },
  }
}

function etagOf(sha256: string, patches: readonly Patch[]): string {
  if (patches.length === 0) return originalETag(sha256)
  const hash = createHash('sha256')
  for (const patch of patches)
    if ('data' in patch) hash.update(`${patch.at}:${patch.data.length}:`).update(patch.data)
    else hash.update(`${patch.at}+${patch.length}=${patch.fill};`)
  return `"${sha256.slice(0, 32)}-${hash.digest('hex').slice(0, 32)}"`
}

/** The bytes of a file from `start` on, with patches laid over them on their way out. */
export function overlay(bytes: Readable, patches: readonly Patch[], start: number): Readable {
  let at = start
  let next = 0
  const laying = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const end = at + chunk.length
      let out = chunk
      for (let patch = patches[next]; patch !== undefined && patch.at < end; patch = patches[next]) {
        const length = 'data' in patch ? patch.data.length : patch.length
        const [from, to] = [Math.max(at, patch.at), Math.min(end, patch.at + length)]
        if (from < to) {
          // The chunk may belong to whoever reads the file
          if (out === chunk) out = Buffer.from(chunk)
          if ('data' in patch) out.set(patch.data.subarray(from - patch.at, to - patch.at), from - at)
          else out.fill(patch.fill, from - at, to - at)
        }
        if (patch.at + length > end) break
        next += 1
      }
      at = end
      done(null, out)
    },
  })
  // Whichever of the two ends early takes the other with it; what went wrong is the reader's to see
  return pipeline(bytes, laying, () => {})
}
