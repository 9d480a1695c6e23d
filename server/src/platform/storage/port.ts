import type { Readable } from 'node:stream'
import type { Reach } from '../reach.ts'
import type { NewDraft } from './draft.ts'
import type { GrowingObjects } from './growing.ts'
import type { StorageKey } from './key.ts'

export type { Draft, NewDraft } from './draft.ts'

export interface StoredObject {
  key: StorageKey
  /** Bytes. */
  size: number
  modifiedAt: Date
}

/** Inclusive byte positions, as in HTTP. */
export interface ByteRange {
  start: number
  end: number
}

/** A stored object as a local file, for code that needs to seek. */
export interface LocalFile extends AsyncDisposable {
  readonly path: string
}

/** Where a stored object lies on a disk of this machine, for a program beside us that sends it. */
export interface PlacedFile {
  /** The storage's own folder. */
  folder: string
  /** Below it. */
  path: string
  /** Bytes. */
  size: number
}

/** How long a link works, and what the storage says with the bytes that it sends for it. */
export interface LinkTerms {
  /** Links of equal terms are equal. */
  from: Date
  /** After `from`. */
  seconds: number
  contentType: string
  contentDisposition: string
  cacheControl: string
}

/**
 * Blobs by key. A key is written once and then never changes; `put` and `commit` of an existing key keep the
 * old bytes or replace them whole, never mix. Failures: `not_found`, `unavailable`, `storage_full` (as Failure).
 */
export interface Storage {
  readonly reach: Reach
  /**
   * Throws `storage_full` when this machine's disks take nothing new. `draft` and `put` ask by themselves; for those who
   * accept what is stored later, or write into a draft for long.
   */
  checkDiskRoom(): Promise<void>
  draft(): Promise<NewDraft>
  /** Objects that come in pieces; they have no keys until they are committed. */
  readonly growing: GrowingObjects
  put(
    key: StorageKey,
    data: Uint8Array,
    options?: {
      contentType?: string
      signal?: AbortSignal
      /** It belongs to something that was acknowledged, so it may use a part of what is kept free for deletions. */
      accepted?: boolean
    },
  ): Promise<void>
  get(key: StorageKey, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Readable>
  /** null when there is no such object. */
  head(key: StorageKey): Promise<StoredObject | null>
  /** The object as a local file: itself when it lies on this disk, else a copy that goes with the handle. */
  open(key: StorageKey, options?: { signal?: AbortSignal }): Promise<LocalFile>
  /**
   * A URL at which anybody who has it gets the object from the storage itself, by GET, without us. It is made without
   * asking whether there is such an object, and works on whatever becomes of the caller's rights: it must not be
   * logged. null where clients cannot reach the storage.
   */
  readonly link: ((key: StorageKey, terms: LinkTerms) => Promise<string>) | null
  /**
   * Where the object lies, when it lies there whole and without a link on the way; throws `not_found` otherwise. It may be
   * gone a moment later. null where objects are no files of this machine.
   */
  readonly locate: ((key: StorageKey) => Promise<PlacedFile>) | null
  /** Missing keys are not an error. */
  delete(keys: readonly StorageKey[]): Promise<void>
  /** In key order. */
  list(prefix: string): AsyncIterable<StoredObject>
  check(): Promise<void>
  close(): Promise<void>
}
