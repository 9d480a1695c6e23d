import { Failure } from '@rendition/contract'
import type { Cache } from '../../platform/cache/port.ts'
import type { Database } from '../../platform/database/port.ts'
import { findResults, type ResultName } from '../store/results.ts'
import { isTrashed } from '../store/trash.ts'

/** The bytes of results that are kept for their time: in a cache, never in the storage. */
export interface KeptResults {
  /** Throws `output_too_large`, or `unavailable` while there is nowhere to keep it. */
  keep(name: ResultName, bytes: Uint8Array): Promise<void>
  /** Keeps those that are there for their whole time from now; gives the ones that are. */
  renew<T extends ResultName>(results: readonly T[]): Promise<T[]>
  /** null for what is over, was removed, or that the cache has lost. Throws `unavailable` while the cache is away. */
  read(imageId: string, key: string): Promise<Buffer | null>
  /** false for an image in the trash. */
  mayShow(imageId: string): Promise<boolean>
  /** Lets go of the bytes of results whose rows are gone. */
  drop(results: readonly ResultName[]): Promise<void>
}

export interface KeptResultsOptions {
  db: Database
  cache: Cache
  config: { resultBytes: number; resultTtlMs: number }
}

/** Asked of the cache at once, for a batch of thousands. */
const atOnce = 100
const cacheKey = ({ imageId, key }: ResultName): string => `result:${imageId}:${key}`

export function createKeptResults({ db, cache, config }: KeptResultsOptions): KeptResults {
  const ttl = { ttlMs: config.resultTtlMs }
  return {
    async keep(name, bytes) {
      if (bytes.byteLength > config.resultBytes) {
        throw new Failure(
          'output_too_large',
          `The result has ${bytes.byteLength} bytes. One that is not saved may have ${config.resultBytes}.`,
        )
      }
      if (await cache.set(cacheKey(name), bytes, ttl)) return
      throw new Failure('unavailable', 'There is nowhere to keep the result just now.')
    },
    async renew(results) {
      const there: (typeof results)[number][] = []
      for (let at = 0; at < results.length; at += atOnce) {
        const some = results.slice(at, at + atOnce)
        const kept = await Promise.all(some.map((result) => cache.touch(cacheKey(result), ttl)))
        there.push(...some.filter((_result, n) => kept[n]))
      }
      return there
    },
    async read(imageId, key) {
      const [row] = await findResults(db, [imageId], [key])
      const bytes = row === undefined ? null : await cache.get(cacheKey(row))
      if (row === undefined || bytes !== null) return bytes
      // One that is away misses like one that has lost it, and may have it again in a moment.
      await cache.check().catch((cause: unknown) => {
        throw new Failure('unavailable', 'The cache cannot be asked for the result just now.', { cause })
      })
      return null
    },
    mayShow: async (imageId) => !(await isTrashed(db, imageId)),
    drop: (results) => cache.delete(results.map(cacheKey)),
  }
}
