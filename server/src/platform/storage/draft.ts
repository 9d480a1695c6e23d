import type { StorageKey } from './key.ts'

/**
 * Bytes on their way in: written to a local file first, so that they can be judged before any key exists.
 * `commit` makes them durable under the key (synced file and folder, or a completed upload) or throws and leaves nothing.
 */
export interface Draft {
  /** A local file, readable while the draft lives. */
  readonly path: string
  commit(key: StorageKey, options?: { contentType?: string; signal?: AbortSignal }): Promise<void>
  /** Removes the local file; safe to call at any time, also after `commit`. */
  discard(): Promise<void>
}

/** One that is empty yet. */
export interface NewDraft extends Draft {
  /** Writes what it is to hold, once. The syncing that a commit waits for begins here. */
  write(chunks: AsyncIterable<Buffer>): Promise<void>
}
