import { createHash, type Hash } from 'node:crypto'

/** Uploads of which a process knows the hash so far; of others the bytes are read again when all are there. */
const mostKnown = 1_000

/**
 * SHA-256 of uploads as far as they came, where this process has seen each byte of them. A hash cannot be written down half
 * way, so nothing here is needed: it spares reading a file that was just written.
 */
export interface RunningHashes {
  /** Of the first so many bytes, for whoever writes those behind them; null where they were not seen here. */
  take(id: string, size: number): Hash | null
  /** What `take` gave, when these bytes count. */
  put(id: string, size: number, hash: Hash): void
  /** In hex, of all the bytes; null where they were not seen here. */
  digest(id: string, size: number): string | null
}

export function createRunningHashes(): RunningHashes {
  const known = new Map<string, { size: number; hash: Hash }>()
  const find = (id: string, size: number): Hash | null => {
    const found = known.get(id)
    return found?.size === size ? found.hash : null
  }
  return {
    take(id, size) {
      const hash = size === 0 ? createHash('sha256') : find(id, size)
      known.delete(id)
      return hash
    },
    put(id, size, hash) {
      const [oldest] = known.keys()
      if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest)
      known.set(id, { size, hash })
    },
    // What fails after this is tried again, so the hash itself is left as it is.
    digest: (id, size) => find(id, size)?.copy().digest('hex') ?? null,
  }
}
